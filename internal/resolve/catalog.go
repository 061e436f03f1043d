// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// compiledCatalog is a catalog with every name looked up and every expression compiled once.
type compiledCatalog struct {
	spec        *model.Catalog
	permissions map[string]*permission
	// sections maps each section to its permissions, and all are those of every section, both sorted once they are read.
	sections               map[string][]string
	all                    []string
	features, entitlements set
	// qualifiers holds the qualifiers that compile; broken those that do not.
	qualifiers map[string]model.Qualifier
	broken     set
	// never names the qualifiers that no request meets, and says whether that is because they cannot be evaluated.
	never map[string]bool
	// prohibitions are those that compile.
	prohibitions []model.Prohibition
	dimensions   map[string]set
	plans        map[string]model.Plan
	names        catalogNames
}

// permission is a permission with what guards it.
type permission struct {
	spec model.Permission
	// field is where it is written.
	field string
	// implies are the permissions that it validly implies, directly, and features those that it requires, sorted.
	implies  []*permission
	features []string
	// reachedFrom is the permission that was last found to bring this one.
	reachedFrom  *permission
	prohibitions []string
	// broken names the prohibitions that do not compile: nobody may hold the permission.
	broken []string
	// reach is what holding the permission brings, itself included.
	reach []reached
}

// readCatalog looks up and compiles all that a catalog says.
func readCatalog(catalog *model.Catalog, found *findings) *compiledCatalog {
	c := &compiledCatalog{
		spec:        catalog,
		permissions: make(map[string]*permission, len(catalog.Permissions)),
		sections:    make(map[string][]string, len(catalog.Sections)),
		features:    set{}, entitlements: set{},
		qualifiers: map[string]model.Qualifier{},
		broken:     set{},
		never:      map[string]bool{},
		dimensions: map[string]set{},
		plans:      map[string]model.Plan{},
	}
	for _, feature := range catalog.Features {
		c.features.add(feature)
	}
	for _, entitlement := range catalog.Entitlements {
		c.entitlements.add(entitlement)
	}
	for _, dimension := range catalog.Dimensions {
		values := set{}
		for _, value := range dimension.Values {
			values.add(value)
		}
		c.dimensions[dimension.Name] = values
	}
	c.readNames(found)
	c.readPlans(found)
	c.readPermissions(found)
	c.readReach(found)
	c.readQualifiers(found)
	c.readProhibitions(found)
	return c
}

func (c *compiledCatalog) readPlans(found *findings) {
	for i, plan := range c.spec.Plans {
		c.plans[plan.Name] = plan
		for j, feature := range plan.Features {
			if !c.features.has(feature) {
				found.reject(c.spec.Ref, fmt.Sprintf("spec.plans[%d].features[%d]", i, j), ReasonUnknownFeature,
					"plan %q includes feature %q, which spec.features does not declare: %s",
					plan.Name, feature, found.fix(c.names.features, feature, "add it there"))
			}
		}
	}
}

func (c *compiledCatalog) readPermissions(found *findings) {
	for _, section := range c.spec.Sections {
		c.sections[section] = nil
	}
	for i, p := range c.spec.Permissions {
		if _, declared := c.sections[p.Section]; !declared {
			found.reject(c.spec.Ref, fmt.Sprintf("spec.permissions[%d].section", i), ReasonUnknownSection,
				"permission %q is in section %q, which spec.sections does not declare: %s",
				p.Name, p.Section, found.fix(c.names.sections, p.Section, "add it there"))
		}
		for j, feature := range p.RequiredFeatures {
			if !c.features.has(feature) {
				found.reject(c.spec.Ref, fmt.Sprintf("spec.permissions[%d].requiredFeatures[%d]", i, j), ReasonUnknownFeature,
					"permission %q requires feature %q, which spec.features does not declare, so nobody holds it: %s",
					p.Name, feature, found.fix(c.names.features, feature, "add it there"))
			}
		}
		if p.UnknownLevel != "" {
			found.reject(c.spec.Ref, fmt.Sprintf("spec.permissions[%d].level", i), ReasonUnknownType,
				"permission %q is of level %q, which is none, so it is refused to everybody: set it to Organization or Platform",
				p.Name, p.UnknownLevel)
		}
		c.permissions[p.Name] = &permission{spec: p, field: fmt.Sprintf("spec.permissions[%d]", i)}
		c.sections[p.Section] = append(c.sections[p.Section], p.Name)
	}
	for section, names := range c.sections {
		c.sections[section] = unique(names)
		c.all = append(c.all, names...)
	}
	c.all = unique(c.all)
	c.readImplied(found)
}

