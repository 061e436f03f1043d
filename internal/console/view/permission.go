// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/validation"
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
	// Given and Denied are users with an override of it, a page of each.
	Given, Denied           []string
	GivenPages, DeniedPages Paging
	// About are errors and warnings in the roles that hold it, and in those whose rules name it.
	About []validation.Finding
}

// RoleHolding is how a role holds a permission.
type RoleHolding struct {
	Key, Title string
	Held
	Holders int
}

// NewPermission returns the page of a permission, with a page of those to whom it is given and one of those from whom it is taken; nil if
// there is none of that name.
func NewPermission(o *state.Organization, name, given, denied string) *Permission {
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
	p.Given, p.GivenPages = paginate(overridden(false), given)
	p.Denied, p.DeniedPages = paginate(overridden(true), denied)
	p.About = findingsInRoles(o, rolesNaming(o, name, permission.Section)...)
	return p
}

// rolesNaming returns the keys of the roles that hold a permission of a section, or name it in a rule that may not count.
func rolesNaming(o *state.Organization, permission, section string) []string {
	var keys []string
	for _, roles := range [][]model.Role{o.Environment.Roles, o.Environment.PlatformRoles} {
		for i := range roles {
			key := (model.RoleRef{Kind: roles[i].Kind, Name: roles[i].Name}).Key()
			_, holds := o.Document.Roles[key].Permissions[permission]
			if holds || slices.ContainsFunc(roles[i].Rules, func(r model.Rule) bool { return picks(&r.Selector, permission, section) }) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}
