// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// ownPermissions is what what-can prints as JSON about the current user, by their own assignments.
type ownPermissions struct {
	User          v1alpha1.UserID     `json:"user"`
	Organizations []ownInOrganization `json:"organizations"`
}

// ownInOrganization is what the status of an assignment says of the current user.
type ownInOrganization struct {
	Namespace    string             `json:"namespace"`
	Organization string             `json:"organization"`
	Assignment   string             `json:"assignment"`
	State        v1alpha1.UserState `json:"state,omitempty"`
	// Complete reports whether the effective permissions are current, published and all; Doubt says why not.
	Complete  bool              `json:"complete"`
	Doubt     string            `json:"doubt,omitempty"`
	Published *metav1.Condition `json:"published,omitempty"`
	// Detail is Roles if the effective permissions are listed by role.
	Detail    v1alpha1.AssignmentStatusDetail `json:"detail,omitempty"`
	Effective []v1alpha1.EffectiveScope       `json:"effective"`
}

// ownPermissionsOf returns what assignments of the current user say.
func ownPermissionsOf(user v1alpha1.UserID, assignments []v1alpha1.UserAssignment) ownPermissions {
	all := ownPermissions{User: user, Organizations: make([]ownInOrganization, 0, len(assignments))}
	for i := range assignments {
		a, why := &assignments[i], doubt(&assignments[i])
		all.Organizations = append(all.Organizations, ownInOrganization{
			Namespace: a.Namespace, Organization: a.Spec.OrganizationRef.Name, Assignment: a.Name, State: a.Status.State,
			Complete: why == "", Doubt: why, Detail: a.Status.Detail,
			Published: publishedCondition(a), Effective: append([]v1alpha1.EffectiveScope{}, a.Status.Effective...),
		})
	}
	return all
}

// ownRow is a permission that the current user holds, or that an override denies.
type ownRow struct {
	organization, permission, condition, scope, until, roles, sources string
}

// printOwn prints what assignments of the current user say at the time of the flag.
func (o *whatCanOptions) printOwn(assignments []v1alpha1.UserAssignment) error {
	var rows []ownRow
	for i := range assignments {
		for j := range assignments[i].Status.Effective {
			rows = append(rows, ownRows(&assignments[i], &assignments[i].Status.Effective[j], o.query.at.time)...)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	columns := []struct {
		title string
		cell  func(*ownRow) string
		shown bool
	}{
		{"ORGANIZATION", func(r *ownRow) string { return r.organization }, len(assignments) > 1},
		{"PERMISSION", func(r *ownRow) string { return r.permission }, true},
		{"CONDITION", func(r *ownRow) string { return r.condition }, true},
		{"SCOPE", func(r *ownRow) string { return r.scope }, true},
		{"UNTIL", func(r *ownRow) string { return orNone(r.until) }, slices.ContainsFunc(rows, func(r ownRow) bool { return r.until != "" })},
		{"ROLE", func(r *ownRow) string { return orNone(r.roles) }, o.query.output.format == "wide"},
		{"SOURCE", func(r *ownRow) string { return orNone(r.sources) }, o.query.output.format == "wide"},
	}
	table := make([][]string, len(rows)+1)
	for _, column := range columns {
		if !column.shown {
			continue
		}
		table[0] = append(table[0], column.title)
		for i := range rows {
			table[i+1] = append(table[i+1], english.Printable(column.cell(&rows[i])))
		}
	}
	return writeTable(o.query.streams.Out, table[0], table[1:])
}

// denied is the condition of a permission that an override denies, whatever gives it.
const denied = "denied"

// inRoleStatus is the condition of the permissions of a role, where a status lists roles.
const inRoleStatus = "in its status"

// roleName names a role as other commands do: one of the platform with its kind.
func roleName(ref *v1alpha1.ObservedRole) string {
	if ref.Kind == "" || ref.Kind == model.KindRole {
		return string(ref.Name)
	}
	return string(ref.Kind) + "/" + string(ref.Name)
}

// ownRows returns the rows of one entry of a status, none if it is not in force at a time.
func ownRows(a *v1alpha1.UserAssignment, entry *v1alpha1.EffectiveScope, at time.Time) []ownRow {
	if !isOpen(writtenWindow(entry.Window), at) {
		return nil
	}
	common := ownRow{organization: a.Spec.OrganizationRef.Name, scope: observedScope(&entry.Scope).String()}
	if entry.EndTime != nil {
		common.until = english.Time(entry.EndTime.Time)
	}
	common.roles, common.sources = sourcesOf(entry.From)
	rows := make([]ownRow, 0, len(entry.Permissions)+len(entry.Roles)+len(entry.DeniedPermissions))
	for i := range entry.Permissions {
		row := common
		row.permission, row.condition = string(entry.Permissions[i].Name), alternativesText(entry.Permissions[i].Alternatives)
		rows = append(rows, row)
	}
	for i := range entry.Roles {
		row, role := common, &entry.Roles[i]
		row.permission, row.condition = "those of role "+roleName(&role.RoleRef), inRoleStatus
		row.roles, row.sources = sourcesOf(role.From)
		rows = append(rows, row)
	}
	for _, permission := range entry.DeniedPermissions {
		row := common
		row.permission, row.condition = string(permission), denied
		rows = append(rows, row)
	}
	return rows
}

func writtenWindow(w v1alpha1.Window) document.Window {
	var window document.Window
	if w.StartTime != nil {
		window.StartTime = &w.StartTime.Time
	}
	if w.EndTime != nil {
		window.EndTime = &w.EndTime.Time
	}
	return window
}

// observedScope returns the scope that a status shows as a document has it.
func observedScope(s *v1alpha1.ObservedScope) document.Scope {
	scope := document.Scope{
		Everywhere: s.Everywhere != nil && *s.Everywhere, Units: plain(s.Units), UnitGroups: plain(s.UnitGroups),
		Dimensions: map[string]document.Values{},
	}
	for _, d := range s.Dimensions {
		scope.Dimensions[string(d.Name)] = document.Values{All: d.All != nil && *d.All, Values: plain(d.Values)}
	}
	return scope
}

// alternativesText writes the alternatives of a permission as a document does; none if it is held without a condition.
func alternativesText(alternatives []v1alpha1.PermissionAlternative) string {
	if len(alternatives) == 0 {
		return none
	}
	texts := make([]string, len(alternatives))
	for i := range alternatives {
		texts[i] = document.Alternative{
			Qualifiers: plain(alternatives[i].Qualifiers), RequiredFeatures: plain(alternatives[i].RequiredFeatures),
			RequiredEntitlements: plain(alternatives[i].RequiredEntitlements),
		}.String()
	}
	return strings.Join(texts, "|")
}

// sourcesOf returns the roles and the objects that give something.
func sourcesOf(from []v1alpha1.EffectiveSource) (roles, sources string) {
	var given []string
	by := make([]string, 0, len(from))
	for i := range from {
		source := &from[i]
		text := string(source.Kind) + "/" + string(source.Name)
		switch {
		case source.GrantName != "":
			text += " grants[" + string(source.GrantName) + "]"
		case source.OverrideName != "":
			text += " overrides[" + string(source.OverrideName) + "]"
		}
		by = append(by, text)
		if source.RoleRef != nil && !slices.Contains(given, string(source.RoleRef.Name)) {
			given = append(given, string(source.RoleRef.Name))
		}
	}
	return strings.Join(given, ", "), strings.Join(by, ", ")
}

func plain(names []v1alpha1.Observed) []string {
	texts := make([]string, len(names))
	for i := range names {
		texts[i] = string(names[i])
	}
	return texts
}
