// SPDX-License-Identifier: Apache-2.0

package view

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/requests"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// mostCompleted is how many users complete a field.
const mostCompleted = 1000

// complete collects what completes the fields.
func (a *Asking) complete(o *state.Organization) {
	types, roles := map[string]bool{}, map[string]bool{}
	for i := range o.Members.Chains {
		chain := &o.Members.Chains[i].Spec
		types[string(chain.RequestType)] = true
		if policy := chain.GrantPolicy; policy != nil {
			for _, role := range requests.NamedRoles(&policy.Roles) {
				roles[role] = true
			}
		}
	}
	if o.Document != nil {
		a.Units = slices.Sorted(maps.Keys(o.Document.Units))
		a.Users = o.Users()
		for _, chain := range o.Document.Chains {
			if policy := chain.GrantPolicy; policy != nil {
				addGiven(o.Document, &policy.Roles, roles)
			}
		}
		a.Users = a.Users[:min(len(a.Users), mostCompleted)]
	}
	a.Types, a.Roles = slices.Sorted(maps.Keys(types)), slices.Sorted(maps.Keys(roles))
}

// addGiven adds the roles that a chain may give besides those that it names.
func addGiven(d *document.Document, selection *document.RoleSelection, roles map[string]bool) {
	switch selection.From {
	case document.RolesAll:
		for role := range d.Roles {
			roles[role] = true
		}
	case document.RolesUpTo:
		waiting, seen := []string{selection.UpToRole}, map[string]bool{}
		for len(waiting) > 0 {
			role := waiting[0]
			waiting = waiting[1:]
			if seen[role] {
				continue
			}
			seen[role], roles[role] = true, true
			waiting = append(waiting, d.Roles[role].Inherits...)
		}
	}
	for _, role := range selection.ExceptRoles {
		delete(roles, role)
	}
}