// readImplied links permissions with those that they imply.
func (c *compiledCatalog) readImplied(found *findings) {
	for i, p := range c.spec.Permissions {
		for j, implied := range p.Implies {
			field := fmt.Sprintf("spec.permissions[%d].implies[%d]", i, j)
			switch target, known := c.permissions[implied]; {
			case !known:
				found.reject(c.spec.Ref, field, ReasonUnknownPermission,
					"permission %q implies %q, which the catalog does not declare: %s",
					p.Name, implied, found.fix(c.names.permissions, implied, "add it to the catalog"))
			case target.spec.Platform && !p.Platform:
				found.reject(c.spec.Ref, field, ReasonLevelMismatch,
					"permission %q of level Organization implies %q of level Platform, which counts for nothing: remove it", p.Name, implied)
			default:
				c.permissions[p.Name].implies = append(c.permissions[p.Name].implies, target)
			}
		}
	}
}

func (c *compiledCatalog) readQualifiers(found *findings) {
	for i, q := range c.spec.Qualifiers {
		field := fmt.Sprintf("spec.qualifiers[%d].expression", i)
		if _, err := condition.Compile(q.Expression); err != nil {
			c.broken.add(q.Name)
			found.reject(c.spec.Ref, field, ReasonInvalidExpression,
				"the expression of qualifier %q does not compile, so every rule that names it grants nothing: %s",
				q.Name, compileError(q.Expression, err))
			continue
		}
		c.checkQualifier(&q, field, found)
		c.qualifiers[q.Name] = q
	}
}

func (c *compiledCatalog) readProhibitions(found *findings) {
	for i, prohibition := range c.spec.Prohibitions {
		field := fmt.Sprintf("spec.prohibitions[%d]", i)
		_, err := condition.Compile(prohibition.Expression)
		if err != nil {
			found.reject(c.spec.Ref, field+".expression", ReasonInvalidExpression,
				"the expression of prohibition %q does not compile, so its permissions are refused to everybody: %s",
				prohibition.Name, compileError(prohibition.Expression, err))
		}
		if err == nil {
			c.prohibitions = append(c.prohibitions, prohibition)
		}
		prohibited, _ := c.pick(prohibition.Selector, c.spec.Ref, field, "the prohibition refuses nothing by that name", found)
		if err == nil {
			c.checkProhibition(&prohibition, prohibited, field+".expression", found)
		}
		for _, name := range prohibited {
			p := c.permissions[name]
			if err != nil {
				p.broken = append(p.broken, prohibition.Name)
				continue
			}
			p.prohibitions = append(p.prohibitions, prohibition.Name)
		}
	}
}

// pick returns the permissions that a selector picks, sorted, each once. The second result is false when the selector
// names something unknown, which is also found, with the effect that it has. Callers must not change the list.
func (c *compiledCatalog) pick(selector model.Selector, object model.Ref, field, effect string, found *findings) ([]string, bool) {
	if len(selector.Permissions) == 0 && slices.Contains(selector.Sections, everySection) && c.knowsAll(selector.Sections) {
		return c.all, true
	}
	if len(selector.Permissions) == 0 && len(selector.Sections) == 1 && c.knowsAll(selector.Sections) {
		return c.sections[selector.Sections[0]], true
	}
	var picked []string
	valid := true
	for i, name := range selector.Permissions {
		if _, known := c.permissions[name]; !known {
			valid = false
			found.reject(object, fmt.Sprintf("%s.permissions[%d]", field, i), ReasonUnknownPermission,
				"catalog %q has no permission %q, so %s: %s", c.spec.Name, name, effect, c.fixPermission(name, found))
			continue
		}
		picked = append(picked, name)
	}
	for i, section := range selector.Sections {
		names, known := c.sections[section]
		if section == everySection {
			picked = append(picked, c.all...)
			continue
		}
		if !known {
			valid = false
			found.reject(object, fmt.Sprintf("%s.sections[%d]", field, i), ReasonUnknownSection,
				"catalog %q has no section %q, so %s: %s",
				c.spec.Name, section, effect, found.fix(c.names.sections, section, addToCatalog))
		}
		picked = append(picked, names...)
	}
	found.work.spend(stepsOfEntry * len(picked))
	return unique(picked), valid
}

