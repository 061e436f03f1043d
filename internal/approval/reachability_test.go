// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// voters are all who may decide a step of a chain that is searched.
var voters = []string{"ben", "bea", "cem", "vic"}

// search tries every sequence of decisions on a request, and every time at which a step escalates or ends.
type search struct {
	*rapid.T
	index *engine.Index
	chain *v1alpha1.ApprovalChain
	// ends are those of which a sequence was found, by where the request was.
	visited map[string]ends
}

// ends are the ways in which a request may end.
type ends struct {
	// approved and stuck report whether it may be approved, and whether it may wait for ever after everybody has decided.
	approved, stuck bool
}

// from returns how a request may end from a state on.
func (s *search) from(state approval.State) ends {
	status := &state.Request.Status
	if status.State != v1alpha1.RequestPending {
		return ends{approved: status.State == v1alpha1.RequestApproved}
	}
	key := position(status)
	if known, visited := s.visited[key]; visited {
		return known
	}
	var found ends
	moved := false
	visit := func(next approval.State) {
		if position(&next.Request.Status) != key || next.Request.Status.State != v1alpha1.RequestPending {
			after := s.from(next)
			moved, found = true, ends{approved: found.approved || after.approved, stuck: found.stuck || after.stuck}
		}
	}
	for i := range status.Steps {
		if status.Steps[i].State != v1alpha1.StepOpen {
			continue
		}
		for _, voter := range voters {
			for _, verdict := range []v1alpha1.Verdict{v1alpha1.VerdictApprove, v1alpha1.VerdictDeny} {
				visit(s.decided(state, voter, string(status.Steps[i].Name), verdict))
			}
		}
	}
	if outcome := decide(s, state, held); !outcome.Next.IsZero() {
		next := state
		next.Now = outcome.Next
		visit(s.passed(next))
	}
	found.stuck = found.stuck || !moved
	s.visited[key] = found
	unreachable := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady).Reason == approval.ReasonOutcomeUnreachable
	if unreachable && found.approved {
		s.Fatalf("the request says that it cannot be approved any more, and can be:\n%s", written(s, status))
	}
	return found
}

// decided returns the state after a decision that is made a second later.
func (s *search) decided(state approval.State, voter, step string, verdict v1alpha1.Verdict) approval.State {
	seconds := int(state.Now.Sub(start)/time.Second) + 1
	made := decision(state.Request, seconds, voter, step, verdict)
	state.Decisions = append(slices.Clone(state.Decisions), made)
	state.Now = moment(seconds)
	return s.passed(state)
}

// passed returns the state after a pass. Decisions that do not count change nothing later.
func (s *search) passed(state approval.State) approval.State {
	outcome := decide(s, state, held)
	keep(s, &state, outcome)
	state.Decisions = slices.DeleteFunc(state.Decisions, func(d v1alpha1.ApprovalDecision) bool { return !outcome.Decisions[d.Name].Counted })
	return state
}

// position returns what of a status what may come depends on.
func position(status *v1alpha1.ApprovalRequestStatus) string {
	var text strings.Builder
	for i := range status.Steps {
		step := &status.Steps[i]
		votes := make([]string, 0, len(step.Votes))
		for j := range step.Votes {
			votes = append(votes, fmt.Sprintf("%s %s", step.Votes[j].Approver, step.Votes[j].Verdict))
		}
		slices.Sort(votes)
		escalations := int32(0)
		if step.EscalationCount != nil {
			escalations = *step.EscalationCount
		}
		fmt.Fprintf(&text, "%s %d %v;", step.State, escalations, votes)
	}
	return text.String()
}

