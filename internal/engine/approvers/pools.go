// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// stepPools are the users who may decide a step, by what makes them so.
type stepPools struct {
	step                *document.Step
	approvers, fallback []string
	// escalations are those whom each escalation adds, in the order of time.
	escalations [][]string
	// replaced is set if the beneficiary is one of the approvers, and another user makes the request.
	replaced bool
}

// planned returns the pools of a step of a plan.
func planned(step *document.Step, s *access.PlanStep) stepPools {
	p := stepPools{step: step, approvers: s.Approvers, fallback: s.Fallback, replaced: s.Replaced != ""}
	for _, timeout := range step.Escalations() {
		p.escalations = append(p.escalations, s.Escalations[timeout])
	}
	return p
}

// everybody lists who may decide the step at some time, each once.
func (p *stepPools) everybody() []string {
	users, _ := Deciders(p.step, p.approvers, p.fallback, p.replaced)
	return together(append([][]string{users}, p.escalations...)...)
}

// anybody lists who may decide the step at some time, no matter who decides others.
func (p *stepPools) anybody() []string {
	return together(append([][]string{p.approvers, p.fallback}, p.escalations...)...)
}

// together returns the users of some lists in their order, each once.
func together(lists ...[]string) []string {
	seen := map[string]struct{}{}
	return slices.DeleteFunc(slices.Concat(lists...), func(user string) bool {
		_, before := seen[user]
		seen[user] = struct{}{}
		return before
	})
}

// Deciders returns who may decide a step before it escalates: the approvers, or the fallback if there are none. If the beneficiary
// was one of the approvers, the fallback replaces them where they are needed. The second result is false if the beneficiary would
// have to approve the step and nobody does so in their place: then it cannot be approved.
func Deciders(step *document.Step, approvers, fallback []string, replaced bool) (users []string, complete bool) {
	falls, complete := fallsBack(step, len(approvers), len(fallback), replaced)
	if !falls {
		return approvers, complete
	}
	return together(approvers, fallback), complete
}

// fallsBack reports whether the fallback of a step may decide it, of so many approvers and so large a fallback, and as Deciders does
// whether the step can be approved.
func fallsBack(step *document.Step, approvers, fallback int, replaced bool) (falls, complete bool) {
	all := step.ApprovalMode == document.ApprovalAll
	falls = approvers == 0 || replaced && (all || approvers < step.RequiredApprovals)
	return falls, !replaced || !all || fallback > 0
}
