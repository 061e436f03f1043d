// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/suggest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// addWrittenGrants adds to an explanation the grants of the user that count for nothing, with what was found wrong with them, and
// what takes something from the others. It advises no grant of a role that is written already.
func (q *query) addWrittenGrants(e *access.Explanation) {
	user, permission := q.request.request.Subject.ID, q.request.request.Action.Name
	resolution := q.organization.resolution
	if _, known := q.organization.document.Users[user]; !known || q.request.invalid != "" {
		return
	}
	var corrections []string
	written := map[string]bool{}
	for _, grant := range resolution.GrantsWrittenFor(user) {
		if grant.Counts {
			addFindings(e, &grant)
			continue
		}
		if len(grant.Findings) == 0 {
			continue
		}
		e.Grants = append(e.Grants, access.GrantResult{
			Source: grant.Source, Role: grant.Role, Scope: writtenScope(&grant.Scope).String(), Rejected: true,
			Findings: grantFindings(grant.Findings),
		})
		if role := q.holdingRole(grant.Role, permission); role != "" && e.Reason == access.ReasonNotGranted {
			written[role] = true
			corrections = append(corrections, fmt.Sprintf("grant %s of role %s counts for nothing as it is written: %s",
				grant.Source, grant.Role, grant.Findings[0].Message))
		}
	}
	for i := range e.Grants {
		if g := &e.Grants[i]; len(g.Alternatives) == 0 {
			g.Findings = append(g.Findings, grantFindings(resolution.RoleErrors(g.Role, permission))...)
		}
	}
	if len(corrections) > 0 {
		e.Nearest = slices.Concat(corrections, withoutRoles(e, written))
	}
}

// addFindings adds to a grant of an explanation what was found wrong with it.
func addFindings(e *access.Explanation, grant *resolve.WrittenGrant) {
	for i := range e.Grants {
		if e.Grants[i].Source == grant.Source {
			e.Grants[i].Findings = append(e.Grants[i].Findings, grantFindings(grant.Findings)...)
		}
	}
}

// holdingRole returns the role that a grant was probably meant to give, if it holds the permission.
func (q *query) holdingRole(role, permission string) string {
	roles := q.organization.document.Roles
	if _, known := roles[role]; !known {
		role = suggest.Closest(role, slices.Sorted(maps.Keys(roles)))
	}
	if len(roles[role].Permissions[permission]) == 0 {
		return ""
	}
	return role
}

// withoutRoles leaves out of the advice the roles of grants that are written already. It returns what is left as text.
func withoutRoles(e *access.Explanation, written map[string]bool) []string {
	var advice []access.Advice
	var texts []string
	for _, given := range e.Advice {
		isRole := len(given.Roles) > 0
		given.Roles = slices.DeleteFunc(slices.Clone(given.Roles), func(role string) bool { return written[role] })
		if !isRole || len(given.Roles) > 0 {
			advice, texts = append(advice, given), append(texts, given.String())
		}
	}
	e.Advice = advice
	return texts
}

func grantFindings(found []resolve.Finding) []access.GrantFinding {
	findings := make([]access.GrantFinding, 0, len(found))
	for _, f := range found {
		findings = append(findings, access.GrantFinding{Reason: f.Reason, Message: f.Message})
	}
	return findings
}

// writtenScope returns a scope as a document has it, with the names in it that do not exist.
func writtenScope(written *model.Scope) document.Scope {
	scope := document.Scope{
		Everywhere: written.Everywhere, Units: written.Units, UnitGroups: written.Groups, Dimensions: map[string]document.Values{},
	}
	for _, d := range written.Dimensions {
		scope.Dimensions[d.Name] = document.Values{All: d.All, Values: d.Values}
	}
	return scope
}
