// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// role is a role on its way to what it holds.
type role struct {
	spec *model.Role
	// rules are the valid ones, looked up.
	rules []rule
	// parents are the valid inheritances, outside of any cycle.
	parents []parent
	// administration are the valid administration rules.
	administration []document.AdministrationRule
	// held is filled once: see inheritance.
	held holding
	// below is the role and all that it inherits, see rank. A role that counts for nothing has nothing below it.
	below roleSet
	// all are the roles of the same resolution.
	all map[model.RoleRef]*role
	// required are the entitlements that any alternative requires.
	required set
	// disabled is set on a role that counts for nothing.
	disabled *disabling
	// name is the role's in a document, and number its place among the names of all roles of one resolution.
	name   string
	number uint32
}

func (r *role) ref() model.RoleRef { return model.RoleRef{Kind: r.spec.Kind, Name: r.spec.Name} }

// rule is a valid rule: the permissions that it picks, and its conditions sorted.
type rule struct {
	// index is its place in the role.
	index       int
	permissions []string
	conditions  document.Alternative
}

// parent is a valid inheritance.
type parent struct {
	role   *role
	except set
	// field is where the inheritance is written.
	field string
}

// resolveRoles computes what each role holds, after inheritance. Custom roles beyond maxRoles, unless that is negative, count
// for nothing.
func resolveRoles(
	custom, platform []model.Role, maxRoles int, catalog *compiledCatalog, elsewhere *model.Elsewhere, found *findings,
) *knownRoles {
	roles := make(map[model.RoleRef]*role, len(custom)+len(platform))
	for _, written := range [][]model.Role{custom, platform} {
		for i := range written {
			r := &role{spec: &written[i], all: roles}
			r.name = r.ref().Key()
			roles[r.ref()] = r
		}
	}
	for number, r := range byName(roles) {
		r.number = uint32(number)
	}
	disableNewest(roles, custom, maxRoles, found)
	for _, r := range roles {
		r.checkScope(found)
	}
	known := newKnownRoles(roles, elsewhere, found)
	for _, r := range roles {
		r.readRules(catalog, found)
		r.readParents(known, catalog, found)
		r.readAdministration(known, catalog, found)
	}
	cutCycles(roles, found)
	x := inheritance{catalog: catalog, found: found}
	for _, r := range roles {
		x.resolve(r)
		r.rank(found.work)
	}
	return known
}

// byName returns roles in the order of their names.
func byName(roles map[model.RoleRef]*role) []*role {
	return slices.SortedFunc(maps.Values(roles), func(a, b *role) int { return strings.Compare(a.name, b.name) })
}

// readRules keeps the rules that name nothing unknown. A rule that does grants nothing, whole.
func (r *role) readRules(catalog *compiledCatalog, found *findings) {
	for i, written := range r.spec.Rules {
		field := fmt.Sprintf("spec.rules[%d]", i)
		picked, valid := catalog.pick(written.Selector, r.spec.Ref, field, "the rule grants nothing", found)
		valid = r.checkLevels(written, field, catalog, found) && valid
		r.checkRefused(written, field, catalog, found)
		valid = r.checkConditions(written, field, catalog, found) && valid
		if !valid || r.disabled != nil {
			continue
		}
		r.rules = append(r.rules, rule{
			index:       i,
			permissions: r.allowed(picked, catalog),
			conditions: document.Alternative{
				Qualifiers:           unique(written.Qualifiers),
				RequiredFeatures:     unique(written.RequiredFeatures),
				RequiredEntitlements: unique(written.RequiredEntitlements),
			},
		})
	}
}

// allowed leaves out the permissions of level Platform, unless the role is of that level.
func (r *role) allowed(picked []string, catalog *compiledCatalog) []string {
	isPlatform := func(name string) bool { return catalog.permissions[name].spec.Platform }
	if r.spec.Platform || !slices.ContainsFunc(picked, isPlatform) {
		return picked
	}
	return slices.DeleteFunc(slices.Clone(picked), isPlatform)
}

// checkLevels finds permissions of level Platform that a rule names. Sections do not reach them.
func (r *role) checkLevels(written model.Rule, field string, catalog *compiledCatalog, found *findings) bool {
	valid := true
	for i, name := range written.Permissions {
		if p, known := catalog.permissions[name]; known && p.spec.Platform && !r.spec.Platform {
			valid = false
			found.reject(r.spec.Ref, fmt.Sprintf("%s.permissions[%d]", field, i), ReasonLevelMismatch,
				"permission %q is of level Platform, which only a PlatformRole that is assignable to the platform can hold, "+
					"so the rule grants nothing: remove it",
				name)
		}
	}
	return valid
}

// checkRefused finds permissions that a rule names and nobody may hold, once for each cause: the first by name, since documents do not
// depend on the order of lists.
func (r *role) checkRefused(written model.Rule, field string, catalog *compiledCatalog, found *findings) {
	known := set{}
	for _, name := range slices.Sorted(slices.Values(written.Permissions)) {
		if p := catalog.permissions[name]; p != nil && !known.has(catalog.refused(p)) {
			known.add(catalog.refused(p))
			at := fmt.Sprintf("%s.permissions[%d]", field, slices.Index(written.Permissions, name))
			catalog.reportRefused(p, r.spec.Ref, at, "the rule does not grant it", found)
		}
	}
}

