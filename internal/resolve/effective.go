// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// EffectiveScope is what a user holds in one scope, during one window.
type EffectiveScope struct {
	Scope  document.Scope
	Window document.Window
	// Permissions that the user holds there, by name.
	Permissions []EffectivePermission
	// Denied names the permissions that overrides take from the user there, whatever gives them.
	Denied []string
}

// EffectivePermission is one permission that a user holds in a scope.
type EffectivePermission struct {
	Name string
	// When writes out the alternatives, one of which suffices; it is empty when there is no condition.
	When []string
	// From names the roles that it comes from, or FromOverride.
	From []string
}

// FromOverride stands among the roles that a permission comes from.
const FromOverride = "override"

// Effective returns what a user of a document holds, grouped by scope and window, the widest scope first. Gates are
// settled: what the organization's features or a grant's entitlements do not open is left out. A suspended user, and
// one whom the document does not know, holds nothing.
func Effective(doc *document.Document, user string) []EffectiveScope {
	holder, known := doc.Users[user]
	if !known || holder.Suspended {
		return nil
	}
	e := effective{doc: doc, groups: map[string]*group{}, lost: set{}}
	for i := range holder.Overrides {
		if o := &holder.Overrides[i]; o.Deny {
			e.deny(o)
		}
	}
	for grant := range doc.GrantsOf(&holder) {
		e.grant(grant)
	}
	for i := range holder.Overrides {
		if o := &holder.Overrides[i]; !o.Deny {
			e.give(o)
		}
	}
	return e.scopes()
}

// effective gathers what one user holds.
type effective struct {
	doc    *document.Document
	groups map[string]*group
	// lost names the permissions that are denied everywhere and always.
	lost set
}

// group is one scope and window.
type group struct {
	scope  document.Scope
	window document.Window
	held   holding
	from   map[string]set
	denied []string
}

func (e *effective) group(scope document.Scope, window document.Window) *group {
	key := scope.String() + "\x00" + window.String()
	if e.groups[key] == nil {
		e.groups[key] = &group{scope: scope, window: window, held: holding{}, from: map[string]set{}}
	}
	return e.groups[key]
}

func (e *effective) deny(o *document.Override) {
	if takesAll(o) {
		e.lost.add(o.Permission)
	}
	in := e.group(o.Scope, o.Window)
	in.denied = append(in.denied, o.Permission)
}

func (e *effective) grant(g *document.Grant) {
	in := e.group(g.Scope, g.Window)
	for name, alternatives := range e.doc.Roles[g.Role].Permissions {
		for _, alternative := range alternatives {
			if subset(alternative.RequiredFeatures, e.doc.Features) && subset(alternative.RequiredEntitlements, g.Entitlements) {
				in.hold(e, name, document.Alternative{Qualifiers: alternative.Qualifiers}, g.Role)
			}
		}
	}
}

func (e *effective) give(o *document.Override) {
	if subset(o.RequiredFeatures, e.doc.Features) {
		e.group(o.Scope, o.Window).hold(e, o.Permission, document.Alternative{}, FromOverride)
	}
}

func (g *group) hold(e *effective, name string, alternative document.Alternative, from string) {
	if e.lost.has(name) || e.doc.Permissions[name].Refused != "" {
		return
	}
	g.held.add(name, alternative)
	if g.from[name] == nil {
		g.from[name] = set{}
	}
	g.from[name].add(from)
}

// scopes returns the groups in which anything is held or denied.
func (e *effective) scopes() []EffectiveScope {
	var found []EffectiveScope
	for _, key := range slices.Sorted(maps.Keys(e.groups)) {
		g := e.groups[key]
		if len(g.held) == 0 && len(g.denied) == 0 {
			continue
		}
		scope := EffectiveScope{Scope: g.scope, Window: g.window, Denied: unique(g.denied)}
		for _, name := range slices.Sorted(maps.Keys(g.held)) {
			scope.Permissions = append(scope.Permissions, EffectivePermission{
				Name: name, When: written(g.held[name]), From: slices.Sorted(maps.Keys(g.from[name])),
			})
		}
		found = append(found, scope)
	}
	slices.SortStableFunc(found, func(a, b EffectiveScope) int { return cmp.Compare(width(a.Scope), width(b.Scope)) })
	return found
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

// written writes out alternatives; none when one of them is unconditional.
func written(alternatives []document.Alternative) []string {
	texts := make([]string, 0, len(alternatives))
	for _, alternative := range alternatives {
		if alternative.Unconditional() {
			return nil
		}
		texts = append(texts, alternative.String())
	}
	slices.Sort(texts)
	return texts
}
