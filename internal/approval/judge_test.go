// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// TestJudgementsStay shows that no decision that was refused comes alive, and that none that counts ceases to, whatever users gain
// or lose between the passes.
func TestJudgementsStay(t *testing.T) {
	refused, counted := 0, 0
	property.Check(t, func(t *rapid.T) {
		d := draw(t)
		state, judged := d.state(0), map[string]approval.DecisionResult{}
		for seconds := 0; seconds <= lastMoment; seconds += rapid.IntRange(1, 20).Draw(t, "passes") {
			changeUser(t, d)
			state.Now, state.Index = moment(seconds), d.index
			arrive(d, &state)
			outcome := decide(t, state, held)
			keep(t, &state, outcome)
			for name, result := range outcome.Decisions {
				before, known := judged[name]
				if known && (before.Stays() || before.Counted) && result != before {
					t.Fatalf("%s was %+v and is %+v", name, before, result)
				}
				judged[name] = result
			}
		}
		for _, result := range judged {
			if result.Stays() {
				refused++
			}
			if result.Counted {
				counted++
			}
		}
	}, func() string {
		if refused == 0 || counted == 0 {
			return fmt.Sprintf("%d decisions were refused, and %d counted", refused, counted)
		}
		return ""
	})
}

// changeUser suspends a user or lets them act again, or takes away what they hold or gives it back.
func changeUser(t *rapid.T, d *drawn) {
	if !rapid.Bool().Draw(t, "a user changes") {
		return
	}
	id := rapid.SampledFrom(people).Draw(t, "user")
	changed := d.document.Users[id]
	if rapid.Bool().Draw(t, "their state") {
		changed.Suspended = !changed.Suspended
	} else if changed.Grants = nil; rapid.Bool().Draw(t, "holds a role") {
		role := rapid.SampledFrom([]string{"approver", "vice", "on-behalf"}).Draw(t, "role")
		changed.Grants = []document.Grant{{Role: role, Scope: document.Scope{Everywhere: true}}}
	}
	d.document.Users[id] = changed
	d.index = newIndex(t, d.document)
}

// arrive adds the decisions that were made up to now and are not seen yet.
func arrive(d *drawn, state *approval.State) {
	seen := map[string]bool{}
	for i := range state.Decisions {
		seen[state.Decisions[i].Name] = true
	}
	for i := range d.decisions {
		if made := &d.decisions[i]; !seen[made.Name] && !made.CreationTimestamp.After(state.Now) && opened(state.Request) {
			state.Decisions = append(state.Decisions, *made.DeepCopy())
		}
	}
}

// TestRefusedVotesNeverComeAlive shows it for each way in which a user may become an approver after they voted.
func TestRefusedVotesNeverComeAlive(t *testing.T) {
	falling := step("location", users("ben"))
	falling.Fallback = []v1alpha1.ApproverSelector{users("kim")}
	slow := step("location", users("ben"))
	slow.Timeouts = []v1alpha1.ApprovalTimeout{timed(v1alpha1.TimeoutEscalate, 30, users("kim"))}
	begin := moment(30)
	for name, c := range map[string]struct {
		step   v1alpha1.ApprovalStep
		before func(*story)
		after  func(*story)
		voter  string
	}{
		"the step falls back": {falling, nil, func(s *story) { s.suspend("ben") }, "kim"},
		"the step escalates":  {slow, nil, func(*story) {}, "kim"},
		"the user is active again": {step("location", users("kim", "ben")), func(s *story) { s.suspend("kim") }, func(s *story) {
			s.user("kim", func(u *document.User) { u.Suspended = false })
		}, "kim"},
		"the requester is active again": {step("location", users("kim")), func(s *story) { s.suspend("ann") }, func(s *story) {
			s.user("ann", func(u *document.User) { u.Suspended = false })
		}, "kim"},
		"a grant begins": {step("location", role("approver"), users("ben")), func(s *story) {
			s.user("cem", func(u *document.User) { u.Grants[0].Window.StartTime = &begin })
		}, func(*story) {}, "cem"},
		"a grant is given back": {step("location", role("approver")), func(s *story) {
			s.user("cem", func(u *document.User) { u.Grants = nil })
		}, func(s *story) {
			s.user("cem", func(u *document.User) {
				*u = document.User{Grants: []document.Grant{{Role: "approver", Scope: document.Scope{Everywhere: true}}}}
			})
		}, "cem"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, chain(c.step)).pass(0)
			if c.before != nil {
				c.before(s)
			}
			s.approves(10, c.voter, "location").pass(11).is(pending).counts(c.voter, approval.ReasonNotEligible)
			c.after(s)
			s.pass(40).is(pending).counts(c.voter, approval.ReasonNotEligible)
			// But it uses nothing up.
			s.approves(41, c.voter, "location").pass(42).is(approved).counts(c.voter, countedReason)
		})
	}
}

// TestRefusedVotesAreRememberedByThemselves shows that a refusal is kept even if nothing else of the pass was written.
func TestRefusedVotesAreRememberedByThemselves(t *testing.T) {
	for stage := range 3 {
		t.Run(fmt.Sprint(stage), func(t *testing.T) {
			two := step("location", users("ben", "bea"))
			two.RequiredApprovals = 2
			s := newStory(t, chain(two)).pass(0)
			s.suspend("ben")
			s.approves(10, "ben", "location").approves(12, "bea", "location")
			s.state.Now = moment(13)
			keepSome(t, &s.state, decide(t, s.state, s.refusal), stage)
			s.user("ben", func(u *document.User) { u.Suspended = false })
			s.pass(20)
			if stage == 0 {
				s.is(approved)
				return
			}
			s.is(pending).counts("ben", approval.ReasonNotEligible).counts("bea", countedReason)
		})
	}
}

// TestEarlyVotesStayEarly shows that a vote on a step that had not begun counts for nothing, also where the manager's clock was ahead
// when the request was opened.
func TestEarlyVotesStayEarly(t *testing.T) {
	for _, opened := range []int{0, 100} {
		s := newStory(t, chain(step("location", users("ben")), step("vice", users("vic")))).pass(opened)
		s.approves(5, "vic", "vice").pass(opened).counts("vic", approval.ReasonStepNotOpen)
		s.approves(10, "ben", "location").pass(opened+10).is(pending).waitsFor("vice: vic").counts("vic", approval.ReasonStepNotOpen)
		s.approves(11, "vic", "vice").pass(opened + 11).is(approved)
	}
	// Also where they are seen with the one that begins the step.
	s := newStory(t, chain(step("location", users("ben")), step("vice", users("vic")))).pass(0)
	s.approves(5, "vic", "vice").approves(10, "ben", "location").pass(11).is(pending)
	checkDecision(t, s, "vic", approval.ReasonStepNotOpen, `step "vice" had not begun when the decision was made`)
}
