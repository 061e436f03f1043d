// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"iter"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Plan returns, step by step, who may decide an input in a chain, at this moment. The error says what is not known of
// the input; it is an *access.RefusedError if the chain refuses the input.
func Plan(x *compiled.Index, chain *document.Chain, input *access.ApprovalInput) (*access.ApprovalPlan, error) {
	e, err := newEvaluation(x, input)
	if err != nil {
		return nil, err
	}
	if err := e.refuseRequester(chain.Requesters); err != nil {
		return nil, err
	}
	if err := e.refuseGrant(chain.GrantPolicy); err != nil {
		return nil, err
	}
	e.asked.Context = e.context(chain.GrantPolicy)
	passes := e.passes(chain)
	route := &access.ApprovalPlan{Steps: make([]access.PlanStep, len(chain.Steps))}
	for i := range chain.Steps {
		step := &chain.Steps[i]
		next := access.PlanStep{Name: step.Name, Disposition: e.disposition(chain, step, passes)}
		if next.Disposition == access.DispositionAsked {
			next.Approvers, next.Fallback = e.list(step.Approvers), e.list(step.Fallback)
			next.Replaced = e.replaced(step.Approvers)
			for j := range step.Timeouts {
				next.Escalations = append(next.Escalations, e.list(step.Timeouts[j].Approvers))
			}
		}
		route.Steps[i] = next
	}
	if input.Grant != nil {
		if err := refuseWithoutDecision(chain.GrantPolicy, route); err != nil {
			return nil, err
		}
	}
	return route, nil
}

// suffices reports whether a way without a decision suffices for the input: for a role, only if the chain says so.
func (e *evaluation) suffices(chain *document.Chain, way string) bool {
	return e.input.Grant == nil || chain.GrantPolicy.Allows(way)
}

// passes returns what becomes of the steps that are needed if the requester passes them all; Asked if not. Nobody gives a role to
// themselves by their authority.
func (e *evaluation) passes(chain *document.Chain) access.Disposition {
	switch {
	case e.suffices(chain, document.WithoutDecisionOnBypass) && e.holdsPermission(e.input.Requester, chain.BypassPermission):
		return access.DispositionBypassed
	case e.input.Grant != nil && chain.GrantPolicy.Allows(document.WithoutDecisionByAuthority) &&
		e.input.Requester != e.input.EffectiveBeneficiary() && e.administers(e.input.Requester):
		return access.DispositionWithinAuthority
	}
	return access.DispositionAsked
}

// disposition returns what becomes of a step when a request is opened, unless the requester passes it together with all others. A step
// whose condition cannot be evaluated is needed.
func (e *evaluation) disposition(chain *document.Chain, step *document.Step, passes access.Disposition) access.Disposition {
	if needed, err := e.isTrueOf(step.When); !needed && err == nil {
		return access.DispositionNotNeeded
	}
	input := e.input
	ownRole := input.Grant != nil && input.EffectiveBeneficiary() == input.Requester
	submission := chain.OnSubmission == document.ApproveOwnSteps && !ownRole && e.suffices(chain, document.WithoutDecisionOnSubmission)
	switch {
	case passes != access.DispositionAsked:
		return passes
	case submission && e.submits(step.Approvers):
		return access.DispositionApprovedOnSubmission
	}
	return access.DispositionAsked
}

// submits reports whether the requester is one of some approvers.
func (e *evaluation) submits(approvers []document.Approver) bool {
	own := *e
	own.withOwn = true
	return own.isApprover(approvers, e.input.Requester)
}

// MayDecide reports whether a user is still one of some approvers for an input.
func MayDecide(x *compiled.Index, approvers []document.Approver, input *access.ApprovalInput, user string) bool {
	e, err := newEvaluation(x, input)
	return err == nil && !e.isOwn(user) && e.isApprover(approvers, user)
}

// FilterEligible returns those of some users who are still among approvers for an input, in the same order: as MayDecide
// says of each.
func FilterEligible(x *compiled.Index, approvers []document.Approver, input *access.ApprovalInput, users []string) []string {
	e, err := newEvaluation(x, input)
	if err != nil {
		return nil
	}
	var still []string
	for _, user := range users {
		if !e.isOwn(user) && e.isApprover(approvers, user) {
			still = append(still, user)
		}
	}
	return still
}

// Transitions returns the times at which a window of a grant or override of some users, of the requester or beneficiary, or of a manager
// above them begins or ends: what approvers depend on changes by time alone then, and at no other time. They are sorted.
func Transitions(x *compiled.Index, input *access.ApprovalInput, users []string) []time.Time {
	var transitions []time.Time
	note := func(id string) bool {
		transitions = appendTransitions(x, transitions, x.User(id))
		return true
	}
	for _, id := range users {
		note(id)
	}
	for _, own := range slices.Compact([]string{input.Requester, input.EffectiveBeneficiary()}) {
		note(own)
		x.ManagersAbove(own)(note)
	}
	slices.SortFunc(transitions, time.Time.Compare)
	return slices.CompactFunc(transitions, time.Time.Equal)
}

