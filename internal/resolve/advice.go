// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
)

// adviseRoles finds what of roles takes effect and is probably not meant, or worth knowing, whoever holds them.
func (r *reader) adviseRoles() {
	custom := r.customRoles()
	for _, role := range custom {
		r.adviseWildcards(role)
	}
	r.adviseEquivalent(custom)
	r.advisePermissions()
}

// customRoles returns the organization's own roles that count, oldest first.
func (s *scene) customRoles() []*role {
	var custom []*role
	for _, r := range s.roles {
		if r.Kind == model.KindRole && !r.idle {
			custom = append(custom, r)
		}
	}
	slices.SortFunc(custom, func(a, b *role) int { return a.Older(b.Object) })
	return custom
}

// adviseWildcards finds rules that reach whatever is added to a section.
func (r *reader) adviseWildcards(role *role) {
	for i, rule := range role.Rules {
		known := func(section string) bool { return section == everySection || len(r.sections[section]) > 0 }
		if slices.ContainsFunc(rule.Sections, known) {
			r.found.note(role.Ref, fmt.Sprintf("spec.rules[%d].sections", i), ReasonWildcard,
				"permissions that are added to %s will be held too: name the permissions instead if that is not meant",
				strings.Join(unique(rule.Sections), ", "))
		}
	}
}

// adviseEquivalent finds custom roles that hold the same as an older role.
func (r *reader) adviseEquivalent(custom []*role) {
	byEffect := map[string]*role{}
	others := slices.SortedFunc(maps.Values(r.roles), func(a, b *role) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), a.Older(b.Object))
	})
	for _, role := range others {
		if role.Kind != model.KindRole {
			byEffect[signature(role.held)] = role
		}
	}
	for _, role := range custom {
		known := byEffect[signature(role.held)]
		switch {
		case len(role.held) == 0:
		case known == nil:
			byEffect[signature(role.held)] = role
		default:
			r.found.warn(role.Ref, "", ReasonEquivalentRoles,
				"the role holds the same as %s %q: keep one of them, or let one inherit the other and add to it", known.Kind, known.Name)
		}
	}
}

// signature writes a holding so that equal ones are written alike.
func signature(h holding) string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		text.WriteString(name)
		for _, alternative := range h[name] {
			text.WriteByte(' ')
			text.WriteString(alternative.String())
		}
		text.WriteByte('\n')
	}
	return text.String()
}

// advisePermissions finds permissions that no role holds.
func (r *reader) advisePermissions() {
	held := set{}
	for _, role := range r.roles {
		for name := range role.held {
			held.add(name)
		}
	}
	var unused []string
	for _, p := range r.catalog.Permissions {
		if !held.has(p.Name) {
			unused = append(unused, p.Name)
		}
	}
	if unused = unique(unused); len(unused) > 0 {
		r.found.note(r.organization.Ref, "spec.catalogRef", ReasonUnusedPermission,
			"no role holds %s: add it to a role if people should have it", few(unused))
	}
}

// checkEntitlements finds entitlements of a grant that its role never asks for.
func (r *reader) checkEntitlements(carried []string, role *role, object model.Ref, field string) {
	for _, entitlement := range carried {
		if role != nil && !role.asks(entitlement) {
			r.found.warn(object, field+".entitlements", ReasonUnusedEntitlement,
				"%s %q asks for no entitlement %q: correct the name, or take it out", role.Kind, role.Name, entitlement)
		}
	}
}

// asks tells whether any alternative of the role asks for an entitlement.
func (r *role) asks(entitlement string) bool {
	if r.asked == nil {
		r.asked = set{}
		for _, alternatives := range r.held {
			for _, alternative := range alternatives {
				for _, name := range alternative.Entitlements {
					r.asked.add(name)
				}
			}
		}
	}
	return r.asked.has(entitlement)
}
