// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// role is a role on its way to what it holds.
type role struct {
	*model.Role
	// rules are the valid ones, looked up.
	rules []rule
	// parents are the valid inheritances, outside of any circle.
	parents []parent
	// held is filled once: see resolved.
	held holding
}

// rule is a valid rule: the permissions that it picks, and its conditions sorted.
type rule struct {
	permissions []string
	conditions  permissions.Alternative
}

// parent is a valid inheritance.
type parent struct {
	role   *role
	except set
	// field is where the inheritance is written.
	field string
}

// holding maps each permission to the alternatives under which it is held.
type holding map[string][]permissions.Alternative

// resolveRoles computes what each role holds, after inheritance.
func resolveRoles(written []model.Role, v *vocabulary, found *findings) map[model.RoleRef]*role {
	roles := make(map[model.RoleRef]*role, len(written))
	for i := range written {
		roles[model.RoleRef{Kind: written[i].Kind, Name: written[i].Name}] = &role{Role: &written[i]}
	}
	for _, r := range roles {
		r.readRules(v, found)
		r.readParents(roles, v, found)
	}
	cutCircles(roles, found)
	for _, r := range roles {
		r.resolved(v)
	}
	return roles
}

// readRules keeps the rules that name nothing unknown. A rule that does grants nothing, whole.
func (r *role) readRules(v *vocabulary, found *findings) {
	for i, written := range r.Rules {
		field := fmt.Sprintf("spec.rules[%d]", i)
		picked, valid := v.pick(written.Selector, r.Ref, field, "the rule grants nothing", found)
		valid = r.checkLevels(written, field, v, found) && valid
		valid = r.checkConditions(written, field, v, found) && valid
		if !valid {
			continue
		}
		r.rules = append(r.rules, rule{
			permissions: slices.DeleteFunc(picked, func(name string) bool { return v.permissions[name].Platform }),
			conditions: permissions.Alternative{
				Qualifiers:   unique(written.Qualifiers),
				Features:     unique(written.Features),
				Entitlements: unique(written.Entitlements),
			},
		})
	}
}

// checkLevels finds permissions of level Platform that a rule names. Sections do not reach them.
func (r *role) checkLevels(written model.Rule, field string, v *vocabulary, found *findings) bool {
	valid := true
	for i, name := range written.Permissions {
		if p, known := v.permissions[name]; known && p.Platform {
			valid = false
			found.reject(r.Ref, fmt.Sprintf("%s.permissions[%d]", field, i), ReasonPlatformLevel,
				"permission %q is of level Platform, which a custom role cannot hold, so the rule grants nothing: take it out", name)
		}
	}
	return valid
}

// checkConditions finds qualifiers and features that a rule names and the catalog lacks, or that do not compile.
func (r *role) checkConditions(written model.Rule, field string, v *vocabulary, found *findings) bool {
	valid := true
	for i, name := range written.Qualifiers {
		if _, known := v.qualifiers[name]; known {
			continue
		}
		valid = false
		at := fmt.Sprintf("%s.qualifiers[%d]", field, i)
		if v.broken.has(name) {
			found.reject(r.Ref, at, ReasonInvalidExpression,
				"qualifier %q of catalog %q does not compile, so the rule grants nothing: correct the catalog", name, v.catalog.Name)
			continue
		}
		found.reject(r.Ref, at, ReasonUnknownQualifier,
			"catalog %q has no qualifier %q, so the rule grants nothing: correct the name, or add it to the catalog", v.catalog.Name, name)
	}
	for i, name := range written.Features {
		if !v.features.has(name) {
			valid = false
			found.reject(r.Ref, fmt.Sprintf("%s.features[%d]", field, i), ReasonUnknownFeature,
				"catalog %q has no feature %q, so the rule grants nothing: correct the name, or add it to the catalog", v.catalog.Name, name)
		}
	}
	return valid
}

// readParents keeps the inheritances whose role exists and whose exception names nothing unknown.
func (r *role) readParents(roles map[model.RoleRef]*role, v *vocabulary, found *findings) {
	for i, inheritance := range r.Inherits {
		field := fmt.Sprintf("spec.inherits[%d]", i)
		inherited, known := roles[inheritance.Role]
		if !known {
			found.reject(r.Ref, field+".roleRef", ReasonUnknownRole,
				"%s %q does not exist in this organization, so nothing is inherited from it: create it, or correct the name",
				inheritance.Role.Kind, inheritance.Role.Name)
			continue
		}
		effect := fmt.Sprintf("nothing is inherited from %q", inheritance.Role.Name)
		left, valid := v.pick(inheritance.Except, r.Ref, field+".except", effect, found)
		if !valid {
			continue
		}
		except := make(set, len(left))
		for _, name := range left {
			except.add(name)
		}
		r.parents = append(r.parents, parent{role: inherited, except: except, field: field})
	}
}

// resolved returns what the role holds. It must be called only once circles are cut.
func (r *role) resolved(v *vocabulary) holding {
	if r.held != nil {
		return r.held
	}
	r.held = holding{}
	for _, rule := range r.rules {
		for _, name := range rule.permissions {
			for _, reached := range v.reachOf(name) {
				r.held.add(reached.name, permissions.Alternative{
					Qualifiers:   rule.conditions.Qualifiers,
					Features:     union(rule.conditions.Features, reached.features),
					Entitlements: rule.conditions.Entitlements,
				})
			}
		}
	}
	for _, parent := range r.parents {
		for name, alternatives := range parent.role.resolved(v) {
			if parent.except.has(name) {
				continue
			}
			for _, alternative := range alternatives {
				alternative.Via = append([]string{parent.role.Name}, alternative.Via...)
				r.held.add(name, alternative)
			}
		}
	}
	for _, alternatives := range r.held {
		slices.SortFunc(alternatives, compareAlternatives)
	}
	return r.held
}

// add takes in an alternative, unless one that asks for no more is there, and drops those that ask for more.
func (h holding) add(name string, added permissions.Alternative) {
	kept := h[name][:0]
	for i, known := range h[name] {
		if includes(known, added) && (!includes(added, known) || compareAlternatives(known, added) <= 0) {
			h[name] = append(kept, h[name][i:]...)
			return
		}
		if !includes(added, known) {
			kept = append(kept, known)
		}
	}
	h[name] = append(kept, added)
}

// includes tells whether whoever meets b also meets a.
func includes(a, b permissions.Alternative) bool {
	return subset(a.Qualifiers, b.Qualifiers) && subset(a.Features, b.Features) && subset(a.Entitlements, b.Entitlements)
}

// compareAlternatives orders alternatives by how much they ask, then by name, then by the way they come.
func compareAlternatives(a, b permissions.Alternative) int {
	conditions := func(x permissions.Alternative) int { return len(x.Qualifiers) + len(x.Features) + len(x.Entitlements) }
	if d := conditions(a) - conditions(b); d != 0 {
		return d
	}
	if d := strings.Compare(a.String(), b.String()); d != 0 {
		return d
	}
	if d := len(a.Via) - len(b.Via); d != 0 {
		return d
	}
	return slices.Compare(a.Via, b.Via)
}

func documentRoles(roles map[model.RoleRef]*role) map[string]permissions.Role {
	published := make(map[string]permissions.Role, len(roles))
	for ref, r := range roles {
		published[ref.Name] = permissions.Role{Permissions: r.held}
	}
	return published
}
