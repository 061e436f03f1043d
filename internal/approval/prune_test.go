// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"fmt"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/test/property"
)

const hour = 60 * 60

// prune returns the approvers whose decisions are to be removed at a moment.
func (s *story) prune(seconds int) []string {
	names, _ := approval.Prune(s.state.Decisions, s.last.Decisions, moment(seconds))
	var approvers []string
	for i := range s.state.Decisions {
		if d := &s.state.Decisions[i]; slices.Contains(names, d.Name) {
			approvers = append(approvers, string(d.Spec.Approver))
		}
	}
	return approvers
}

// judge dates the conditions of the decisions that have none yet, as the API server keeps them.
func (s *story) judge(seconds int) *story {
	for i := range s.state.Decisions {
		for j := range s.state.Decisions[i].Status.Conditions {
			if c := &s.state.Decisions[i].Status.Conditions[j]; c.LastTransitionTime.IsZero() {
				c.LastTransitionTime = metav1.NewTime(moment(seconds))
			}
		}
	}
	return s
}

func TestWhatDoesNotCountGoesAfterAnHour(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben", "bea")))).pass(0)
	s.denies(1, "eve", "location").approves(2, "ann", "location").approves(3, "ben", "location").pass(10).judge(10).is(approved)
	if got := s.prune(10); got != nil {
		t.Errorf("%v are removed at once", got)
	}
	if _, next := approval.Prune(s.state.Decisions, s.last.Decisions, moment(10)); !next.Equal(moment(10 + hour)) {
		t.Errorf("the next is removed at %v", next)
	}
	if got := s.prune(9 + hour); got != nil {
		t.Errorf("%v are removed too early", got)
	}
	if got := fmt.Sprint(s.prune(10 + hour)); got != "[eve ann]" {
		t.Errorf("%v are removed", got)
	}
}

// An hour begins once a decision says that it does not count.
func TestWhatDoesNotSayThatItDoesNotCountStays(t *testing.T) {
	for name, conditions := range map[string][]metav1.Condition{
		"nothing yet":    nil,
		"that it counts": {{Type: v1alpha1.ConditionCounted, Status: metav1.ConditionTrue, LastTransitionTime: metav1.NewTime(moment(1))}},
	} {
		s := newStory(t, chain(step("location", users("ben")))).pass(0).denies(1, "eve", "location").pass(10)
		s.state.Decisions[0].Status.Conditions = conditions
		names, next := approval.Prune(s.state.Decisions, s.last.Decisions, moment(10*hour))
		if len(names) > 0 || !next.Equal(moment(11*hour)) {
			t.Errorf("it says %s: %v are removed, the next at %v", name, names, next)
		}
	}
}

func TestWhatMayStillCountStays(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben", "bea")))).pass(0)
	s.state.Index = nil
	s.approves(5, "ben", "location").pass(10).judge(10).counts("ben", approval.ReasonRequestNotOpen)
	if got := s.prune(1000 * hour); got != nil {
		t.Errorf("%v are removed", got)
	}
	s.index()
	s.pass(1000*hour).is(approved).counts("ben", countedReason)
}

func TestOfOneUserOnlySoManyDecisionsThatDoNotCountAreKept(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben", "bea")))).pass(0)
	for i := range approval.MaxUncounted + 3 {
		s.decides(i+1, "eve", "location", v1alpha1.VerdictDeny, func(d *v1alpha1.ApprovalDecision) {
			d.Name, d.UID = fmt.Sprintf("junk-%d", i), types.UID(fmt.Sprint("junk-", i))
		})
	}
	slices.Reverse(s.state.Decisions)
	s.approves(500, "ben", "location").denies(501, "jon", "location").pass(600).judge(600).is(approved).counts("ben", countedReason)
	names, _ := approval.Prune(s.state.Decisions, s.last.Decisions, moment(600))
	slices.Sort(names)
	if fmt.Sprint(names) != "[junk-64 junk-65 junk-66]" {
		t.Errorf("%v are removed", names)
	}
}

// Without its request, a decision counts for nothing from its beginning.
func TestOrphansGoAnHourAfterTheyWereMade(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben")))).pass(0)
	s.approves(5, "ben", "location").pass(5).judge(5)
	s.last.Decisions[s.state.Decisions[0].Name] = approval.DecisionResult{Reason: approval.ReasonUnknownRequest}
	if got := s.prune(4 + hour); got != nil {
		t.Errorf("%v are removed too early", got)
	}
	if got := fmt.Sprint(s.prune(5 + hour)); got != "[ben]" {
		t.Errorf("%v are removed", got)
	}
}

// TestPruningChangesNoEnd: with or without the decisions that were removed at some moment, a request ends in the same way.
func TestPruningChangesNoEnd(t *testing.T) {
	pruned := 0
	property.Check(t, func(t *rapid.T) {
		d := draw(t)
		state := d.state(0)
		keep(t, &state, decide(t, state, held))
		seconds := rapid.IntRange(0, lastMoment).Draw(t, "moment")
		made := func(later bool) []v1alpha1.ApprovalDecision {
			return slices.DeleteFunc(slices.Clone(d.decisions), func(d v1alpha1.ApprovalDecision) bool {
				return d.CreationTimestamp.After(moment(seconds)) != later
			})
		}
		state.Now, state.Decisions = moment(seconds), made(false)
		outcome := decide(t, state, held)
		keep(t, &state, outcome)
		names, _ := approval.Prune(state.Decisions, outcome.Decisions, moment(1000*hour))
		pruned += len(names)

		last := func(decisions []v1alpha1.ApprovalDecision) string {
			state := state
			state.Now, state.Decisions = moment(lastMoment), append(slices.Clone(decisions), made(true)...)
			return end(decide(t, state, held))
		}
		left := slices.DeleteFunc(slices.Clone(state.Decisions), func(d v1alpha1.ApprovalDecision) bool { return slices.Contains(names, d.Name) })
		if a, b := last(state.Decisions), last(left); a != b {
			t.Fatalf("with %v it becomes\n%s\nand without\n%s", names, a, b)
		}
	}, func() string {
		if pruned == 0 {
			return "nothing was removed"
		}
		return ""
	})
}