// appendTransitions adds the bounds of what a user holds.
func appendTransitions(x *compiled.Index, transitions []time.Time, holder compiled.User) []time.Time {
	for i := holder.From; i < holder.Until; i++ {
		transitions = x.AppendBounds(transitions, x.Grants[i].Window)
	}
	if holder.Detail != nil {
		for i := range holder.Detail.Overrides {
			transitions = x.AppendBounds(transitions, holder.Detail.Overrides[i].Window)
		}
	}
	return transitions
}

// isOwn reports whether a request is a user's own.
func (e *evaluation) isOwn(user string) bool {
	return user == e.input.Requester || user == e.input.EffectiveBeneficiary()
}

// list returns the users whom approvers name, in the order in which they are asked, each once.
func (e *evaluation) list(approvers []document.Approver) []string {
	var names []string
	seen := map[string]struct{}{}
	for i := range approvers {
		for id := range e.candidates(&approvers[i]) {
			if _, before := seen[id]; !before && !e.isOwn(id) && e.isActive(id) {
				seen[id] = struct{}{}
				names = append(names, id)
			}
		}
	}
	return names
}

// replaced returns the beneficiary, if they are one of some approvers and another user makes the request; otherwise nothing.
func (e *evaluation) replaced(approvers []document.Approver) string {
	beneficiary := e.input.EffectiveBeneficiary()
	if beneficiary == e.input.Requester || !e.isApprover(approvers, beneficiary) {
		return ""
	}
	return beneficiary
}

// isActive reports whether an id is that of a user who is not suspended.
func (e *evaluation) isActive(id string) bool {
	holder, known := e.decision.Index.FindUser(id)
	return known && !holder.IsSuspended()
}

// isApprover reports whether approvers name a user.
func (e *evaluation) isApprover(approvers []document.Approver, id string) bool {
	return e.isActive(id) && slices.ContainsFunc(approvers, func(a document.Approver) bool { return e.matches(&a, id) })
}

// candidates yields whom one approver names, in the order in which they are asked; some may not be active.
func (e *evaluation) candidates(a *document.Approver) iter.Seq[string] {
	if a.RequiredPermission == "" {
		return e.selected(a)
	}
	return func(yield func(string) bool) {
		for id := range e.selected(a) {
			if e.holdsPermission(id, a.RequiredPermission) && !yield(id) {
				return
			}
		}
	}
}

// selected yields whom one approver names, whether they hold the permission that it requires or not.
func (e *evaluation) selected(a *document.Approver) iter.Seq[string] {
	switch a.Type {
	case document.ApproverTypeRole:
		return e.roleHolders(a.Role)
	case document.ApproverTypePermission:
		return e.permissionHolders(a.Permission)
	case document.ApproverTypeGroup:
		group := e.decision.Index.Groups[a.Group]
		e.work.spend(len(group.Members))
		ordered := slices.Clone(group.Members)
		slices.SortStableFunc(ordered, func(x, y string) int { return priority(x, group.Default) - priority(y, group.Default) })
		return slices.Values(ordered)
	case document.ApproverTypeUsers:
		e.work.spend(len(a.Users))
		return slices.Values(a.Users)
	case document.ApproverTypeManager, document.ApproverTypeManagerWithRole:
		return func(yield func(string) bool) {
			if id := e.manager(a); id != "" {
				yield(id)
			}
		}
	case document.ApproverTypeAdministrator:
		return e.administrators()
	}
	return slices.Values([]string(nil))
}

func priority(id, first string) int {
	if id == first {
		return 0
	}
	return 1
}

// matches reports whether one approver names a user, without listing the others.
func (e *evaluation) matches(a *document.Approver, id string) bool {
	return e.selects(a, id) && (a.RequiredPermission == "" || e.holdsPermission(id, a.RequiredPermission))
}

// selects reports whether one approver names a user, whether they hold the permission that it requires or not.
func (e *evaluation) selects(a *document.Approver, id string) bool {
	switch a.Type {
	case document.ApproverTypeRole:
		unit, found := e.unitOf(a.Role)
		return found && e.holds(id, a.Role.Role, isExact(a.Role.Match), unit)
	case document.ApproverTypePermission:
		return e.holdsPermission(id, a.Permission)
	case document.ApproverTypeGroup:
		return slices.Contains(e.decision.Index.Groups[a.Group].Members, id)
	case document.ApproverTypeUsers:
		return slices.Contains(a.Users, id)
	case document.ApproverTypeManager, document.ApproverTypeManagerWithRole:
		return e.manager(a) == id
	case document.ApproverTypeAdministrator:
		return e.administers(id)
	}
	return false
}
