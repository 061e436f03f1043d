// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Users is the list of users.
type Users struct {
	Rows []UserRow
	Paging
	Filter string
}

// UserRow is a user in a list.
type UserRow struct {
	ID, Name, HomeUnit, Manager string
	Suspended                   bool
	// Roles are those that the user holds or will hold, each once.
	Roles []string
}

// NewUsers returns a page of the users whose ids contain a text.
func NewUsers(o *state.Organization, filter, page string) *Users {
	ids := o.Users()
	if filter != "" {
		ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !containsFold(id, filter) })
	}
	list := &Users{Filter: filter}
	ids, list.Paging = paginate(ids, page)
	for _, id := range ids {
		list.Rows = append(list.Rows, newUserRow(o, id))
	}
	return list
}

func newUserRow(o *state.Organization, id string) UserRow {
	user := o.Document.Users[id]
	row := UserRow{ID: id, HomeUnit: user.HomeUnit, Manager: user.Manager, Suspended: user.Suspended}
	for grant := range o.Document.GrantsOf(&user) {
		if !slices.Contains(row.Roles, grant.Role) {
			row.Roles = append(row.Roles, grant.Role)
		}
	}
	return row
}

// User is the page of one user.
type User struct {
	UserRow
	Attributes []Attribute
	// Managers is the line above the user, the nearest first; Reports are those whose manager the user is, and ReportCount how many.
	Managers, Reports []string
	ReportCount       int
	// Refs are the objects that the user comes from.
	Refs      []model.Ref
	Grants    []GrantRow
	Overrides []document.Override
	// Rejected are grants and overrides that are written and count for nothing.
	Rejected []Rejected
	Scopes   []Scope
	TimeLine *TimeLine
	// May are the administration rules that the user has at the moment.
	May   []access.AdministrationRule
	About []validation.Finding
	// InRoles are errors and warnings in the roles that the user holds, and in what these inherit.
	InRoles []validation.Finding
}

// Attribute is what the directory knows of a user or a unit.
type Attribute struct {
	Name  string
	Value any
	// Unknown is set on one that is written and does not count.
	Unknown bool
}

// GrantRow is a grant of a user.
type GrantRow struct {
	*document.Grant
	// Object is where it is written, and Field the place in it.
	Object model.Ref
	Field  string
	Flaws  []document.Finding
}

// Rejected is a grant or an override that counts for nothing.
type Rejected struct {
	document.Flaw
	Object model.Ref
	Field  string
}

// Scope is what the same sources give a user in one place during one time.
type Scope struct {
	Where    document.Scope
	Window   document.Window
	From     []resolve.EffectiveSource
	Sections []Section
	Denied   []string
}

// mostReports is how many people the page of a manager names.
const mostReports = 50

// NewUser returns the page of a user at a moment, nil if there is none of that id.
func NewUser(o *state.Organization, id string, now time.Time) *User {
	user, known := o.Document.Users[id]
	if !known {
		return nil
	}
	u := &User{UserRow: newUserRow(o, id), Overrides: user.Overrides, Attributes: attributes(user.Attributes, user.UnknownAttributes.Names())}
	u.addObjects(o)
	u.addLine(o)
	u.InRoles = findingsInRoles(o, u.Roles...)
	for grant := range o.Document.GrantsOf(&user) {
		object, field := sourceOf(o, grant.Source)
		u.Grants = append(u.Grants, GrantRow{Grant: grant, Object: object, Field: field, Flaws: user.Flaws[grant.Source].Findings})
	}
	for _, source := range slices.Sorted(maps.Keys(user.Flaws)) {
		if flaw := user.Flaws[source]; flaw.Rejected {
			object, field := sourceOf(o, source)
			u.Rejected = append(u.Rejected, Rejected{Flaw: flaw, Object: object, Field: field})
		}
	}
	for _, effective := range resolve.Effective(o.Document, id) {
		scope := Scope{Where: effective.Scope, Window: effective.Window, From: effective.From, Denied: effective.Denied}
		held := make([]Held, len(effective.Permissions))
		for i := range effective.Permissions {
			held[i] = newHeld(o, effective.Permissions[i].Name, effective.Permissions[i].Alternatives)
		}
		scope.Sections = bySection(o, held)
		u.Scopes = append(u.Scopes, scope)
	}
	u.May = o.Index.AdministrationRules(id)
	u.TimeLine = newTimeLine(u.Grants, now)
	return u
}

// addLine adds the managers above the user, and those whose manager the user is.
func (u *User) addLine(o *state.Organization) {
	for manager := u.Manager; manager != "" && !slices.Contains(u.Managers, manager) && manager != u.ID; {
		u.Managers = append(u.Managers, manager)
		manager = o.Document.Users[manager].Manager
	}
	u.Reports = usersOf(o, func(other *document.User) bool { return other.Manager == u.ID })
	u.ReportCount = len(u.Reports)
	u.Reports = u.Reports[:min(u.ReportCount, mostReports)]
}

// usersOf returns the ids of the users whom a function picks, sorted.
func usersOf(o *state.Organization, picks func(*document.User) bool) []string {
	var ids []string
	// To go through the map takes a fraction of the time of as many look-ups, and one variable for all users is one allocation.
	var user document.User
	var id string
	for id, user = range o.Document.Users {
		if picks(&user) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// assignmentsOf returns the assignments of a user.
func assignmentsOf(o *state.Organization, id string) []*v1alpha1.UserAssignment {
	var found []*v1alpha1.UserAssignment
	for _, assignment := range o.Members.Assignments {
		if string(assignment.Spec.User) == id {
			found = append(found, assignment)
		}
	}
	return found
}

// objectsOf returns the objects that are about a user alone.
func objectsOf(o *state.Organization, id string) []model.Ref {
	assignments := assignmentsOf(o, id)
	refs := make([]model.Ref, len(assignments))
	for i, assignment := range assignments {
		refs[i] = model.Ref{Kind: model.KindAssignment, Namespace: assignment.Namespace, Name: assignment.Name}
	}
	return refs
}

// addObjects adds the objects that are about the user alone, with their names and findings.
func (u *User) addObjects(o *state.Organization) {
	for _, assignment := range assignmentsOf(o, u.ID) {
		ref := model.Ref{Kind: model.KindAssignment, Namespace: assignment.Namespace, Name: assignment.Name}
		u.Refs = append(u.Refs, ref)
		u.About = append(u.About, findingsAbout(o.Findings, ref)...)
		u.Name = cmp.Or(u.Name, string(assignment.Spec.Profile.DisplayName))
	}
}

// attributes returns attributes by name, those that do not count among them.
func attributes(known map[string]any, unknown []string) []Attribute {
	list := make([]Attribute, 0, len(known)+len(unknown))
	for _, name := range slices.Sorted(maps.Keys(known)) {
		list = append(list, Attribute{Name: name, Value: known[name]})
	}
	for _, name := range unknown {
		list = append(list, Attribute{Name: name, Unknown: true})
	}
	return list
}

// sourceOf returns the object that a source names, Kind/name list[name], and the field in it.
func sourceOf(o *state.Organization, source string) (model.Ref, string) {
	object, field, _ := strings.Cut(source, " ")
	kind, name, _ := strings.Cut(object, "/")
	ref := model.Ref{Kind: kind, Namespace: o.Namespace, Name: name}
	if kind == model.KindPlatformAssignment {
		ref.Namespace = ""
	}
	if field != "" {
		field = "spec." + field
	}
	return ref, field
}
