// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/suggest"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// readChains finds what is wrong with approval chains. A chain stays as it is written: a name that does not exist names no
// approver, and what cannot be evaluated lets nothing pass.
func (r *reader) readChains(groups []model.Group) {
	c := chainReader{env: r.env, found: r.found, kinds: set{}, groups: set{}}
	for _, unit := range r.env.units.units {
		c.kinds.add(unit.Kind)
	}
	for i := range groups {
		c.groups.add(groups[i].Name)
	}
	c.kindNames, c.groupNames = namesOf(c.kinds, r.found), namesOf(c.groups, r.found)
	for i := range r.env.chains {
		c.read(&r.env.chains[i])
	}
	c.ties()
}

// chainReader checks chains, one after the other.
type chainReader struct {
	env           *environment
	found         *findings
	kinds, groups set
	// kindNames and groupNames are the same, for findings about others.
	kindNames, groupNames *suggest.Names
}

func (r *chainReader) read(chain *model.Chain) {
	r.expression(chain, "spec.when", chain.When, "it governs no request",
		"every request of type "+chain.RequestType+" that comes to it is denied")
	r.permission(chain, "spec.bypassPermission", chain.Bypass, "nobody passes without decision")
	r.permission(chain, "spec.onBehalfPermission", chain.OnBehalf, "nobody decides for others")
	r.permission(chain, "spec.managePermission", chain.Manage, "only the approvers withdraw requests of others and revoke their roles")
	r.requesters(chain)
	r.grantPolicy(chain)
	for i := range chain.Steps {
		step := &chain.Steps[i]
		field := "spec.steps[" + step.Name + "]"
		r.expression(chain, field+".when", step.When, "no request needs the step but one for which it cannot be evaluated",
			"every request needs the step")
		if step.Mode != model.ApprovalCount && step.Mode != model.ApprovalAll {
			r.found.reject(chain.Ref, field+".approvalMode", ReasonUnknownType,
				"there is no mode %q, so the step is never approved: use Count or All", step.Mode)
		}
		if step.Mode == model.ApprovalAll && step.RequiredDenials > 1 {
			r.found.reject(chain.Ref, field+".requiredDenials", ReasonUnreachableOutcome,
				"the step needs the approval of everybody, so a single denial leaves it neither approved nor denied: leave requiredDenials out, "+
					"or set approvalMode to Count")
		}
		r.permission(chain, field+".requiredPermission", step.RequiredPermission, "nobody decides the step")
		r.approvers(chain, field+".approvers", step.Approvers)
		r.approvers(chain, field+".fallback", step.Fallback)
		for j := range step.Timeouts {
			r.approvers(chain, fmt.Sprintf("%s.timeouts[%d].approvers", field, j), step.Timeouts[j].Approvers)
		}
	}
}

// expression checks a condition, with what follows if it is never true, and if it cannot be evaluated.
func (r *chainReader) expression(chain *model.Chain, field, expression, never, fails string) {
	if expression == "" {
		return
	}
	if _, err := condition.CompileChain(expression); err != nil {
		r.found.reject(chain.Ref, field, ReasonInvalidExpression,
			"the expression does not compile, so %s: %s", fails, compileError(expression, err))
		return
	}
	r.checkCondition(chain, field, expression, never, fails)
}

func (r *chainReader) permission(chain *model.Chain, field, name, effect string) {
	if _, known := r.env.catalog.permissions[name]; name != "" && !known {
		r.found.reject(chain.Ref, field, ReasonUnknownPermission,
			"catalog %q has no permission %q, so %s: %s",
			r.env.catalog.spec.Name, name, effect, r.env.catalog.fixPermission(name, r.found))
	}
}

func (r *chainReader) approvers(chain *model.Chain, field string, approvers []model.Approver) {
	for i := range approvers {
		at, a := fmt.Sprintf("%s[%d]", field, i), &approvers[i]
		switch {
		case a.Type == model.ApproverTypePermission && a.Permission != "":
			r.permission(chain, at+".permission.name", a.Permission, "nobody is named")
		case a.Type == model.ApproverTypeGroup && a.Group != "":
			r.group(chain, at+".groupRef", a.Group)
		case a.Type == model.ApproverTypeUsers:
		case a.Type == model.ApproverTypeAdministrator:
			r.administrator(chain, at)
		default:
			r.heldOrAbove(chain, at, a)
		}
	}
}

