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
	held := newRoleSet(len(c.env.numbered))
	for i := range c.chain.Steps {
		held.addAll(c.approversHold(&c.chain.Steps[i]))
	}
	var outranking []string
	c.env.work.spend(len(c.env.numbered) * (1 + len(c.chain.GrantPolicy.Roles.Except) + len(c.chain.GrantPolicy.Roles.Roles)))
	for _, given := range c.env.numbered {
		if !held.has(given.number) && c.env.policyGives(c.chain.GrantPolicy, given) {
			outranking = append(outranking, given.name)
		}
	}
	if len(outranking) > 0 {
		c.found.warn(c.chain.Ref, "spec.grantPolicy.roles", ReasonApproversOutranked,
			"the chain gives roles with permissions that its approvers may lack (%s): add a step for approvers who hold them, or give less",
			few(outranking))
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

// approversHold returns the roles that give no more than everybody holds whom a step names.
func (c *approverCheck) approversHold(step *model.Step) roleSet {
	held := c.roles.everyRole()
	for _, p := range pools(step) {
		for i := range p.approvers {
			held.keepOnly(c.approverHolds(step, &p.approvers[i]))
		}
	}
	return held
}

// approverHolds returns the roles that give no more than everybody holds whom an approver names. A manager need not hold anything, and
// an administrator gives no role by deciding that they could not give without a request.
func (c *approverCheck) approverHolds(step *model.Step, a *model.Approver) roleSet {
	switch {
	case a.Type == model.ApproverTypeRole && a.Role != nil:
		return c.roles.withinRole(c.env.roles[a.Role.Role])
	case a.Type == model.ApproverTypeManagerWithRole && a.ManagerWithRole != nil:
		return c.roles.withinRole(c.env.roles[a.ManagerWithRole.Role])
	case a.Type == model.ApproverTypePermission:
		return c.roles.withinHoldersOf(a.Permission)
	case a.Type == model.ApproverTypeAdministrator:
		return c.roles.everyRole()
	case a.Type == model.ApproverTypeManager:
		return c.roles.within("nothing", func() holding { return nil })
	}
	held := c.roles.everyRole()
	for _, id := range c.named(a) {
		c.env.work.spend(len(held))
		if step.RequiredPermission == "" || c.holdsAny(id, []string{step.RequiredPermission}) {
			held.keepOnly(c.roles.within("user "+id, func() holding { return c.holding(id) }))
		}
	}
	return held
}

// rolesWithin finds the roles that give no more than something else does, and remembers them: many chains name the same approvers.
type rolesWithin struct {
	env   *environment
	known map[string]roleSet
}

func (x *rolesWithin) everyRole() roleSet {
	all := newRoleSet(len(x.env.numbered))
	for _, r := range x.env.numbered {
		all.add(r.number)
	}
	return all
}

// within returns the roles that give no more than a holding, which has a name.
func (x *rolesWithin) within(name string, held func() holding) roleSet {
	if known := x.known[name]; known != nil {
		return known
	}
	outer, within := held(), newRoleSet(len(x.env.numbered))
	for _, r := range x.env.numbered {
		if x.env.work.part(r.held, outer) {
			within.add(r.number)
		}
	}
	x.known[name] = within
	return within
}

// withinRole returns the roles that give no more than another, all if there is no such role.
func (x *rolesWithin) withinRole(r *role) roleSet {
	if r == nil {
		return x.everyRole()
	}
	return x.within("role "+r.name, func() holding { return r.held })
}

// withinHoldersOf returns the roles that give no more than any role that gives a permission.
func (x *rolesWithin) withinHoldersOf(permission string) roleSet {
	name := "permission " + permission
	if known := x.known[name]; known != nil {
		return known
	}
	within := x.everyRole()
	x.env.work.spend(len(x.env.numbered))
	for _, r := range x.env.numbered {
		if len(r.held[permission]) > 0 {
			within.keepOnly(x.withinRole(r))
		}
	}
	x.known[name] = within
	return within
}
