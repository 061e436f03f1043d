// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// vocabulary is a catalog with every name looked up and every expression compiled once.
type vocabulary struct {
	catalog     *model.Catalog
	permissions map[string]*permission
	// sections maps each section to its permissions, in the catalog's order.
	sections map[string][]string
	features set
	// qualifiers holds the qualifiers that compile; broken those that do not.
	qualifiers map[string]model.Qualifier
	broken     set
	// invariants are those that compile.
	invariants []model.Invariant
	dimensions map[string]set
	plans      map[string]model.Plan
}

// permission is a permission with what guards it.
type permission struct {
	model.Permission
	// implies names the permissions that it validly implies, directly.
	implies    []string
	invariants []string
	// broken names the invariants that do not compile: nobody may hold the permission.
	broken []string
	// reach is filled on demand: see reachOf.
	reach []reached
}

// readCatalog looks up and compiles all that a catalog says.
func readCatalog(catalog *model.Catalog, found *findings) *vocabulary {
	v := &vocabulary{
		catalog:     catalog,
		permissions: make(map[string]*permission, len(catalog.Permissions)),
		sections:    make(map[string][]string, len(catalog.Sections)),
		features:    set{},
		qualifiers:  map[string]model.Qualifier{},
		broken:      set{},
		dimensions:  map[string]set{},
		plans:       map[string]model.Plan{},
	}
	for _, feature := range catalog.Features {
		v.features.add(feature)
	}
	for _, dimension := range catalog.Dimensions {
		values := set{}
		for _, value := range dimension.Values {
			values.add(value)
		}
		v.dimensions[dimension.Name] = values
	}
	v.readPlans(found)
	v.readPermissions(found)
	v.readQualifiers(found)
	v.readInvariants(found)
	return v
}

func (v *vocabulary) readPlans(found *findings) {
	for i, plan := range v.catalog.Plans {
		v.plans[plan.Name] = plan
		for j, feature := range plan.Features {
			if !v.features.has(feature) {
				found.reject(v.catalog.Ref, fmt.Sprintf("spec.plans[%d].features[%d]", i, j), ReasonUnknownFeature,
					"plan %q includes feature %q, which spec.features does not declare: add it there, or correct the name", plan.Name, feature)
			}
		}
	}
}

func (v *vocabulary) readPermissions(found *findings) {
	for _, section := range v.catalog.Sections {
		v.sections[section] = nil
	}
	for i, p := range v.catalog.Permissions {
		if _, declared := v.sections[p.Section]; !declared {
			found.reject(v.catalog.Ref, fmt.Sprintf("spec.permissions[%d].section", i), ReasonUnknownSection,
				"permission %q is in section %q, which spec.sections does not declare: add it there, or name another", p.Name, p.Section)
		}
		if p.RequiredFeature != "" && !v.features.has(p.RequiredFeature) {
			found.reject(v.catalog.Ref, fmt.Sprintf("spec.permissions[%d].requiredFeature", i), ReasonUnknownFeature,
				"permission %q requires feature %q, which spec.features does not declare: nobody holds it until it is added there",
				p.Name, p.RequiredFeature)
		}
		v.permissions[p.Name] = &permission{Permission: p}
		v.sections[p.Section] = append(v.sections[p.Section], p.Name)
	}
	for i, p := range v.catalog.Permissions {
		for j, implied := range p.Implies {
			field := fmt.Sprintf("spec.permissions[%d].implies[%d]", i, j)
			switch target, known := v.permissions[implied]; {
			case !known:
				found.reject(v.catalog.Ref, field, ReasonUnknownPermission,
					"permission %q implies %q, which the catalog does not declare: add it, or take it out", p.Name, implied)
			case target.Platform && !p.Platform:
				found.reject(v.catalog.Ref, field, ReasonLevelMismatch,
					"permission %q of level Organization implies %q of level Platform, which counts for nothing: take it out", p.Name, implied)
			default:
				v.permissions[p.Name].implies = append(v.permissions[p.Name].implies, implied)
			}
		}
	}
}