// heldOrAbove checks an approver who is named by a role or as a manager.
func (r *chainReader) heldOrAbove(chain *model.Chain, at string, a *model.Approver) {
	switch {
	case a.Type == model.ApproverTypeRole && a.Role != nil:
		r.role(chain, at+".role.roleRef", a.Role.Role)
		r.unitKind(chain, at+".role.nearestUnitKind", a.Role.NearestUnitKind)
	case a.Type == model.ApproverTypeManager && a.Manager != nil:
		r.line(chain, at+".manager.lineOf", a.Manager.LineOf)
	case a.Type == model.ApproverTypeManagerWithRole && a.ManagerWithRole != nil:
		r.line(chain, at+".managerWithRole.lineOf", a.ManagerWithRole.LineOf)
		r.role(chain, at+".managerWithRole.roleRef", a.ManagerWithRole.Role)
	default:
		r.found.reject(chain.Ref, at+".type", ReasonUnknownType,
			"an approver of type %q does not say whom it names, so nobody is named: "+
				"use one of Role, Permission, Group, Users, Manager and ManagerWithRole, and the field that belongs to it, or Administrator", a.Type)
	}
}

// administrator checks an approver who is named by being able to give the role that is requested.
func (r *chainReader) administrator(chain *model.Chain, at string) {
	if chain.GrantPolicy == nil {
		r.found.reject(chain.Ref, at+".type", ReasonNoGrantPolicy,
			"the type Administrator names the users who may give the role that is requested, and the chain gives none, so nobody is named: "+
				"add a grantPolicy, or use another type")
	}
}

func (r *chainReader) unitKind(chain *model.Chain, field, kind string) {
	if kind != "" && !r.kinds.has(kind) {
		r.found.reject(chain.Ref, field, ReasonUnknownUnit, "no unit is of kind %q, so nobody is named: %s",
			kind, r.found.fix(r.kindNames, kind, "give it to a unit"))
	}
}

func (r *chainReader) group(chain *model.Chain, field, name string) {
	if !r.groups.has(name) {
		r.found.reject(chain.Ref, field, ReasonUnknownUserGroup,
			"UserGroup %q does not exist in this organization, so nobody is named: %s",
			name, r.found.fix(r.groupNames, name, "create it"))
	}
}

func (r *chainReader) line(chain *model.Chain, field string, of model.LineOf) {
	if of != model.LineOfRequester && of != model.LineOfBeneficiary {
		r.found.reject(chain.Ref, field, ReasonUnknownType,
			"there is no line of managers of %q, so nobody is named: use Requester or Beneficiary", of)
	}
}

func (r *chainReader) role(chain *model.Chain, field string, ref model.RoleRef) {
	r.roleFor(chain, field, ref, "nobody is named")
}

func (r *chainReader) roleFor(chain *model.Chain, field string, ref model.RoleRef, effect string) {
	named, known := r.env.roles[ref]
	if known {
		named.reportDisabled(r.found, chain.Ref, field, effect)
		return
	}
	r.found.rejectRole(r.env.known, chain.Ref, field, ref, effect)
}

// checkApprovers finds approvers whom chains name and who are no users, lack a permission or hold less than they give.
func (a *aggregate) checkApprovers(users *userIndex, names *suggest.Names, published *published) {
	roles := rolesWithin{env: a.env, known: map[string]roleSet{}}
	for i := range a.env.chains {
		chain := &a.env.chains[i]
		check := approverCheck{env: a.env, found: &a.found, users: users, published: published, chain: chain, roles: &roles}
		check.permitted()
		check.outranked()
		for j := range chain.Steps {
			step := &chain.Steps[j]
			field := "spec.steps[" + step.Name + "]"
			a.checkNamed(chain, field+".approvers", step.Approvers, users, names)
			a.checkNamed(chain, field+".fallback", step.Fallback, users, names)
			for k := range step.Timeouts {
				a.checkNamed(chain, fmt.Sprintf("%s.timeouts[%d].approvers", field, k), step.Timeouts[k].Approvers, users, names)
			}
		}
	}
}

