// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// lintRoles finds what takes effect and is probably not meant, or is worth knowing, in roles themselves.
func (r *reader) lintRoles() {
	custom := r.env.customRoles()
	for _, role := range custom {
		r.lintWildcards(role)
	}
	r.lintEquivalentRoles(custom)
	r.lintPermissions()
	r.lintAdministration()
}

// lintAdministration finds that no role says who may change the organization.
func (r *reader) lintAdministration() {
	for _, role := range r.env.roles {
		if len(role.spec.AdministrationRules) > 0 {
			return
		}
	}
	r.found.note(r.env.organization.Ref, "", ReasonNoAdministrationRules,
		"no role has administrationRules, so those who may write to namespace %q may give any role to anyone: "+
			"add rules to a role, or ignore this if that is meant", r.env.organization.Namespace)
}

// customRoles returns the organization's own roles that count, oldest first.
func (e *environment) customRoles() []*role {
	var custom []*role
	for _, r := range e.roles {
		if r.spec.Kind == model.KindRole && r.disabled == nil {
			custom = append(custom, r)
		}
	}
	slices.SortFunc(custom, func(a, b *role) int { return a.spec.Older(b.spec.Object) })
	return custom
}

// lintWildcards finds rules that will include whatever is added to a section.
func (r *reader) lintWildcards(role *role) {
	for i, rule := range role.spec.Rules {
		known := func(section string) bool { return section == everySection || len(r.env.catalog.sections[section]) > 0 }
		if slices.ContainsFunc(rule.Sections, known) {
			r.found.note(role.spec.Ref, fmt.Sprintf("spec.rules[%d].sections", i), ReasonWildcard,
				"permissions that are added to %s will be held too: name the permissions instead if that is not meant",
				strings.Join(unique(rule.Sections), ", "))
		}
	}
}

// equivalence is the same for roles that hold the same, and by which the same may be changed: the roles with administration rules that
// they are or inherit.
type equivalence struct {
	held        signature
	administers string
}

// lintEquivalentRoles finds custom roles that hold the same as an older role.
func (r *reader) lintEquivalentRoles(custom []*role) {
	signatures := signer{lists: map[*document.Alternative]signature{}, work: r.found.work}
	administering := newRoleSet(len(r.env.numbered))
	for _, role := range r.env.numbered {
		if len(role.administration) > 0 {
			administering.add(role.number)
		}
	}
	equivalenceOf := func(role *role) equivalence {
		r.found.work.spend(len(administering))
		administers := slices.Clone(role.below)
		administers.keepOnly(administering)
		return equivalence{held: signatures.of(role.held), administers: fmt.Sprint(administers)}
	}
	known := map[equivalence]*role{}
	others := slices.SortedFunc(maps.Values(r.env.roles), func(a, b *role) int {
		return cmp.Or(cmp.Compare(a.spec.Kind, b.spec.Kind), a.spec.Older(b.spec.Object))
	})
	for _, role := range others {
		if role.spec.Kind != model.KindRole {
			known[equivalenceOf(role)] = role
		}
	}
	for _, role := range custom {
		if len(role.held) == 0 {
			continue
		}
		equivalence := equivalenceOf(role)
		older := known[equivalence]
		if older == nil {
			known[equivalence] = role
			continue
		}
		r.found.warn(role.spec.Ref, "", ReasonEquivalentRoles,
			"the role holds the same as %s %q: keep one of them, or let one inherit the other and add to it", older.spec.Kind, older.spec.Name)
	}
}

// signature is the same for holdings that are.
type signature [sha256.Size]byte

// signer writes signatures. It remembers those of lists of alternatives, which permissions share.
type signer struct {
	lists map[*document.Alternative]signature
	work  *work
}

func (s *signer) of(h holding) signature {
	digest := sha256.New()
	s.work.spend(stepsOfEntry * len(h))
	for _, name := range slices.Sorted(maps.Keys(h)) {
		list := s.ofList(h[name])
		_, _ = fmt.Fprintf(digest, "%s %x\n", name, list)
	}
	return signature(digest.Sum(nil))
}

func (s *signer) ofList(list []document.Alternative) signature {
	known, done := s.lists[&list[0]]
	if !done {
		var text strings.Builder
		for i := range list {
			text.WriteString(list[i].String() + " ")
		}
		s.work.spend(text.Len())
		known = sha256.Sum256([]byte(text.String()))
		s.lists[&list[0]] = known
	}
	return known
}

// lintPermissions finds permissions that no role holds.
func (r *reader) lintPermissions() {
	held := set{}
	for _, role := range r.env.roles {
		r.found.work.spend(len(role.held))
		for name := range role.held {
			held.add(name)
		}
	}
	var unused []string
	for _, p := range r.env.catalog.spec.Permissions {
		if !held.has(p.Name) && r.env.catalog.refused(r.env.catalog.permissions[p.Name]) == "" {
			unused = append(unused, p.Name)
		}
	}
	if unused = unique(unused); len(unused) > 0 {
		r.found.note(r.env.organization.Ref, "spec.catalogRef", ReasonUnusedPermission,
			"no role holds %s: add it to a role if people should have it", few(unused))
	}
}

// entitlements returns the entitlements of a grant that the catalog declares, sorted, and finds those that it does not, and
// those that the role never requires.
func (r *reader) entitlements(written []string, role *role, object model.Ref, field string) []string {
	carried := set{}
	for i, entitlement := range written {
		at := fmt.Sprintf("%s.entitlements[%d]", field, i)
		if !r.env.catalog.entitlements.has(entitlement) {
			r.found.reject(object, at, ReasonUnknownEntitlement,
				"catalog %q has no entitlement %q, so the grant does not carry it: %s",
				r.env.catalog.spec.Name, entitlement, r.found.fix(r.env.catalog.names.entitlements, entitlement, addToCatalog))
			continue
		}
		carried.add(entitlement)
		if role.disabled == nil && !role.required.has(entitlement) {
			r.found.warn(object, at, ReasonUnusedEntitlement,
				"%s %q requires no entitlement %q: remove it from the grant, or require it in a rule of the role",
				role.spec.Kind, role.spec.Name, entitlement)
		}
	}
	return carried.sorted()
}
