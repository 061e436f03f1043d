// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// EffectiveScope is what the same sources give a user, or deny them, in one scope during one window.
type EffectiveScope struct {
	Scope  document.Scope
	Window document.Window
	// From are the grants and overrides that give everything in Permissions, or deny everything in Denied.
	From []EffectiveSource
	// Permissions that the user holds there, by name.
	Permissions []EffectivePermission
	// Roles are those that the user holds there, by name, if roles are listed instead of their permissions. They have sources of their
	// own.
	Roles []EffectiveRole
	// Denied names the permissions that overrides deny the user there, regardless of what gives them.
	Denied []string
}

// EffectivePermission is one permission that a user holds in a scope.
type EffectivePermission struct {
	Name string
	// Alternatives, one of which suffices; none if there is no condition, and those that ask for least if there are very many.
	Alternatives []document.Alternative
}

// EffectiveRole is a role that a user holds in a scope.
type EffectiveRole struct {
	// Role is its key in the document.
	Role string
	// Entitlements that each of the grants carries, by name.
	Entitlements []string
	From         []EffectiveSource
}

// EffectiveSource is a grant or an override that gives or denies something.
type EffectiveSource struct {
	// Kind and Name are those of the object that has the grant or the override.
	Kind, Name string
	// Grant or Override is its name in the object. Both are empty for the one grant of a request.
	Grant, Override string
	// Role is the key in the document of the role that the grant gives; empty for an override.
	Role string
}

func (s EffectiveSource) compare(other EffectiveSource) int {
	return cmp.Or(cmp.Compare(s.Kind, other.Kind), cmp.Compare(s.Name, other.Name),
		cmp.Compare(s.Grant, other.Grant), cmp.Compare(s.Override, other.Override), cmp.Compare(s.Role, other.Role))
}

// Effective returns what a user of a document holds, grouped by scope, window and sources, the widest scope first. Gates are
// settled: what the organization's features or a grant's entitlements do not open is left out. A suspended user, and
// one whom the document does not know, holds nothing.
func Effective(doc *document.Document, user string) []EffectiveScope {
	e := effective{doc: doc, groups: map[string]*group{}, lost: set{}}
	return e.of(user, e.grant)
}

// EffectiveByRole returns what a user of a document holds like Effective, but lists the roles that grants give and not their
// permissions. So it depends on no role.
func EffectiveByRole(doc *document.Document, user string) []EffectiveScope {
	e := effective{doc: doc, groups: map[string]*group{}, lost: set{}}
	return e.of(user, e.role)
}

// effective gathers what one user holds.
type effective struct {
	doc    *document.Document
	groups map[string]*group
	// lost names the permissions that are denied everywhere and always.
	lost set
}

// of gathers what a user holds, with a method for grants.
func (e *effective) of(user string, give func(*document.Grant)) []EffectiveScope {
	holder, known := e.doc.Users[user]
	if !known || holder.Suspended {
		return nil
	}
	for i := range holder.Overrides {
		if o := &holder.Overrides[i]; o.Deny {
			e.deny(o)
		}
	}
	for grant := range e.doc.GrantsOf(&holder) {
		give(grant)
	}
	for i := range holder.Overrides {
		if o := &holder.Overrides[i]; !o.Deny {
			e.give(o)
		}
	}
	return e.scopes()
}

// group is one scope and window.
type group struct {
	scope  document.Scope
	window document.Window
	// held are the alternatives of each permission.
	held map[string]candidates
	// from and denied map each permission that is held or denied to its sources.
	from, denied map[string]map[EffectiveSource]struct{}
	// roles are those that are held, by role and entitlements.
	roles map[string]*EffectiveRole
}

func (e *effective) group(scope document.Scope, window document.Window) *group {
	key := scope.String() + "\x00" + window.String()
	if e.groups[key] == nil {
		e.groups[key] = &group{
			scope: scope, window: window, held: map[string]candidates{},
			from: map[string]map[EffectiveSource]struct{}{}, denied: map[string]map[EffectiveSource]struct{}{},
			roles: map[string]*EffectiveRole{},
		}
	}
	return e.groups[key]
}

func (e *effective) deny(o *document.Override) {
	if takesAll(o) {
		e.lost.add(o.Permission)
	}
	note(e.group(o.Scope, o.Window).denied, o.Permission, splitSource(o.Source, ""))
}

