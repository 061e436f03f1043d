// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/pkg/permissions/document"
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
	for i := range o.Environment.Catalog.Permissions {
		if written := &o.Environment.Catalog.Permissions[i]; written.Name == name {
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
	overridden := func(deny bool) []string {
		return usersOf(o, func(user *document.User) bool {
			return slices.ContainsFunc(user.Overrides, func(override document.Override) bool {
				return override.Permission == name && override.Deny == deny
			})
		})
	}
	p.Given, p.Denied = overridden(false), overridden(true)
	return p
}