// drawSearched draws a small chain.
func drawSearched(t *rapid.T) *v1alpha1.ApprovalChain {
	spec := v1alpha1.ApprovalChainSpec{RequestType: "offer"}
	if rapid.Bool().Draw(t, "distinct") {
		spec.DistinctApprovers = v1alpha1.DistinctAcrossSteps
	}
	if rapid.Bool().Draw(t, "parallel") {
		spec.Order = v1alpha1.StepsParallel
	}
	steps := rapid.SampledFrom([]int{1, 2, 2, 2, 2, 2, 2, 3}).Draw(t, "steps")
	// More would take too long.
	among := voters[:min(len(voters), 6-steps)]
	some := func(label string) []v1alpha1.ApproverSelector {
		var ids []v1alpha1.UserReference
		for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(among), 1, 3, rapid.ID).Draw(t, label) {
			ids = append(ids, v1alpha1.UserReference(id))
		}
		return []v1alpha1.ApproverSelector{users(ids...)}
	}
	for i := range steps {
		drawn := step(fmt.Sprintf("s%d", i), some("approvers")...)
		if rapid.IntRange(0, 2).Draw(t, "all") == 0 {
			drawn.ApprovalMode = v1alpha1.ApprovalAll
		} else {
			drawn.RequiredApprovals = rapid.Int32Range(1, 3).Draw(t, "approvals")
		}
		drawn.RequiredDenials = rapid.SampledFrom([]int32{1, 1, 2}).Draw(t, "denials")
		if rapid.Bool().Draw(t, "falls back") {
			drawn.Fallback = some("fallback")
		}
		switch rapid.IntRange(0, 5).Draw(t, "timeout") {
		case 0, 1:
			timeout := timed(v1alpha1.TimeoutEscalate, 1000)
			timeout.Approvers = some("escalation")
			drawn.Timeouts = []v1alpha1.ApprovalTimeout{timeout}
		case 2:
			drawn.Timeouts = []v1alpha1.ApprovalTimeout{timed(v1alpha1.TimeoutExpire, 2000)}
		}
		spec.Steps = append(spec.Steps, drawn)
	}
	return &v1alpha1.ApprovalChain{ObjectMeta: metav1.ObjectMeta{Name: "chain"}, Spec: spec}
}

// covers reports whether the place of the request is among some gaps.
func covers(gaps []access.Gap) bool {
	return slices.ContainsFunc(gaps, func(gap access.Gap) bool { return gap.Unit == "east" })
}

// TestProblemsAreThoseOfEverySequence: what is said of a request before it is made, and of a chain before any request is, is what comes
// of trying everything.
func TestProblemsAreThoseOfEverySequence(t *testing.T) {
	reached := map[string]int{}
	property.Check(t, func(t *rapid.T) {
		s := &search{T: t, chain: drawSearched(t), visited: map[string]ends{}}
		doc := office()
		translated := intake.Chain(s.chain)
		chain := resolve.Chain(&translated)
		doc.Chains = map[string]document.Chain{"chain": chain}
		s.index = newIndex(t, doc)
		request := &v1alpha1.ApprovalRequest{
			ObjectMeta: metav1.ObjectMeta{Name: "offer-1", UID: "uid-1"},
			Spec: v1alpha1.ApprovalRequestSpec{
				RequestType: "offer", Unit: "east",
				Requester:   v1alpha1.UserID(rapid.SampledFrom([]string{"ann", "ann", "ben"}).Draw(t, "requester")),
				Beneficiary: v1alpha1.UserID(rapid.SampledFrom([]string{"", "", "bea"}).Draw(t, "beneficiary")),
			},
		}
		state := approval.State{Request: request, Chains: map[string]*v1alpha1.ApprovalChain{"chain": s.chain}, Index: s.index, Now: start}
		may := s.from(s.passed(state))

		input := approval.Input(request)
		input.Now = start
		plan, err := s.index.ApprovalPlan(&chain, input)
		if err != nil {
			t.Fatal(err)
		}
		problems := engine.PlanProblems(&chain, plan)
		unreachable := slices.ContainsFunc(problems, func(p string) bool { return !strings.Contains(p, "may be left undecided") })
		if unreachable == may.approved {
			t.Fatalf("it may be approved is %t, and the problems are %q", may.approved, problems)
		}
		simple := may.approved && (chain.DistinctApprovers == "" || len(chain.Steps) == 1)
		if stuck := problems != nil; simple && stuck != may.stuck {
			t.Fatalf("it may be stuck is %t, and the problems are %q", may.stuck, problems)
		}
		if request.Spec.Requester == "ann" && request.Spec.Beneficiary == "" {
			gaps := map[string]bool{}
			for _, step := range s.index.Coverage(&chain) {
				gaps["unreachable"] = gaps["unreachable"] || covers(step.Uncovered) || covers(step.Short) || covers(step.Shared)
				gaps["undecidable"] = gaps["undecidable"] || covers(step.Undecidable)
			}
			if gaps["unreachable"] == may.approved || simple && gaps["undecidable"] != may.stuck {
				t.Fatalf("the ends are %+v, and the coverage has %v", may, gaps)
			}
		}
		reached[fmt.Sprintf("%t %t", may.approved, may.stuck)]++
	}, func() string {
		if len(reached) < 4 {
			return fmt.Sprintf("the ends are %v", reached)
		}
		return ""
	})
}
