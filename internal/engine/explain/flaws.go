// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/suggest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// flaws yields what is wrong with the grants and overrides of the subject, by source: their own, those of all users, and those of
// their groups.
func (e *explainer) flaws() map[string]document.Flaw {
	x, user := e.decision.Index, e.decision.Request.Subject.ID
	all := maps.Clone(x.Core.DefaultFlaws)
	if all == nil {
		all = map[string]document.Flaw{}
	}
	for _, name := range slices.Sorted(maps.Keys(x.Groups)) {
		if group := x.Groups[name]; len(group.Flaws) > 0 && slices.Contains(group.Members, user) {
			maps.Copy(all, group.Flaws)
		}
	}
	if e.decision.Holder.Detail != nil {
		maps.Copy(all, e.decision.Holder.Detail.Flaws)
	}
	return all
}

// addFlaws adds the grants and overrides of the subject that count for nothing, with what is wrong with them, and what takes
// something from the others.
func (e *explainer) addFlaws(x *access.Explanation) {
	flaws := e.flaws()
	for _, source := range slices.Sorted(maps.Keys(flaws)) {
		flaw := flaws[source]
		findings := grantFindings(flaw.Findings)
		switch {
		case flaw.Permission != "" && flaw.Rejected:
			x.Overrides = append(x.Overrides, access.OverrideResult{
				Source: source, Permission: flaw.Permission, Deny: flaw.Deny, Scope: flaw.Scope.String(), Rejected: true, Findings: findings,
			})
		case flaw.Rejected:
			x.Grants = append(x.Grants, access.GrantResult{
				Source: source, Role: flaw.Role, Scope: flaw.Scope.String(), Rejected: true, Findings: findings,
			})
		default:
			addFindings(x, source, findings)
		}
	}
	for i := range x.Grants {
		if g := &x.Grants[i]; !g.Rejected && len(g.Alternatives) == 0 {
			g.Findings = append(g.Findings, e.roleFindings(g.Role)...)
		}
	}
}

// addFindings adds what is wrong with a part of what counts.
func addFindings(x *access.Explanation, source string, findings []access.GrantFinding) {
	for i := range x.Overrides {
		if x.Overrides[i].Source == source {
			x.Overrides[i].Findings = findings
		}
	}
	for i := range x.Grants {
		if x.Grants[i].Source == source {
			x.Grants[i].Findings = findings
		}
	}
}

// roleFindings returns what is wrong with a role, or with one that it inherits, so that it may not hold the permission.
func (e *explainer) roleFindings(role string) []access.GrantFinding {
	x := e.decision.Index
	var found []document.Finding
	for _, name := range append([]string{role}, x.Roles[role].Inherits...) {
		for _, f := range x.Roles[name].Flaws {
			if len(f.Permissions) == 0 || slices.Contains(f.Permissions, e.decision.Request.Action.Name) {
				found = append(found, f)
			}
		}
	}
	return grantFindings(found)
}

func grantFindings(found []document.Finding) []access.GrantFinding {
	findings := make([]access.GrantFinding, 0, len(found))
	for _, f := range found {
		findings = append(findings, access.GrantFinding{Reason: f.Reason, Message: f.Message})
	}
	return findings
}

// corrections say which grants and overrides of the subject would give the permission were they right, and what is wrong with
// them. Written are the roles of these grants: another grant of one is not what it takes.
func (e *explainer) corrections() (texts []string, written map[string]bool) {
	flaws, permission := e.flaws(), e.decision.Request.Action.Name
	written = map[string]bool{}
	for _, source := range slices.Sorted(maps.Keys(flaws)) {
		flaw := flaws[source]
		if !flaw.Rejected || len(flaw.Findings) == 0 {
			continue
		}
		if role := e.holdingRole(flaw.Role); role != "" {
			written[role] = true
			texts = append(texts, fmt.Sprintf("grant %s of role %s counts for nothing as it is written: %s",
				source, flaw.Role, flaw.Findings[0].Message))
		}
		if flaw.Permission == permission && !flaw.Deny {
			texts = append(texts, fmt.Sprintf("override %s of permission %s counts for nothing as it is written: %s",
				source, flaw.Permission, flaw.Findings[0].Message))
		}
	}
	return texts, written
}

// holdingRole returns the role that a grant was probably meant to give, if it holds the permission.
func (e *explainer) holdingRole(role string) string {
	roles := e.decision.Index.Roles
	if _, known := roles[role]; !known && role != "" {
		role = suggest.Closest(role, slices.Sorted(maps.Keys(roles)))
	}
	if len(roles[role].Permissions[e.decision.Request.Action.Name]) == 0 {
		return ""
	}
	return role
}
