// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"

	"github.com/rolewright/rolewright/internal/console/state"
)

// Permission is the page of one permission.
type Permission struct {
	Held
	Section      string
	SectionTitle string
	Implies      []string
	Features     []string
	Platform     bool
	Roles        []RoleHolding
	// Overrides are users with an override of it.
	Given, Denied []string
}

// RoleHolding is how a role holds a permission.
type RoleHolding struct {
	Key, Title string
	Held
	Holders int
}

// NewPermission returns the page of a permission, nil if there is none of that name.
func NewPermission(o *state.Organization, name string) *Permission {
	permission, known := o.Document.Permissions[name]
	if !known {
		return nil
	}
	p := &Permission{
		Held: newHeld(o, name, nil), Section: permission.Section,
		SectionTitle: cmp.Or(o.Texts.Sections[permission.Section].DisplayName, permission.Section),
	}
	for i := range o.World.Catalog.Permissions {
		if written := &o.World.Catalog.Permissions[i]; written.Name == name {
			p.Implies, p.Features, p.Platform = written.Implies, written.RequiredFeatures, written.Platform
		}
	}
	for key := range o.Document.Roles {
		if alternatives, held := o.Document.Roles[key].Permissions[name]; held {
			p.Roles = append(p.Roles, RoleHolding{
				Key: key, Title: cmp.Or(o.Texts.Roles[key].Text.DisplayName, key), Held: newHeld(o, name, alternatives),
				Holders: o.Resolution.Holders[key],
			})
		}
	}
	slices.SortFunc(p.Roles, func(a, b RoleHolding) int {
		return cmp.Or(cmp.Compare(len(o.Document.Roles[a.Key].Inherits), len(o.Document.Roles[b.Key].Inherits)), cmp.Compare(a.Key, b.Key))
	})
	for _, id := range o.Users() {
		for _, override := range o.Document.Users[id].Overrides {
			switch {
			case override.Permission != name:
			case override.Deny:
				p.Denied = append(p.Denied, id)
			default:
				p.Given = append(p.Given, id)
			}
		}
	}
	return p
}
