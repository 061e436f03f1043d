// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Administers is the page of what a user may administer: by which rules, over whom, and which roles.
type Administers struct {
	ID, Name string
	// Rules are those that the user has at the moment.
	Rules []access.AdministrationRule
	// Unit is where roles would be held, and Units are those that one may choose.
	Unit  string
	Units []string
	// Filter is a text that the ids of those have whom the page is about.
	Filter string
	Rows   []*AdministeredUser
	// Looked is how many users were looked at for the rows, and Next the last of them if there are others; otherwise it is empty.
	Looked int
	Next   string
}

// AdministeredUser is a user, with the roles that another one may give them and take from them in a unit.
type AdministeredUser struct {
	ID, HomeUnit string
	Gives, Takes []string
}

// Same reports whether the same roles may be given and taken.
func (u *AdministeredUser) Same() bool { return slices.Equal(u.Gives, u.Takes) }

// mostAssignmentsAsked bounds how often the page asks whether a role may be given: once for each user, role, and direction.
const mostAssignmentsAsked = 4_000

// NewAdministers returns what a user may administer at a moment: a page of the users whose ids follow another one, and contain a text; nil
// if there is no such user or unit.
func NewAdministers(o *state.Organization, id, unit, filter, after string, now time.Time) *Administers {
	if _, known := o.Document.Users[id]; !known {
		return nil
	}
	index, err := o.IndexAt(now)
	if err != nil {
		return nil
	}
	a := &Administers{
		ID: id, Rules: index.AdministrationRules(id), Filter: filter, Units: slices.Sorted(maps.Keys(o.Document.Units)),
	}
	a.Unit = cmp.Or(unit, a.somewhere(), o.Tree().Root)
	if _, known := o.Document.Units[a.Unit]; !known {
		return nil
	}
	if len(a.Rules) > 0 {
		a.look(o, index, after)
	}
	return a
}

// somewhere returns a unit for which a rule is held; empty for the root.
func (a *Administers) somewhere() string {
	for i := range a.Rules {
		if scope := &a.Rules[i].Scope; !scope.Everywhere && len(scope.Units) > 0 {
			return scope.Units[0]
		}
	}
	return ""
}

// look adds rows, until there are as many as a page has or the bound is reached.
func (a *Administers) look(o *state.Organization, index *engine.Index, after string) {
	all, most := o.Users(), max(1, mostAssignmentsAsked/(2*max(1, len(o.Document.Roles))))
	from, found := slices.BinarySearch(all, after)
	if found {
		from++
	}
	for _, id := range all[from:] {
		if !containsFold(id, a.Filter) {
			continue
		}
		if a.Looked == most || len(a.Rows) == PageSize {
			return
		}
		a.Looked, a.Next = a.Looked+1, id
		asked := access.AssignmentRequest{Actor: a.ID, User: id, Resource: map[string]any{access.PropertyUnit: a.Unit}}
		row := &AdministeredUser{ID: id, HomeUnit: o.Document.Users[id].HomeUnit, Gives: slices.Collect(index.AssignableRoles(&asked, ""))}
		asked.Role, asked.Revoke = "", true
		row.Takes = slices.Collect(index.AssignableRoles(&asked, ""))
		if len(row.Gives)+len(row.Takes) > 0 {
			a.Rows = append(a.Rows, row)
		}
	}
	a.Next = ""
}
