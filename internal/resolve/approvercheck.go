// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// approverCheck compares whom a chain names as approvers with what they hold.
type approverCheck struct {
	env       *environment
	found     *findings
	users     *userIndex
	published *published
	chain     *model.Chain
	// roles is shared by the checks of all chains.
	roles *rolesWithin
}

// pool is one list of approvers of a step.
type pool struct {
	field     string
	approvers []model.Approver
}

func pools(step *model.Step) []pool {
	field := "spec.steps[" + step.Name + "]"
	all := make([]pool, 0, 2+len(step.Timeouts))
	all = append(all, pool{field + ".approvers", step.Approvers}, pool{field + ".fallback", step.Fallback})
	for i := range step.Timeouts {
		all = append(all, pool{fmt.Sprintf("%s.timeouts[%d].approvers", field, i), step.Timeouts[i].Approvers})
	}
	return all
}

// permitted finds approvers who lack the permission that their step names: the required one or, if none is, those by which it
// names others.
func (c *approverCheck) permitted() {
	for i := range c.chain.Steps {
		step := &c.chain.Steps[i]
		named, effect := namedPermissions(step), "so they decide without it: give it to them, or set requiredPermission"
		if step.RequiredPermission != "" {
			effect = "so they are not asked: give it to them, or leave them out"
		}
		if len(named) == 0 || !slices.ContainsFunc(named, c.isKnown) {
			continue
		}
		for _, p := range pools(step) {
			for j := range p.approvers {
				if who := c.lacking(&p.approvers[j], named); who != "" {
					c.found.warn(c.chain.Ref, fmt.Sprintf("%s[%d]", p.field, j), ReasonApproversLackPermission,
						"the step is decided by holders of %s, which %s may lack, %s", few(named), who, effect)
				}
			}
		}
	}
}

func (c *approverCheck) isKnown(permission string) bool {
	_, known := c.env.catalog.permissions[permission]
	return known
}

// namedPermissions lists the permissions of which the approvers of a step need one.
func namedPermissions(step *model.Step) []string {
	if step.RequiredPermission != "" {
		return []string{step.RequiredPermission}
	}
	var named []string
	for _, p := range pools(step) {
		for i := range p.approvers {
			if a := &p.approvers[i]; a.Type == model.ApproverTypePermission && a.Permission != "" {
				named = append(named, a.Permission)
			}
		}
	}
	return unique(named)
}

// lacking says who of those whom an approver names lacks all of some permissions; empty for nobody. Who is a manager is not
// known before a request is made.
func (c *approverCheck) lacking(a *model.Approver, permissions []string) string {
	roleLacks := func(ref model.RoleRef) string {
		if r := c.env.roles[ref]; r != nil && !holdsAny(r.held, permissions) {
			return "holders of role " + ref.Key()
		}
		return ""
	}
	switch {
	case a.Type == model.ApproverTypeRole && a.Role != nil:
		return roleLacks(a.Role.Role)
	case a.Type == model.ApproverTypeManagerWithRole && a.ManagerWithRole != nil:
		return roleLacks(a.ManagerWithRole.Role)
	case a.Type == model.ApproverTypePermission:
		return c.rolesLacking(a.Permission, permissions)
	}
	var lacking []string
	for _, id := range c.named(a) {
		if !c.holdsAny(id, permissions) {
			lacking = append(lacking, id)
		}
	}
	return few(unique(lacking))
}

// rolesLacking says of which roles that give one permission the holders lack all of some; empty if of none.
func (c *approverCheck) rolesLacking(permission string, permissions []string) string {
	var lacking []string
	for _, r := range c.rolesWith(permission) {
		if !holdsAny(r.held, permissions) {
			lacking = append(lacking, r.ref().Key())
		}
	}
	if len(lacking) == 0 {
		return ""
	}
	return "holders of role " + few(unique(lacking))
}

// named lists the users whom an approver names by themselves or by their group. Those who do not exist are found elsewhere.
func (c *approverCheck) named(a *model.Approver) []string {
	var named []string
	if a.Type == model.ApproverTypeGroup {
		named = c.env.document.Groups[a.Group].Members
	}
	if a.Type == model.ApproverTypeUsers {
		named = a.Users
	}
	return slices.DeleteFunc(slices.Clone(named), func(id string) bool { return c.users.get(id) == nil })
}

// rolesWith returns the roles that give a permission, under whatever condition.
func (c *approverCheck) rolesWith(permission string) []*role {
	var giving []*role
	for _, r := range c.env.roles {
		if len(r.held[permission]) > 0 {
			giving = append(giving, r)
		}
	}
	return giving
}

func holdsAny(held holding, permissions []string) bool {
	return slices.ContainsFunc(permissions, func(name string) bool { return len(held[name]) > 0 })
}

// holdsAny reports whether a user holds one of some permissions somewhere.
func (c *approverCheck) holdsAny(id string, permissions []string) bool {
	user, _ := c.published.get(id)
	given := slices.ContainsFunc(user.Overrides, func(o document.Override) bool {
		return !o.Deny && slices.Contains(permissions, o.Permission)
	})
	return given || holdsAny(c.holding(id), permissions)
}

// holding returns what the roles of a user give together.
func (c *approverCheck) holding(id string) holding {
	together := holding{}
	for _, number := range c.users.get(id).coverage.roles {
		for name, alternatives := range c.env.numbered[number].held {
			together[name] = slices.Concat(together[name], alternatives)
		}
	}
	return together
}