// checkQualifiers finds qualifiers that a rule names and the catalog lacks, or that do not compile.
func (r *role) checkQualifiers(names []string, field, effect string, catalog *compiledCatalog, found *findings) bool {
	valid := true
	for i, name := range names {
		at := fmt.Sprintf("%s.qualifiers[%d]", field, i)
		if _, known := catalog.qualifiers[name]; known {
			r.reportUnsatisfiable(name, at, effect, catalog, found)
			continue
		}
		valid = false
		if catalog.broken.has(name) {
			found.reject(r.spec.Ref, at, ReasonInvalidExpression,
				"qualifier %q of catalog %q does not compile, so %s: fix the catalog", name, catalog.spec.Name, effect)
			continue
		}
		found.reject(r.spec.Ref, at, ReasonUnknownQualifier,
			"catalog %q has no qualifier %q, so %s: %s",
			catalog.spec.Name, name, effect, found.fix(catalog.names.qualifiers, name, addToCatalog))
	}
	return valid
}

// checkConditions finds qualifiers, features and entitlements that a rule names and the catalog lacks, or that do not compile.
func (r *role) checkConditions(written model.Rule, field string, catalog *compiledCatalog, found *findings) bool {
	valid := r.checkQualifiers(written.Qualifiers, field, "the rule grants nothing", catalog, found)
	for i, name := range written.RequiredFeatures {
		if !catalog.features.has(name) {
			valid = false
			found.reject(r.spec.Ref, fmt.Sprintf("%s.requiredFeatures[%d]", field, i), ReasonUnknownFeature,
				"catalog %q has no feature %q, so the rule grants nothing: %s",
				catalog.spec.Name, name, found.fix(catalog.names.features, name, addToCatalog))
		}
	}
	for i, name := range written.RequiredEntitlements {
		if !catalog.entitlements.has(name) {
			valid = false
			found.reject(r.spec.Ref, fmt.Sprintf("%s.requiredEntitlements[%d]", field, i), ReasonUnknownEntitlement,
				"catalog %q has no entitlement %q, so the rule grants nothing: %s",
				catalog.spec.Name, name, found.fix(catalog.names.entitlements, name, addToCatalog))
		}
	}
	return valid
}

// readParents keeps the inheritances whose role exists and whose exception names nothing unknown.
func (r *role) readParents(known *knownRoles, catalog *compiledCatalog, found *findings) {
	for i, inheritance := range r.spec.Inherits {
		field := fmt.Sprintf("spec.inherits[%d]", i)
		inherited, exists := known.roles[inheritance.Role]
		if exists && r.spec.Kind == model.KindPlatformRole && inherited.spec.Kind != model.KindPlatformRole {
			exists = false
		}
		if !exists {
			found.rejectRole(known, r.spec.Ref, field+".roleRef", inheritance.Role, "nothing is inherited from it")
			continue
		}
		if inherited.spec.Platform && !r.spec.Platform {
			found.reject(r.spec.Ref, field+".roleRef", ReasonLevelMismatch,
				"PlatformRole %q is assignable to the platform, so nothing is inherited from it: "+
					"remove it, or name one that is assignable to organizations",
				inherited.spec.Name)
			continue
		}
		effect := fmt.Sprintf("nothing is inherited from %q", inheritance.Role.Name)
		inherited.reportDisabled(found, r.spec.Ref, field+".roleRef", effect)
		left, valid := catalog.pick(inheritance.Except, r.spec.Ref, field+".except", effect, found)
		if !valid || r.disabled != nil {
			continue
		}
		except := make(set, len(left))
		for _, name := range left {
			except.add(name)
		}
		r.parents = append(r.parents, parent{role: inherited, except: except, field: field})
	}
}

// within says where a role was looked for.
func within(ref model.RoleRef) string {
	if ref.Kind == model.KindRole {
		return "in this organization"
	}
	return "for this catalog"
}

func (e *environment) documentRoles() map[string]document.Role {
	published := make(map[string]document.Role, len(e.numbered))
	for _, r := range e.numbered {
		published[r.name] = document.Role{
			Inherits: r.inherited(e.numbered, e.work), Permissions: r.held, Platform: r.spec.Platform, ConstrainedBy: e.constraintsOn(r),
			AdministrationRules: r.administration, Flaws: e.roleFlaws[r],
		}
	}
	return published
}

// inherited names the roles that the role ranks above.
func (r *role) inherited(ordered []*role, work *work) []string {
	if r.below == nil {
		return nil
	}
	var names []string
	for other := range r.below.numbers() {
		if other != r.number {
			names = append(names, ordered[other].name)
		}
	}
	work.spend(len(r.below) + stepsOfEntry*len(names))
	return names
}