// fixPermission says how to put right the name of a permission that does not exist.
func (c *compiledCatalog) fixPermission(name string, found *findings) string {
	if name == everySection {
		return `for all permissions, write sections: ["*"]`
	}
	return found.fix(c.names.permissions, name, addToCatalog)
}

// addToCatalog is what helps where a catalog does not declare a name that is right.
const addToCatalog = "add it to the catalog"

// knowsAll reports whether all sections that are selected exist.
func (c *compiledCatalog) knowsAll(sections []string) bool {
	return !slices.ContainsFunc(sections, func(section string) bool {
		_, known := c.sections[section]
		return !known && section != everySection
	})
}

// callsUsers reports whether applications call users by a word.
func (c *compiledCatalog) callsUsers(word string) bool {
	if len(c.spec.SubjectTypes) == 0 {
		return word == document.DefaultSubjectType
	}
	return slices.Contains(c.spec.SubjectTypes, word)
}

// everySection selects the permissions of every section.
const everySection = "*"

func (c *compiledCatalog) documentDimensions() map[string][]string {
	dimensions := make(map[string][]string, len(c.spec.Dimensions))
	for _, dimension := range c.spec.Dimensions {
		dimensions[dimension.Name] = unique(dimension.Values)
	}
	return dimensions
}

func (e *environment) documentPermissions() map[string]document.Permission {
	c, constraints := e.catalog, e.constraintsOnPermissions()
	published := make(map[string]document.Permission, len(c.permissions))
	for name, p := range c.permissions {
		published[name] = document.Permission{
			Section: p.spec.Section, RequiredFeatures: unique(p.spec.RequiredFeatures), ResourceTypes: unique(p.spec.ResourceTypes),
			Prohibitions: unique(p.prohibitions), Refused: c.refused(p), ConstrainedBy: unique(constraints[name]),
		}
	}
	return published
}

// refused returns why nobody may hold the permission, the empty string if that is not so.
func (c *compiledCatalog) refused(p *permission) string {
	_, why := c.refusal(p)
	return why
}

// refusal returns why nobody may hold the permission, with the reason of the finding that says so; both are empty if that is not so.
func (c *compiledCatalog) refusal(p *permission) (reason, why string) {
	switch len(p.broken) {
	case 0:
		if p.spec.UnknownLevel != "" {
			return ReasonUnknownType, fmt.Sprintf("level %q is unknown", p.spec.UnknownLevel)
		}
		if at := slices.IndexFunc(p.spec.RequiredFeatures, c.lacksFeature); at >= 0 {
			return ReasonUnknownFeature, fmt.Sprintf("it requires feature %s, which the catalog does not declare", p.spec.RequiredFeatures[at])
		}
		return "", ""
	case 1:
		return ReasonInvalidExpression, fmt.Sprintf("prohibition %s does not compile", p.broken[0])
	}
	return ReasonInvalidExpression, fmt.Sprintf("prohibitions %s do not compile", strings.Join(unique(p.broken), ", "))
}

// reportRefused finds that a field names a permission which nobody may hold, with what follows from that.
func (c *compiledCatalog) reportRefused(p *permission, object model.Ref, field, effect string, found *findings) {
	if reason, why := c.refusal(p); reason != "" {
		found.reject(object, field, reason, "permission %q is refused to everybody, because %s, so %s: correct catalog %q, or remove it",
			p.spec.Name, why, effect, c.spec.Name)
	}
}

func (c *compiledCatalog) documentQualifiers() map[string]document.Condition {
	published := make(map[string]document.Condition, len(c.qualifiers))
	for name, q := range c.qualifiers {
		published[name] = document.Condition{Description: q.Description, Expression: q.Expression}
	}
	return published
}

func (c *compiledCatalog) documentProhibitions() map[string]document.Condition {
	published := make(map[string]document.Condition, len(c.prohibitions))
	for _, prohibition := range c.prohibitions {
		published[prohibition.Name] = document.Condition{Description: prohibition.Description, Expression: prohibition.Expression}
	}
	return published
}
