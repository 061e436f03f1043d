// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// SharedShortage returns the first of some steps that cannot have as many users as it needs out of its own, if each user decides
// one step only; -1 if all can.
func SharedShortage(needs []int, pools [][]string) int {
	m := matching{pools: pools, taken: map[string]int{}}
	for step, need := range needs {
		for range need {
			if !m.assign(step, map[string]struct{}{}) {
				return step
			}
		}
	}
	return -1
}

// matching assigns users to steps, each to one.
type matching struct {
	pools [][]string
	taken map[string]int
}

// assign gives a step one more user: a free one, or one whose step can have another instead.
func (m *matching) assign(step int, tried map[string]struct{}) bool {
	for _, user := range m.pools[step] {
		if _, before := tried[user]; before {
			continue
		}
		tried[user] = struct{}{}
		if other, busy := m.taken[user]; !busy || other != step && m.assign(other, tried) {
			m.taken[user] = step
			return true
		}
	}
	return false
}

// Problems says, in a sentence for each step, why the steps that ask approvers cannot be approved, or may be left undecided after
// everybody has decided; nil if nothing is wrong.
func Problems(chain *document.Chain, plan *access.ApprovalPlan) []string {
	var problems []string
	var needs []int
	var pools [][]string
	var names []string
	for i := range plan.Steps {
		planned, step := &plan.Steps[i], &chain.Steps[i]
		if planned.Disposition != access.DispositionAsked {
			continue
		}
		users := everyDecider(step, planned)
		if problem := problemOf(step, planned, len(users)); problem != "" {
			problems = append(problems, problem)
			continue
		}
		needs, pools, names = append(needs, step.Needs()), append(pools, users), append(names, step.Name)
	}
	if chain.DistinctApprovers != "" {
		if short := SharedShortage(needs, pools); short >= 0 {
			problems = append(problems, fmt.Sprintf(
				"different users must decide different steps, and too few are left for step %q: the request would be stuck there", names[short]))
		}
	}
	return problems
}

// everyDecider lists who may decide a step at some time, each once.
func everyDecider(step *document.Step, s *access.PlanStep) []string {
	users, _ := Deciders(step, s.Approvers, s.Fallback, s.Replaced != "")
	users = slices.Clone(users)
	for _, escalation := range s.Escalations {
		users = append(users, escalation...)
	}
	slices.Sort(users)
	return slices.Compact(users)
}

// problemOf returns what is wrong with a step that some users may decide; empty if nothing is.
func problemOf(step *document.Step, s *access.PlanStep, users int) string {
	_, complete := Deciders(step, s.Approvers, s.Fallback, s.Replaced != "")
	switch {
	case users == 0:
		return fmt.Sprintf("nobody may decide step %q: the request would be stuck there", s.Name)
	case step.ApprovalMode != document.ApprovalCount && step.ApprovalMode != document.ApprovalAll:
		return fmt.Sprintf("step %q is never approved: its approvalMode %q is unknown", s.Name, step.ApprovalMode)
	case !complete:
		return fmt.Sprintf("step %q needs the approval of everybody, %s is the beneficiary, and no fallback decides in their place: "+
			"the request would be stuck there", s.Name, s.Replaced)
	case users < step.Needs():
		return fmt.Sprintf("step %q needs %d approvals, and only %d may decide it: the request would be stuck there", s.Name, step.Needs(), users)
	case step.Undecidable(users):
		return fmt.Sprintf("step %q may be left undecided: %d may decide it, and a denial takes %d of them: "+
			"the request could be stuck there", s.Name, users, step.RequiredDenials)
	}
	return ""
}

// Deciders returns who may decide a step before it escalates: the approvers, or the fallback if there are none. If the beneficiary
// was one of the approvers, the fallback replaces them where they are needed. The second result is false if the beneficiary would
// have to approve the step and nobody does so in their place: then it cannot be approved.
func Deciders(step *document.Step, approvers, fallback []string, replaced bool) (users []string, complete bool) {
	all := step.ApprovalMode == document.ApprovalAll
	needed := replaced && (all || len(approvers) < step.RequiredApprovals)
	switch {
	case len(approvers) == 0:
		return fallback, true
	case !needed:
		return approvers, true
	}
	users = slices.Clone(approvers)
	for _, user := range fallback {
		if !slices.Contains(users, user) {
			users = append(users, user)
		}
	}
	return users, !all || len(fallback) > 0
}