func (e *effective) grant(g *document.Grant) {
	in, from := e.group(g.Scope, g.Window), splitSource(g.Source, g.Role)
	for name, alternatives := range e.doc.Roles[g.Role].Permissions {
		for _, alternative := range alternatives {
			if subset(alternative.RequiredFeatures, e.doc.Features) && subset(alternative.RequiredEntitlements, g.Entitlements) {
				in.hold(e, name, document.Alternative{Qualifiers: alternative.Qualifiers}, from)
			}
		}
	}
}

// role notes the role of a grant.
func (e *effective) role(g *document.Grant) {
	in, key := e.group(g.Scope, g.Window), fmt.Sprintf("%q %q", g.Role, g.Entitlements)
	if in.roles[key] == nil {
		in.roles[key] = &EffectiveRole{Role: g.Role, Entitlements: g.Entitlements}
	}
	in.roles[key].From = append(in.roles[key].From, splitSource(g.Source, g.Role))
}

func (e *effective) give(o *document.Override) {
	if subset(o.RequiredFeatures, e.doc.Features) {
		e.group(o.Scope, o.Window).hold(e, o.Permission, document.Alternative{}, splitSource(o.Source, ""))
	}
}

func (g *group) hold(e *effective, name string, alternative document.Alternative, from EffectiveSource) {
	if e.lost.has(name) || e.doc.Permissions[name].Refused != "" {
		return
	}
	g.held[name] = append(g.held[name], candidateOf(alternative))
	note(g.from, name, from)
}

// note adds a source to those of a permission.
func note(sources map[string]map[EffectiveSource]struct{}, permission string, from EffectiveSource) {
	if sources[permission] == nil {
		sources[permission] = map[EffectiveSource]struct{}{}
	}
	sources[permission][from] = struct{}{}
}

// scopes returns the groups in which anything is held or denied, split by their sources.
func (e *effective) scopes() []EffectiveScope {
	var found []EffectiveScope
	for _, key := range slices.Sorted(maps.Keys(e.groups)) {
		g := e.groups[key]
		for _, same := range bySources(g.denied) {
			found = append(found, EffectiveScope{Scope: g.scope, Window: g.window, From: same.from, Denied: same.permissions})
		}
		if roles := g.sortedRoles(); len(roles) > 0 {
			found = append(found, EffectiveScope{Scope: g.scope, Window: g.window, Roles: roles})
		}
		for _, same := range bySources(g.from) {
			scope := EffectiveScope{Scope: g.scope, Window: g.window, From: same.from}
			for _, name := range same.permissions {
				scope.Permissions = append(scope.Permissions, EffectivePermission{Name: name, Alternatives: conditional(g.held[name])})
			}
			found = append(found, scope)
		}
	}
	slices.SortStableFunc(found, func(a, b EffectiveScope) int { return cmp.Compare(width(a.Scope), width(b.Scope)) })
	return found
}

// sortedRoles returns the roles that are held, by name and entitlements, each with its sources in their order.
func (g *group) sortedRoles() []EffectiveRole {
	roles := make([]EffectiveRole, 0, len(g.roles))
	for _, key := range slices.Sorted(maps.Keys(g.roles)) {
		role := g.roles[key]
		slices.SortFunc(role.From, EffectiveSource.compare)
		role.From = slices.Compact(role.From)
		roles = append(roles, *role)
	}
	return roles
}

// sameSources are permissions that have the same sources.
type sameSources struct {
	from        []EffectiveSource
	permissions []string
}

// bySources groups permissions by their sources, in the order of the sources.
func bySources(permissions map[string]map[EffectiveSource]struct{}) []*sameSources {
	groups := map[string]*sameSources{}
	for _, name := range slices.Sorted(maps.Keys(permissions)) {
		from := slices.SortedFunc(maps.Keys(permissions[name]), EffectiveSource.compare)
		key := fmt.Sprintf("%q", from)
		if groups[key] == nil {
			groups[key] = &sameSources{from: from}
		}
		groups[key].permissions = append(groups[key].permissions, name)
	}
	return slices.SortedFunc(maps.Values(groups), func(a, b *sameSources) int {
		return slices.CompareFunc(a.from, b.from, EffectiveSource.compare)
	})
}

// width orders scopes from the widest kind to the narrowest.
func width(s document.Scope) int {
	switch {
	case s.Everywhere:
		return 0
	case len(s.UnitGroups) > 0:
		return 1
	}
	return 2
}

// conditional returns the alternatives to show, by name; none if one of them is unconditional.
func conditional(all candidates) []document.Alternative {
	held, _ := all.reduced()
	if held[0].Unconditional() {
		return nil
	}
	slices.SortFunc(held, func(a, b document.Alternative) int { return cmp.Compare(a.String(), b.String()) })
	return held
}
