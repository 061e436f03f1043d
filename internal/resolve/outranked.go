// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// outranked finds roles that a chain gives although no step asks only approvers who hold as much themselves.
func (c *approverCheck) outranked() {
	if c.chain.GrantPolicy == nil {
		return
	}
	var outranking []string
	for ref, given := range c.env.roles {
		held := slices.ContainsFunc(c.chain.Steps, func(s model.Step) bool { return c.approversHold(&s, given) })
		if !held && c.env.policyGives(c.chain.GrantPolicy, given) {
			outranking = append(outranking, ref.Key())
		}
	}
	if len(outranking) > 0 {
		c.found.warn(c.chain.Ref, "spec.grantPolicy.roles", ReasonApproversOutranked,
			"the chain gives roles with permissions that its approvers may lack (%s): add a step for approvers who hold them, or give less",
			few(unique(outranking)))
	}
}

// policyGives reports whether a policy gives a role.
func (e *environment) policyGives(policy *model.GrantPolicy, given *role) bool {
	for _, excepted := range policy.Roles.Except {
		if _, known := e.roles[excepted]; !known || given.ranks(excepted) {
			return false
		}
	}
	switch policy.Roles.From {
	case document.RolesListed:
		return slices.Contains(policy.Roles.Roles, given.ref())
	case document.RolesUpTo:
		return policy.Roles.UpTo != nil && e.roles[*policy.Roles.UpTo] != nil && e.roles[*policy.Roles.UpTo].ranks(given.ref())
	}
	return policy.Roles.From == document.RolesAll
}

// approversHold reports whether everybody whom a step names holds what a role gives.
func (c *approverCheck) approversHold(step *model.Step, given *role) bool {
	for _, p := range pools(step) {
		for i := range p.approvers {
			if !c.approverHolds(step, &p.approvers[i], given) {
				return false
			}
		}
	}
	return true
}

// approverHolds reports whether everybody whom an approver names holds what a role gives. A manager need not hold anything.
func (c *approverCheck) approverHolds(step *model.Step, a *model.Approver, given *role) bool {
	roleHolds := func(ref model.RoleRef) bool {
		held := c.env.roles[ref]
		return held == nil || part(given.held, held.held)
	}
	switch {
	case a.Type == model.ApproverTypeRole && a.Role != nil:
		return roleHolds(a.Role.Role)
	case a.Type == model.ApproverTypeManagerWithRole && a.ManagerWithRole != nil:
		return roleHolds(a.ManagerWithRole.Role)
	case a.Type == model.ApproverTypePermission:
		return !slices.ContainsFunc(c.rolesWith(a.Permission), func(r *role) bool { return !part(given.held, r.held) })
	case a.Type == model.ApproverTypeManager:
		return len(given.held) == 0
	}
	return !slices.ContainsFunc(c.named(a), func(id string) bool {
		asked := step.RequiredPermission == "" || c.holdsAny(id, []string{step.RequiredPermission})
		return asked && !part(given.held, c.holding(id))
	})
}
