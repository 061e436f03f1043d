// SPDX-License-Identifier: Apache-2.0

package naive

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// everySection is the section of a selector that stands for all.
const everySection = "*"

func (r *Reader) permission(name string) *model.Permission {
	for i, permission := range r.world.Catalog.Permissions {
		if permission.Name == name {
			return &r.world.Catalog.Permissions[i]
		}
	}
	return nil
}

// picks holds when a selector names a permission of the catalog, or its section, or every section.
func (r *Reader) picks(selector model.Selector, name string) bool {
	permission := r.permission(name)
	return permission != nil && (slices.Contains(selector.Permissions, name) ||
		slices.Contains(selector.Sections, permission.Section) || slices.Contains(selector.Sections, everySection))
}

// known holds when the catalog has all that a selector names.
func (r *Reader) known(selector model.Selector) bool {
	for _, name := range selector.Permissions {
		if r.permission(name) == nil {
			return false
		}
	}
	for _, section := range selector.Sections {
		if section != everySection && !slices.Contains(r.world.Catalog.Sections, section) {
			return false
		}
	}
	return true
}

// featureOn holds when the catalog knows a feature and the organization or its plan has turned it on.
func (r *Reader) featureOn(feature string) bool {
	on := slices.Contains(r.world.Organization.Features, feature)
	if plan := r.plan(); plan != nil {
		on = on || slices.Contains(plan.Features, feature)
	}
	return on && slices.Contains(r.world.Catalog.Features, feature)
}

// plan is the one that the organization subscribes to; nil when there is none.
func (r *Reader) plan() *model.Plan {
	for i, plan := range r.world.Catalog.Plans {
		if r.world.Organization.Plan != "" && plan.Name == r.world.Organization.Plan {
			return &r.world.Catalog.Plans[i]
		}
	}
	return nil
}

// beyondPlan holds for a custom role that has as many older ones as the plan allows. A plan that is unknown allows none.
func (r *Reader) beyondPlan(role *model.Role) bool {
	if role.Kind != model.KindRole || r.world.Organization.Plan == "" {
		return false
	}
	most := 0
	if plan := r.plan(); plan != nil {
		if plan.CustomRolesLimit == nil {
			return false
		}
		most = *plan.CustomRolesLimit
	}
	older := 0
	for _, other := range r.world.Roles {
		if other.Created.Before(role.Created) || other.Created.Equal(role.Created) && other.Name < role.Name {
			older++
		}
	}
	return older >= most
}

// role is a role that counts; nil when there is none.
func (r *Reader) role(ref model.RoleRef) *model.Role {
	roles := r.world.Roles
	if ref.Kind == model.KindPlatformRole {
		roles = r.world.PlatformRoles
	}
	for i, role := range roles {
		if role.Kind == ref.Kind && role.Name == ref.Name && role.UnknownScope == "" && !r.beyondPlan(&role) {
			return &roles[i]
		}
	}
	return nil
}

// roleGives holds when a rule of the role, or a parent that counts, gives the permission; with qualifiers that are met.
func (r *Reader) roleGives(ref model.RoleRef, permission string, entitlements []string, met func([]string) bool) bool {
	role := r.role(ref)
	if role == nil {
		return false
	}
	for _, rule := range role.Rules {
		if r.ruleGives(role, rule, permission, entitlements) && met(rule.Qualifiers) {
			return true
		}
	}
	for _, parent := range r.parents(role) {
		if !r.picks(parent.Except, permission) && r.roleGives(parent.Role, permission, entitlements, met) {
			return true
		}
	}
	return false
}

// parents are the inheritances of a role that count and that lie in no circle.
func (r *Reader) parents(role *model.Role) []model.Inheritance {
	ref := model.RoleRef{Kind: role.Kind, Name: role.Name}
	var outside []model.Inheritance
	for _, parent := range role.Inherits {
		if r.counts(role, parent) && !r.inherits(parent.Role, ref, nil) {
			outside = append(outside, parent)
		}
	}
	return outside
}

