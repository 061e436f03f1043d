// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// mostTries bounds the search for a way through the steps of a chain, in all places together. Beyond it, nothing is said of the chain.
const mostTries = 10000

// distinctShortage returns the first step that cannot be approved if different users must decide different steps; -1 if there is none,
// if the chain does not ask for that, or if it takes too many tries to tell. Steps for which too few may decide alone are left aside.
func distinctShortage(chain *document.Chain, asking []stepPools, w *work) int {
	if chain.DistinctApprovers == "" {
		return -1
	}
	var steps, needs []int
	var usual, widest [][]string
	counting := true
	for i := range asking {
		users := asking[i].anybody()
		if need := asking[i].step.Needs(); len(users) >= need {
			steps, needs = append(steps, i), append(needs, need)
			usual, widest = append(usual, asking[i].everybody()), append(widest, users)
		}
		counting = counting && asking[i].step.ApprovalMode == document.ApprovalCount
	}
	for i := range needs {
		w.spend((1 + needs[i]) * (len(widest[i]) + len(usual[i])))
	}
	if short := SharedShortage(needs, widest); short >= 0 {
		return steps[short]
	}
	if counting && SharedShortage(needs, usual) < 0 {
		return -1
	}
	// A fallback may decide because its approvers decide other steps, and a step that all must approve leaves none of them to others.
	s := newStepSearch(asking, steps, chain.Parallel, w)
	if s.passes(0, make([]int, len(s.classes))) || w.tries > mostTries {
		return -1
	}
	return steps[bits.TrailingZeros32(^s.farthest)]
}

// stepSearch looks for a way in which steps are approved one after the other, if nobody decides two. Users who are in the same pools are
// alike: only how many of them have decided matters.
type stepSearch struct {
	steps    []stepPools
	parallel bool
	classes  []class
	// visited holds the positions that lead nowhere, and farthest the steps that are approved in the best of them.
	visited  map[string]struct{}
	farthest uint32
	work     *work
}

// class is how many users are in the same pools of all steps.
type class struct {
	size  int
	pools []membership
}

// membership is how a user comes to decide a step: as an approver, as fallback, or by the first escalations.
type membership struct {
	approver, fallback bool
	escalations        int
}

func newStepSearch(asking []stepPools, steps []int, parallel bool, w *work) *stepSearch {
	s := &stepSearch{parallel: parallel, visited: map[string]struct{}{}, work: w}
	all := make([][]string, 0, len(steps))
	for _, i := range steps {
		s.steps, all = append(s.steps, asking[i]), append(all, asking[i].anybody())
	}
	numbers := map[string]int{}
	users := together(all...)
	for i := range all {
		w.spend(len(users) * len(all[i]))
	}
	for _, user := range users {
		pools := s.poolsOf(user)
		key := fmt.Sprint(pools)
		number, known := numbers[key]
		if !known {
			number = len(s.classes)
			numbers[key] = number
			s.classes = append(s.classes, class{pools: pools})
		}
		s.classes[number].size++
	}
	return s
}

func (s *stepSearch) poolsOf(user string) []membership {
	pools := make([]membership, len(s.steps))
	for i := range s.steps {
		step := &s.steps[i]
		pools[i].approver, pools[i].fallback = slices.Contains(step.approvers, user), slices.Contains(step.fallback, user)
		pools[i].escalations = 1 + slices.IndexFunc(step.escalations, func(e []string) bool { return slices.Contains(e, user) })
	}
	return pools
}

// passes reports whether the steps that are left can be approved, after some users of each class have decided others.
func (s *stepSearch) passes(approved uint32, spent []int) bool {
	if approved == 1<<len(s.steps)-1 {
		return true
	}
	key := fmt.Sprint(approved, spent)
	if _, before := s.visited[key]; before || s.work.tries > mostTries {
		return false
	}
	s.visited[key] = struct{}{}
	if bits.OnesCount32(approved) > bits.OnesCount32(s.farthest) {
		s.farthest = approved
	}
	for i := range s.steps {
		if approved&(1<<i) != 0 {
			continue
		}
		next := approved | 1<<i
		if s.approve(i, spent, func(after []int) bool { return s.passes(next, after) }) {
			return true
		}
		if !s.parallel {
			return false
		}
	}
	return false
}

// approve calls a function with who has decided, for each way in which a step can be approved, until it returns true.
func (s *stepSearch) approve(step int, spent []int, visit func(after []int) bool) bool {
	spec, escalations := s.steps[step].step, len(s.steps[step].escalations)
	if spec.ApprovalMode == document.ApprovalCount {
		users, _ := s.eligible(step, escalations, spent)
		return s.choose(users, spent, spec.Needs(), spec.Needs()+max(1, spec.RequiredDenials)-1, visit)
	}
	for n := range escalations + 1 {
		users, complete := s.eligible(step, n, spent)
		all := sum(users)
		if complete && all > 0 && s.choose(users, spent, all, all, visit) {
			return true
		}
	}
	return false
}

// eligible returns how many users of each class may decide a step that has escalated some times. The second result is that of Deciders.
func (s *stepSearch) eligible(step, escalations int, spent []int) (users []int, complete bool) {
	p := &s.steps[step]
	var approvers, fallback int
	for i := range s.classes {
		left := s.classes[i].size - spent[i]
		if s.classes[i].pools[step].approver {
			approvers += left
		}
		if s.classes[i].pools[step].fallback {
			fallback += left
		}
	}
	fallsBack, complete := fallsBack(p.step, approvers, fallback, p.replaced)
	users = make([]int, len(s.classes))
	for i := range s.classes {
		pool := s.classes[i].pools[step]
		if pool.approver || pool.fallback && fallsBack || pool.escalations > 0 && pool.escalations <= escalations {
			users[i] = s.classes[i].size - spent[i]
		}
	}
	return users, complete
}

// choose calls a function with who has decided after some of the users have, for each number of users between two, until it returns true.
func (s *stepSearch) choose(users, spent []int, least, most int, visit func(after []int) bool) bool {
	after := slices.Clone(spent)
	var from func(class, chosen, left int) bool
	from = func(class, chosen, left int) bool {
		switch {
		case chosen+left < least || s.work.tries > mostTries:
			return false
		case class == len(users):
			s.work.tries++
			return visit(slices.Clone(after))
		}
		for n := range min(users[class], most-chosen) + 1 {
			after[class] = spent[class] + n
			if from(class+1, chosen+n, left-users[class]) {
				return true
			}
		}
		after[class] = spent[class]
		return false
	}
	return from(0, 0, sum(users))
}

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