func (a *aggregate) checkNamed(chain *model.Chain, field string, approvers []model.Approver, users *userIndex, names *suggest.Names) {
	for i := range approvers {
		for j, id := range approvers[i].Users {
			if users.get(id) == nil {
				a.found.reject(chain.Ref, fmt.Sprintf("%s[%d].users[%d]", field, i, j), ReasonUnknownUser,
					"%q is not a user of this organization, so the name names nobody: assign the user something, or fix the name%s",
					id, hintOf(a.found.closestUser(users, names, id)))
			}
		}
	}
}

func (e *environment) documentGroups(groups []model.Group) map[string]document.Group {
	published := make(map[string]document.Group, len(groups))
	for i := range groups {
		published[groups[i].Name] = document.Group{
			Members: unique(groups[i].Members), Default: groups[i].Default, Flaws: e.groupFlaws[groups[i].Name].orNil(),
		}
	}
	return published
}

func documentChains(chains []model.Chain) map[string]document.Chain {
	published := make(map[string]document.Chain, len(chains))
	for i := range chains {
		published[chains[i].Name] = Chain(&chains[i])
	}
	return published
}

// Chain turns a chain into the form in which documents have it.
func Chain(chain *model.Chain) document.Chain {
	published := document.Chain{
		RequestType: chain.RequestType, When: chain.When, Priority: chain.Priority, Parallel: chain.Parallel,
		Steps:            make([]document.Step, len(chain.Steps)),
		BypassPermission: chain.Bypass, OnBehalfPermission: chain.OnBehalf,
		GrantPolicy: documentGrantPolicy(chain.GrantPolicy), Requesters: documentRequesters(chain.Requesters),
	}
	if chain.ApproveOwnSteps {
		published.OnSubmission = document.ApproveOwnSteps
	}
	if chain.DistinctApprovers {
		published.DistinctApprovers = document.AcrossSteps
	}
	if chain.When != "" {
		if _, err := condition.CompileChain(chain.When); err != nil {
			published.Refused = "its condition does not compile"
		}
	}
	for i := range chain.Steps {
		published.Steps[i] = documentStep(&chain.Steps[i])
	}
	return published
}

func documentStep(step *model.Step) document.Step {
	published := document.Step{
		Name: step.Name, When: step.When,
		Approvers: documentApprovers(step, step.Approvers), Fallback: documentApprovers(step, step.Fallback),
		ApprovalMode: string(step.Mode), RequiredApprovals: step.RequiredApprovals, RequiredDenials: step.RequiredDenials,
	}
	for i := range step.Timeouts {
		t := &step.Timeouts[i]
		published.Timeouts = append(published.Timeouts, document.StepTimeout{
			AfterSeconds: int64(t.After.Seconds()), Action: string(t.Action), Approvers: documentApprovers(step, t.Approvers),
		})
	}
	return published
}

func documentApprovers(step *model.Step, approvers []model.Approver) []document.Approver {
	if len(approvers) == 0 {
		return nil
	}
	published := make([]document.Approver, 0, len(approvers))
	for i := range approvers {
		a := &approvers[i]
		next := document.Approver{
			Type: string(a.Type), RequiredPermission: step.RequiredPermission,
			Permission: a.Permission, Group: a.Group, Users: slices.Clone(a.Users),
		}
		if role := a.Role; role != nil {
			next.Role = &document.RoleApprover{Role: role.Role.Key(), Match: match(role.Exact), NearestUnitKind: role.NearestUnitKind}
		}
		if manager := a.Manager; manager != nil {
			next.Manager = &document.ManagerApprover{LineOf: lineOf(manager.LineOf), Level: manager.Level}
		}
		if manager := a.ManagerWithRole; manager != nil {
			next.ManagerWithRole = &document.ManagerWithRoleApprover{
				LineOf: lineOf(manager.LineOf), Role: manager.Role.Key(), Match: match(manager.Exact), AboveLevel: manager.AboveLevel,
			}
		}
		published = append(published, next)
	}
	return published
}

func match(exact bool) string {
	if exact {
		return document.MatchExact
	}
	return ""
}

// lineOf leaves out the requester, whose line is meant unless another is named.
func lineOf(user model.LineOf) string {
	if user == model.LineOfRequester {
		return ""
	}
	return string(user)
}