// holds holds when a role that counts is another, or inherits it however far.
func (r *Reader) holds(ref, other model.RoleRef) bool {
	role := r.role(ref)
	if role == nil {
		return false
	}
	return ref == other || slices.ContainsFunc(r.parents(role), func(parent model.Inheritance) bool { return r.holds(parent.Role, other) })
}

// counts holds when the role that is inherited exists and may be inherited, and what is left out of it is known. The platform's
// roles inherit none of an organization, and only roles assignable to the platform inherit such.
func (r *Reader) counts(role *model.Role, parent model.Inheritance) bool {
	inherited := r.role(parent.Role)
	return inherited != nil && r.known(parent.Except) &&
		(role.Kind == model.KindRole || inherited.Kind == model.KindPlatformRole) &&
		(role.Platform || !inherited.Platform)
}

// inherits holds when a role is another, or inherits it however far. An inheritance that does not count closes no circle.
func (r *Reader) inherits(ref, other model.RoleRef, seen []model.RoleRef) bool {
	if ref == other {
		return true
	}
	role := r.role(ref)
	if role == nil || slices.Contains(seen, ref) {
		return false
	}
	for _, parent := range role.Inherits {
		if r.counts(role, parent) && r.inherits(parent.Role, other, append(slices.Clone(seen), ref)) {
			return true
		}
	}
	return false
}

// ruleGives holds when a rule without a mistake, whose gates are open, picks the permission or one that implies it.
func (r *Reader) ruleGives(role *model.Role, rule model.Rule, permission string, entitlements []string) bool {
	if !r.ruleIsValid(role, rule) {
		return false
	}
	for _, feature := range rule.RequiredFeatures {
		if !r.featureOn(feature) {
			return false
		}
	}
	for _, entitlement := range rule.RequiredEntitlements {
		if !slices.Contains(entitlements, entitlement) {
			return false
		}
	}
	for _, picked := range r.world.Catalog.Permissions {
		// Sections reach Platform permissions in roles of that level alone; naming one spoils the rule of another.
		if (role.Platform || !picked.Platform) && r.picks(rule.Selector, picked.Name) && r.reaches(picked.Name, permission, nil) {
			return true
		}
	}
	return false
}

// ruleIsValid holds when a rule names only what the catalog has and a role of its level may name.
func (r *Reader) ruleIsValid(role *model.Role, rule model.Rule) bool {
	if !r.known(rule.Selector) {
		return false
	}
	for _, name := range rule.Permissions {
		if r.permission(name).Platform && !role.Platform {
			return false
		}
	}
	for _, feature := range rule.RequiredFeatures {
		if !slices.Contains(r.world.Catalog.Features, feature) {
			return false
		}
	}
	for _, entitlement := range rule.RequiredEntitlements {
		if !slices.Contains(r.world.Catalog.Entitlements, entitlement) {
			return false
		}
	}
	for _, name := range rule.Qualifiers {
		if qualifier := r.qualifier(name); qualifier == nil || !compiles(qualifier.Expression) {
			return false
		}
	}
	return true
}

func (r *Reader) qualifier(name string) *model.Qualifier {
	for i, qualifier := range r.world.Catalog.Qualifiers {
		if qualifier.Name == name {
			return &r.world.Catalog.Qualifiers[i]
		}
	}
	return nil
}

// qualified holds when all qualifiers are true.
func (e *evaluator) qualified(names []string) bool {
	for _, name := range names {
		if result, err := e.evaluate(e.qualifier(name).Expression); err != nil || !result {
			return false
		}
	}
	return true
}

// reaches holds when a permission is the wanted one or implies it however far, with the features that all permissions
// on the way require turned on. A permission of level Organization implies none of level Platform.
func (r *Reader) reaches(name, wanted string, seen []string) bool {
	permission := r.permission(name)
	if permission == nil || slices.Contains(seen, name) || permission.UnknownLevel != "" {
		return false
	}
	for _, feature := range permission.RequiredFeatures {
		if !r.featureOn(feature) {
			return false
		}
	}
	if name == wanted {
		return true
	}
	for _, implied := range permission.Implies {
		target := r.permission(implied)
		if target != nil && (permission.Platform || !target.Platform) && r.reaches(implied, wanted, append(slices.Clone(seen), name)) {
			return true
		}
	}
	return false
}
