// SPDX-License-Identifier: Apache-2.0

package naive

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// everySection is the section of a selector that stands for all.
const everySection = "*"

func (e *evaluator) permission(name string) *model.Permission {
	for i, permission := range e.world.Catalog.Permissions {
		if permission.Name == name {
			return &e.world.Catalog.Permissions[i]
		}
	}
	return nil
}

// picks holds when a selector names a permission of the catalog, or its section, or every section.
func (e *evaluator) picks(selector model.Selector, name string) bool {
	permission := e.permission(name)
	return permission != nil && (slices.Contains(selector.Permissions, name) ||
		slices.Contains(selector.Sections, permission.Section) || slices.Contains(selector.Sections, everySection))
}

// known holds when the catalog has all that a selector names.
func (e *evaluator) known(selector model.Selector) bool {
	for _, name := range selector.Permissions {
		if e.permission(name) == nil {
			return false
		}
	}
	for _, section := range selector.Sections {
		if section != everySection && !slices.Contains(e.world.Catalog.Sections, section) {
			return false
		}
	}
	return true
}

// featureOn holds when the catalog knows a feature and the organization has turned it on. No feature is always on.
func (e *evaluator) featureOn(feature string) bool {
	return feature == "" || slices.Contains(e.world.Catalog.Features, feature) && slices.Contains(e.world.Organization.Features, feature)
}

func (e *evaluator) role(ref model.RoleRef) *model.Role {
	for i, role := range e.world.Roles {
		if role.Kind == ref.Kind && role.Name == ref.Name {
			return &e.world.Roles[i]
		}
	}
	return nil
}

// roleGives holds when a rule of the role, or a parent that counts, gives the permission.
func (e *evaluator) roleGives(ref model.RoleRef, permission string, entitlements []string) bool {
	role := e.role(ref)
	if role == nil {
		return false
	}
	for _, rule := range role.Rules {
		if e.ruleGives(rule, permission, entitlements) {
			return true
		}
	}
	for _, parent := range role.Inherits {
		counts := e.counts(parent) && !e.inherits(parent.Role, ref, nil)
		if counts && !e.picks(parent.Except, permission) && e.roleGives(parent.Role, permission, entitlements) {
			return true
		}
	}
	return false
}

// counts holds when the role that is inherited exists and what is left out of it is known.
func (e *evaluator) counts(parent model.Inheritance) bool {
	return e.role(parent.Role) != nil && e.known(parent.Except)
}

// inherits holds when a role is another, or inherits it however far. An inheritance that does not count closes no circle.
func (e *evaluator) inherits(ref, other model.RoleRef, seen []model.RoleRef) bool {
	if ref == other {
		return true
	}
	role := e.role(ref)
	if role == nil || slices.Contains(seen, ref) {
		return false
	}
	for _, parent := range role.Inherits {
		if e.counts(parent) && e.inherits(parent.Role, other, append(slices.Clone(seen), ref)) {
			return true
		}
	}
	return false
}

// ruleGives holds when a rule without a mistake, whose gates are open and whose qualifiers are true, picks the
// permission or one that implies it.
func (e *evaluator) ruleGives(rule model.Rule, permission string, entitlements []string) bool {
	if !e.ruleIsValid(rule) {
		return false
	}
	for _, feature := range rule.Features {
		if !e.featureOn(feature) {
			return false
		}
	}
	for _, entitlement := range rule.Entitlements {
		if !slices.Contains(entitlements, entitlement) {
			return false
		}
	}
	reached := false
	for _, picked := range e.world.Catalog.Permissions {
		// Sections do not reach Platform permissions; naming one spoils the rule.
		if !picked.Platform && e.picks(rule.Selector, picked.Name) && e.reaches(picked.Name, permission, nil) {
			reached = true
		}
	}
	return reached && e.qualified(rule)
}

// ruleIsValid holds when a rule names only what the catalog has and a custom role may name.
func (e *evaluator) ruleIsValid(rule model.Rule) bool {
	if !e.known(rule.Selector) {
		return false
	}
	for _, name := range rule.Permissions {
		if e.permission(name).Platform {
			return false
		}
	}
	for _, feature := range rule.Features {
		if !slices.Contains(e.world.Catalog.Features, feature) {
			return false
		}
	}
	for _, name := range rule.Qualifiers {
		if qualifier := e.qualifier(name); qualifier == nil || !compiles(qualifier.Expression) {
			return false
		}
	}
	return true
}

func (e *evaluator) qualifier(name string) *model.Qualifier {
	for i, qualifier := range e.world.Catalog.Qualifiers {
		if qualifier.Name == name {
			return &e.world.Catalog.Qualifiers[i]
		}
	}
	return nil
}

// qualified holds when all qualifiers of a rule are true.
func (e *evaluator) qualified(rule model.Rule) bool {
	for _, name := range rule.Qualifiers {
		if result, err := e.evaluate(e.qualifier(name).Expression); err != nil || !result {
			return false
		}
	}
	return true
}

// reaches holds when a permission is the wanted one or implies it however far, with the features that all permissions
// on the way require turned on. An implied Platform permission ends the way.
func (e *evaluator) reaches(name, wanted string, seen []string) bool {
	permission := e.permission(name)
	if permission == nil || permission.Platform || slices.Contains(seen, name) || !e.featureOn(permission.RequiredFeature) {
		return false
	}
	if name == wanted {
		return true
	}
	for _, implied := range permission.Implies {
		if e.reaches(implied, wanted, append(slices.Clone(seen), name)) {
			return true
		}
	}
	return false
}
