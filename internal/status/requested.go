// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// maxRequested bounds the requested roles that an assignment lists.
const maxRequested = 16

// untilLayout is how a table shows an end: it has room for no seconds.
const untilLayout = "2006-01-02T15:04Z"

// requestedRoles lists the roles that requests give to a user and that have not ended, the first to end first.
func (v *View) requestedRoles(doc *document.Document, user string) []v1alpha1.RequestedRole {
	var roles []v1alpha1.RequestedRole
	holder := doc.Users[user]
	for i := range holder.Grants {
		grant := &holder.Grants[i]
		request, requested := requestOf(grant.Source)
		if !requested || holder.Suspended || grant.Window.EndTime == nil || !v.now.Before(*grant.Window.EndTime) {
			continue
		}
		roles = append(roles, v1alpha1.RequestedRole{
			RequestName: v1alpha1.Observed(request), RoleRef: *observedRole(grant.Role),
			Scope: observedScope(&grant.Scope), Window: window(grant.Window),
		})
	}
	slices.SortStableFunc(roles, func(a, b v1alpha1.RequestedRole) int {
		return cmp.Or(a.EndTime.Compare(b.EndTime.Time), cmp.Compare(a.RequestName, b.RequestName))
	})
	return roles
}

// requestOf returns the name of the request that gives a grant, if one does.
func requestOf(source string) (string, bool) {
	written, isRequest := strings.CutPrefix(source, model.KindRequest+"/")
	name, isGrant := strings.CutSuffix(written, " grant")
	return name, isRequest && isGrant
}

// showRequested writes the requested roles into a status.
func showRequested(desired *v1alpha1.UserAssignmentStatus, roles []v1alpha1.RequestedRole) {
	if len(roles) == 0 {
		return
	}
	desired.RequestedUntil = roles[0].EndTime.UTC().Format(untilLayout)
	desired.OmittedRequestedRoleCount = bounded.CountIfAny(max(0, len(roles)-maxRequested))
	desired.RequestedRoles = roles[:min(len(roles), maxRequested)]
}

// requestedSummaries describe requested roles, each in a few words.
func requestedSummaries(roles []v1alpha1.RequestedRole) []string {
	parts := make([]string, len(roles))
	for i := range roles {
		role, request, scope := string(roles[i].RoleRef.Name), string(roles[i].RequestName), &roles[i].Scope
		parts[i] = role + " " + places(scope.Everywhere, scope.Units, scope.UnitGroups) + during(roles[i].Window) + " by request " + request
	}
	return parts
}

// hasEnded reports whether a status lists a requested role that has ended.
func (v *View) hasEnded(roles []v1alpha1.RequestedRole) bool {
	return slices.ContainsFunc(roles, func(r v1alpha1.RequestedRole) bool {
		return r.EndTime != nil && !v.now.Before(r.EndTime.Time)
	})
}
