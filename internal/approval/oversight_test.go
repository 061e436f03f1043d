// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func (s *story) withdraws(seconds int, user string) *story {
	return s.decides(seconds, user, "", v1alpha1.VerdictWithdraw)
}

// managed is a chain whose requests dan manages: bob decides, or else bea, and kim once it escalates.
func managed() v1alpha1.ApprovalChainSpec {
	slow := step("location", users("bob"))
	slow.Fallback = []v1alpha1.ApproverSelector{users("bea")}
	slow.Timeouts = []v1alpha1.ApprovalTimeout{timed(v1alpha1.TimeoutEscalate, 1000, users("kim"))}
	spec := chain(slow, step("later", role("vice")))
	spec.ManagePermission = "on-behalf"
	return spec
}

func TestWhoMayWithdraw(t *testing.T) {
	for user, reason := range map[string]string{
		"ann": countedReason, "bob": countedReason, "bea": countedReason, "kim": countedReason, "vic": countedReason, "dan": countedReason,
		"jon": approval.ReasonWithdrawalNotPermitted, "eve": approval.ReasonWithdrawalNotPermitted, "zoe": approval.ReasonWithdrawalNotPermitted,
		"sue": approval.ReasonWithdrawalNotPermitted,
	} {
		t.Run(user, func(t *testing.T) {
			s := newStory(t, managed())
			s.state.Request.Spec.Beneficiary = "jon"
			s.pass(0)
			left := s.fork()
			s.withdraws(5, user).pass(6).counts(user, reason)
			if reason != countedReason {
				s.is(pending)
				return
			}
			s.is(withdrawn).says("withdrawn by \"" + user + "\"")
			if by := s.last.Status.WithdrawnBy; string(by) != user {
				t.Errorf("it was withdrawn by %q", by)
			}
			if user == "ann" {
				return
			}
			// The requester has left, the beneficiary is suspended, and the unit is gone.
			delete(left.document.Users, "ann")
			delete(left.document.Units, "east")
			left.suspend("jon")
			left.withdraws(5, user).pass(6)
			left.is(withdrawn).counts(user, countedReason)
		})
	}
}

// Who manages the requests of one branch only has no say in another's, nor in those whose place is gone.
func TestManagePermissionIsHeldOverTheRequest(t *testing.T) {
	for unit, reason := range map[v1alpha1.Name]string{"west": countedReason, "east": approval.ReasonWithdrawalNotPermitted, "": approval.ReasonWithdrawalNotPermitted} {
		s := newStory(t, managed())
		s.user("dan", func(u *document.User) { u.Grants[0].Scope = document.Scope{Units: []string{"west"}} })
		s.state.Request.Spec.Unit = unit
		s.pass(0)
		gone := s.fork()
		s.withdraws(5, "dan").pass(6).counts("dan", reason)
		delete(gone.document.Units, "west")
		gone.user("dan", func(u *document.User) { u.Grants[0].Scope = document.Scope{Units: []string{"east"}} })
		if unit == "west" {
			gone.withdraws(5, "dan").pass(6).is(pending).counts("dan", approval.ReasonWithdrawalNotPermitted)
		}
	}
}

// Whether a user may withdraw or revoke is judged once: what was not permitted never comes alive.
func TestWhatWasNotPermittedStaysSo(t *testing.T) {
	manager := func(u *document.User) {
		u.Grants = []document.Grant{{Role: "on-behalf", Scope: document.Scope{Everywhere: true}}}
	}
	s := newStory(t, managed()).pass(0).withdraws(5, "eve").pass(6)
	checkDecision(t, s, "eve", approval.ReasonWithdrawalNotPermitted,
		`"eve" is not the requester, may not decide any step of the request, and does not hold on-behalf over it`)
	s.user("eve", manager)
	s.pass(7).is(pending).judged("eve", approval.ReasonWithdrawalNotPermitted)

	unmanaged := newStory(t, chain(step("location", users("ben")))).pass(0).withdraws(5, "eve").pass(6)
	checkDecision(t, unmanaged, "eve", approval.ReasonWithdrawalNotPermitted,
		`"eve" is not the requester, and may not decide any step of the request`)

	given := newStory(t, managed())
	given.asksForRole()
	given.pass(0).approves(1, "bob", "location").pass(1).approves(2, "vic", "later").pass(2).is(approved)
	given.revokes(50, "eve").pass(51).counts("eve", approval.ReasonRevocationNotPermitted)
	given.user("eve", manager)
	given.pass(52).judged("eve", approval.ReasonRevocationNotPermitted)
	granted(given, metav1.ConditionTrue, approval.ReasonGranted)
}

// The chain that was kept says who manages the request, not the chain as it is now.
func TestManagePermissionIsKept(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben")))).pass(0)
	s.state.Chains["chain-0"].Spec.ManagePermission = "on-behalf"
	s.index()
	s.withdraws(5, "dan").pass(6).is(pending).counts("dan", approval.ReasonWithdrawalNotPermitted)

	kept := newStory(t, managed()).pass(0)
	kept.state.Chains["chain-0"].Spec.ManagePermission = ""
	kept.index()
	kept.withdraws(5, "dan").pass(6).is(withdrawn).counts("dan", countedReason)
}

func TestHoldersOfTheManagePermissionRevoke(t *testing.T) {
	s := newStory(t, managed())
	s.asksForRole()
	s.state.Request.Spec.Beneficiary = "jon"
	s.pass(0).approves(1, "bob", "location").pass(1).approves(2, "vic", "later").pass(2).is(approved)
	for _, user := range []string{"dan", "bea", "mia"} {
		fork := s.fork()
		fork.revokes(50, user).pass(50).counts(user, countedReason)
	}
	s.revokes(50, "eve").pass(50).counts("eve", approval.ReasonRevocationNotPermitted)
	checkDecision(t, s, "eve", approval.ReasonRevocationNotPermitted, `"eve" is neither the requester nor the beneficiary, `+
		"may not decide any step of the request, and does not hold on-behalf over it; no administration rule lets them take the role")
}

// A request that waits for its requester is withdrawn by who manages the requests of its type, and by nobody else.
func TestUnopenedRequestsAreWithdrawnByThoseWhoManageTheirType(t *testing.T) {
	other := chain(step("location", users("eve")))
	other.RequestType, other.ManagePermission = "order", "bypass"
	s := newStory(t, managed(), other)
	s.state.Request.Spec.Requester = "zoe"
	s.pass(0).is(pending)
	for user, reason := range map[string]string{
		"dan": countedReason, "zoe": countedReason,
		"bob": approval.ReasonRequestNotOpen, "vic": approval.ReasonRequestNotOpen, "eve": approval.ReasonRequestNotOpen,
	} {
		fork := s.fork()
		fork.withdraws(5, user).pass(6).counts(user, reason)
	}
	// An approver's withdrawal from before the request was open does not come alive when it is.
	s.withdraws(5, "bob").pass(6)
	s.user("zoe", func(*document.User) {})
	s.pass(7).is(pending).counts("bob", approval.ReasonRequestNotOpen)
}