func (v *vocabulary) readQualifiers(found *findings) {
	for i, q := range v.catalog.Qualifiers {
		if _, err := condition.Compile(q.Expression); err != nil {
			v.broken.add(q.Name)
			found.reject(v.catalog.Ref, fmt.Sprintf("spec.qualifiers[%d].expression", i), ReasonInvalidExpression,
				"the expression of qualifier %q does not compile, so every rule that names it grants nothing: %v", q.Name, err)
			continue
		}
		v.qualifiers[q.Name] = q
	}
}

func (v *vocabulary) readInvariants(found *findings) {
	for i, invariant := range v.catalog.Invariants {
		field := fmt.Sprintf("spec.invariants[%d]", i)
		_, err := condition.Compile(invariant.Expression)
		if err != nil {
			found.reject(v.catalog.Ref, field+".expression", ReasonInvalidExpression,
				"the expression of invariant %q does not compile, so its permissions are refused to everybody: %v", invariant.Name, err)
		}
		if err == nil {
			v.invariants = append(v.invariants, invariant)
		}
		guarded, _ := v.pick(invariant.Selector, v.catalog.Ref, field, "the invariant guards nothing by that name", found)
		for _, name := range guarded {
			p := v.permissions[name]
			if err != nil {
				p.broken = append(p.broken, invariant.Name)
				continue
			}
			p.invariants = append(p.invariants, invariant.Name)
		}
	}
}

// pick returns the permissions that a selector picks, sorted, each once. The second result is false when the selector
// names something unknown, which is also found, with the effect that it has.
func (v *vocabulary) pick(selector model.Selector, object model.Ref, field, effect string, found *findings) ([]string, bool) {
	var picked []string
	valid := true
	for i, name := range selector.Permissions {
		if _, known := v.permissions[name]; !known {
			valid = false
			found.reject(object, fmt.Sprintf("%s.permissions[%d]", field, i), ReasonUnknownPermission,
				"catalog %q has no permission %q, so %s: correct the name, or add it to the catalog", v.catalog.Name, name, effect)
			continue
		}
		picked = append(picked, name)
	}
	for i, section := range selector.Sections {
		names, known := v.sections[section]
		if section == everySection {
			for _, all := range v.sections {
				picked = append(picked, all...)
			}
			continue
		}
		if !known {
			valid = false
			found.reject(object, fmt.Sprintf("%s.sections[%d]", field, i), ReasonUnknownSection,
				"catalog %q has no section %q, so %s: correct the name, or add it to the catalog", v.catalog.Name, section, effect)
		}
		picked = append(picked, names...)
	}
	return unique(picked), valid
}

// everySection selects the permissions of every section.
const everySection = "*"

func (v *vocabulary) documentDimensions() map[string][]string {
	dimensions := make(map[string][]string, len(v.catalog.Dimensions))
	for _, dimension := range v.catalog.Dimensions {
		dimensions[dimension.Name] = unique(dimension.Values)
	}
	return dimensions
}

func (v *vocabulary) documentPermissions() map[string]document.Permission {
	published := make(map[string]document.Permission, len(v.permissions))
	for name, p := range v.permissions {
		published[name] = document.Permission{
			Section: p.Section, RequiredFeature: p.RequiredFeature, Invariants: unique(p.invariants), Refused: p.refused(),
		}
	}
	return published
}

// refused says why nobody may hold the permission; it is empty when somebody may.
func (p *permission) refused() string {
	switch len(p.broken) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("invariant %s does not compile", p.broken[0])
	}
	return fmt.Sprintf("invariants %s do not compile", strings.Join(unique(p.broken), ", "))
}

func (v *vocabulary) documentQualifiers() map[string]document.Condition {
	published := make(map[string]document.Condition, len(v.qualifiers))
	for name, q := range v.qualifiers {
		published[name] = document.Condition{Description: q.Description, Expression: q.Expression}
	}
	return published
}

func (v *vocabulary) documentInvariants() map[string]document.Condition {
	published := make(map[string]document.Condition, len(v.invariants))
	for _, invariant := range v.invariants {
		published[invariant.Name] = document.Condition{Description: invariant.Description, Expression: invariant.Expression}
	}
	return published
}
