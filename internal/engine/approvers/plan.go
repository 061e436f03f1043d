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

// ApprovalPlan returns, step by step, who may decide a submission in a chain, at this moment. The error says what is not known of
// the submission.
func Plan(x *compiled.Index, chain *document.Chain, s *access.ApprovalInput) (*access.ApprovalPlan, error) {
	q, err := newEvaluation(x, s)
	if err != nil {
		return nil, err
	}
	bypassed := HasPermission(x, s, s.Requester, chain.BypassPermission)
	route := &access.ApprovalPlan{Steps: make([]access.PlanStep, len(chain.Steps))}
	for i := range chain.Steps {
		step := &chain.Steps[i]
		next := access.PlanStep{Name: step.Name, Disposition: q.disposition(chain, step, bypassed)}
		if next.Disposition == access.DispositionAsked {
			next.Approvers, next.Fallback = q.list(step.Approvers), q.list(step.Fallback)
			for j := range step.Timeouts {
				next.Escalations = append(next.Escalations, q.list(step.Timeouts[j].Approvers))
			}
		}
		route.Steps[i] = next
	}
	return route, nil
}

// begin tells how a step begins. A step of which it cannot be said whether it is needed, is.
func (q *evaluation) disposition(chain *document.Chain, step *document.Step, bypassed bool) access.Disposition {
	if needed, err := q.isTrueOf(step.When); !needed && err == nil {
		return access.DispositionNotNeeded
	}
	s := q.submission
	ownRole := s.GivesRole && s.EffectiveBeneficiary() == s.Requester
	switch {
	case bypassed:
		return access.DispositionBypassed
	case chain.SubmissionApproves && !ownRole && q.isApprover(step.Approvers, s.Requester):
		return access.DispositionSubmitted
	}
	return access.DispositionAsked
}

// MayDecide tells whether a user is still one of some approvers for a submission.
func MayDecide(x *compiled.Index, approvers []document.Approver, s *access.ApprovalInput, user string) bool {
	q, err := newEvaluation(x, s)
	return err == nil && !q.isOwn(user) && q.isApprover(approvers, user)
}

// FilterEligible returns those of some users who are still among approvers for a submission, in the same order: as MayDecide
// says of each.
func FilterEligible(x *compiled.Index, approvers []document.Approver, s *access.ApprovalInput, users []string) []string {
	if len(approvers) == 0 || len(users) == 0 {
		return nil
	}
	q, err := newEvaluation(x, s)
	if err != nil {
		return nil
	}
	var still []string
	for _, user := range users {
		if !q.isOwn(user) && q.isApprover(approvers, user) {
			still = append(still, user)
		}
	}
	return still
}

// Transitions returns the times at which a window of a grant or override begins or ends of some users, or of somebody in the lines
// above requester and beneficiary: what approvers depend on changes by time alone then, and at no other time. They are sorted.
func Transitions(x *compiled.Index, s *access.ApprovalInput, users []string) []time.Time {
	var transitions []time.Time
	note := func(id string) bool {
		transitions = appendTransitions(x, transitions, x.Users[id])
		return true
	}
	for _, id := range users {
		note(id)
	}
	x.ManagersAbove(s.Requester)(note)
	if s.EffectiveBeneficiary() != s.Requester {
		x.ManagersAbove(s.EffectiveBeneficiary())(note)
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

// isOwn tells whether a request is a user's own.
func (q *evaluation) isOwn(user string) bool {
	return user == q.submission.Requester || user == q.submission.EffectiveBeneficiary()
}

// named lists whom approvers name, in the order in which they are asked, each once.
func (q *evaluation) list(approvers []document.Approver) []string {
	var names []string
	seen := map[string]struct{}{}
	for i := range approvers {
		for id := range q.candidates(&approvers[i]) {
			if _, before := seen[id]; !before && !q.isOwn(id) && q.isActive(id) {
				seen[id] = struct{}{}
				names = append(names, id)
			}
		}
	}
	return names
}

// active tells whether somebody is a user who is not suspended.
func (q *evaluation) isActive(id string) bool {
	holder, known := q.decision.Index.Users[id]
	return known && !holder.IsSuspended()
}

// approves tells whether approvers name a user.
func (q *evaluation) isApprover(approvers []document.Approver, id string) bool {
	return q.isActive(id) && slices.ContainsFunc(approvers, func(a document.Approver) bool { return q.matches(&a, id) })
}

// candidates yields whom one approver names, in the order in which they are asked; some may not be active.
func (q *evaluation) candidates(a *document.Approver) iter.Seq[string] {
	switch {
	case a.Role != nil:
		return q.roleHolders(a.Role)
	case a.Manager != nil:
		return func(yield func(string) bool) {
			if id := q.manager(a.Manager); id != "" {
				yield(id)
			}
		}
	case a.Group != "":
		group := q.decision.Index.Groups[a.Group]
		ordered := slices.Clone(group.Members)
		slices.SortStableFunc(ordered, func(x, y string) int { return priority(x, group.Default) - priority(y, group.Default) })
		return slices.Values(ordered)
	}
	return slices.Values(a.Users)
}

func priority(id, first string) int {
	if id == first {
		return 0
	}
	return 1
}

// names tells whether one approver names a user, without listing the others.
func (q *evaluation) matches(a *document.Approver, id string) bool {
	switch {
	case a.Role != nil:
		unit, found := q.unitOf(a.Role)
		return found && q.holds(id, a.Role.Role, a.Role.Exactly, unit)
	case a.Manager != nil:
		return q.manager(a.Manager) == id
	case a.Group != "":
		return slices.Contains(q.decision.Index.Groups[a.Group].Members, id)
	}
	return slices.Contains(a.Users, id)
}
