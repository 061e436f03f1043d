// SPDX-License-Identifier: Apache-2.0

package view

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
)

// mostShown is how many findings stand beside an organization.
const mostShown = 3

// Health is how an organization fares, the worst first.
type Health string

// What becomes of findings.
const (
	// Broken organizations have errors: part of what is written does not count.
	Broken Health = "error"
	// Doubtful organizations have warnings: something takes effect that is probably not meant.
	Doubtful Health = "warning"
	Healthy  Health = "ok"
	// Unknown is the health of organizations that could not be resolved.
	Unknown Health = "unknown"
)

// Organizations is the list of all organizations.
type Organizations struct {
	Rows []OrganizationRow
	Paging
	// Filter is the text that names must contain.
	Filter string
	// Elsewhere counts the findings in objects of no organization.
	Elsewhere int
	// Catalogs, PlatformRoles and PlatformUsers count what organizations share.
	Catalogs, PlatformRoles, PlatformUsers int
}

// Shared reports whether organizations share anything.
func (o *Organizations) Shared() bool { return o.Catalogs+o.PlatformRoles+o.PlatformUsers > 0 }

// OrganizationRow is an organization in a list.
type OrganizationRow struct {
	*state.Organization
	Health                  Health
	Errors, Warnings, Notes int
	MostSevere              []validation.Finding
	Users, Roles, Units     int
	// Revision and PublishedTime are those of the publication, as the manager says; 0 and nil where it says nothing.
	Revision      int64
	PublishedTime *time.Time
}

// NewOrganizations returns a page of the organizations whose names contain a text, those with errors first.
func NewOrganizations(s *state.State, filter, page string) *Organizations {
	list := &Organizations{Filter: filter}
	var rows []OrganizationRow
	for _, o := range s.Organizations {
		if containsFold(o.Namespace+"/"+o.Name, filter) || containsFold(o.Title(), filter) {
			rows = append(rows, NewOrganizationRow(o))
		}
	}
	slices.SortStableFunc(rows, func(a, b OrganizationRow) int { return min(1, b.Errors) - min(1, a.Errors) })
	list.Rows, list.Paging = paginate(rows, page)
	list.Elsewhere = len(elsewhere(s))
	users := map[v1alpha1.UserID]bool{}
	for i := range s.Objects.PlatformAssignments {
		users[s.Objects.PlatformAssignments[i].Spec.User] = true
	}
	list.Catalogs, list.PlatformRoles, list.PlatformUsers = len(s.Objects.Catalogs), len(s.Objects.PlatformRoles), len(users)
	return list
}

// NewOrganizationRow returns what a list says of an organization.
func NewOrganizationRow(o *state.Organization) OrganizationRow {
	row := OrganizationRow{
		Organization: o, Health: Healthy,
		Errors: validation.Count(o.Findings, resolve.Error), Warnings: validation.Count(o.Findings, resolve.Warning),
		Notes: validation.Count(o.Findings, resolve.Info),
	}
	switch {
	case o.Unresolved != "":
		row.Health = Unknown
	case row.Errors > 0:
		row.Health = Broken
	case row.Warnings > 0:
		row.Health = Doubtful
	}
	severe := slices.Clone(o.Findings)
	slices.SortStableFunc(severe, func(a, b validation.Finding) int { return int(a.Severity) - int(b.Severity) })
	row.MostSevere = severe[:min(mostShown, len(severe), row.Errors+row.Warnings)]
	if o.Document != nil {
		row.Users, row.Roles, row.Units = len(o.Document.Users), len(o.Document.Roles), len(o.Document.Units)
	}
	if published := o.Publication(); published != nil {
		row.Revision, row.PublishedTime = published.Revision, &published.PublishTime.Time
	}
	return row
}

// containsFold reports whether a text contains another one, in whatever case.
func containsFold(text, wanted string) bool {
	if wanted == "" {
		return true
	}
	for i := range len(wanted) {
		if wanted[i] >= utf8.RuneSelf {
			return strings.Contains(strings.ToLower(text), strings.ToLower(wanted))
		}
	}
	// Most of 100,000 names differ in their first letters: nothing is copied to find out.
	for from := 0; from+len(wanted) <= len(text); from++ {
		if equalsFold(text[from:from+len(wanted)], wanted) {
			return true
		}
	}
	return false
}

// equalsFold reports whether a text of the length of an ASCII text is the same in whatever case.
func equalsFold(text, ascii string) bool {
	for i := range len(ascii) {
		a, b := text[i], ascii[i]
		if a != b && (a|0x20 != b|0x20 || b|0x20 < 'a' || b|0x20 > 'z') {
			return false
		}
	}
	return true
}
