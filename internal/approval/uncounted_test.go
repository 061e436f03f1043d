// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestResultsThatStay are those of decisions that do not count, and that no later pass judges again.
func TestResultsThatStay(t *testing.T) {
	for reason, want := range map[string]bool{
		approval.ReasonStepNotOpen: true, approval.ReasonNotEligible: true, approval.ReasonOnBehalfNotPermitted: true,
		approval.ReasonWithdrawalNotPermitted: true, approval.ReasonRevocationNotPermitted: true,
		approval.ReasonRequestNotOpen: false, approval.ReasonRequestClosed: false, approval.ReasonAlreadyDecided: false,
	} {
		if got := (approval.DecisionResult{Reason: reason}).Stays(); got != want {
			t.Errorf("%s stays: %t", reason, got)
		}
		if (approval.DecisionResult{Counted: true, Reason: reason}).Stays() {
			t.Errorf("a decision that counts stays, because of %s", reason)
		}
	}
}

// TestTheFirstToGoSaysWhenTheNextGoes, and what may still count says nothing.
func TestTheFirstToGoSaysWhenTheNextGoes(t *testing.T) {
	decision := func(name string, seconds int) v1alpha1.ApprovalDecision {
		d := v1alpha1.ApprovalDecision{ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.NewTime(moment(seconds))}}
		d.Status.Conditions = []metav1.Condition{{
			Type: v1alpha1.ConditionCounted, Status: metav1.ConditionFalse, LastTransitionTime: metav1.NewTime(moment(seconds)),
		}}
		return d
	}
	decisions := []v1alpha1.ApprovalDecision{decision("open", 1), decision("late", 20), decision("early", 10), decision("counts", 2)}
	results := map[string]approval.DecisionResult{
		"open": {Reason: approval.ReasonRequestNotOpen}, "late": {Reason: approval.ReasonRequestClosed},
		"early": {Reason: approval.ReasonNotEligible}, "counts": {Counted: true},
	}
	for _, c := range []struct {
		some []v1alpha1.ApprovalDecision
		want time.Time
	}{
		{decisions, moment(10 + hour)}, {decisions[:1], time.Time{}}, {decisions[:2], moment(20 + hour)}, {decisions[3:], time.Time{}}, {nil, time.Time{}},
	} {
		if names, next := approval.Prune(c.some, results, moment(30)); len(names) != 0 || !next.Equal(c.want) {
			t.Errorf("%v go now, and the next at %v; want it at %v", names, next, c.want)
		}
	}
}

// TestALineNamesTheFirstWhomItWaitsFor, and how many there are beside them.
func TestALineNamesTheFirstWhomItWaitsFor(t *testing.T) {
	s := newStory(t, chain(step("location", role("approver"))))
	for i := range 20 {
		s.document.Users[fmt.Sprintf("u%02d", i)] = document.User{
			Grants: []document.Grant{{Role: "approver", Scope: document.Scope{Everywhere: true}}},
		}
	}
	s.index()
	s.pass(0).waitsFor("location: bea, ben, cem, ida and 22 more")
}

// TestWithoutIndexOnlyTheRequesterWithdraws: of others nobody can say yet whether they may.
func TestWithoutIndexOnlyTheRequesterWithdraws(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben", "bea"))))
	s.state.Index = nil
	s.withdraws(5, "ben").withdraws(5, "bea").pass(10).is(pending)
	for _, user := range []string{"ben", "bea"} {
		checkDecision(t, s, user, approval.ReasonRequestNotOpen, "the organization is not resolved: see its conditions")
	}
	s.withdraws(6, "ann").pass(11).is(withdrawn).counts("ann", countedReason)
}

// TestOfASelectorWhatBelongsToItsTypeIsKept: nothing belongs to one that is unknown.
func TestOfASelectorWhatBelongsToItsTypeIsKept(t *testing.T) {
	lead := v1alpha1.RoleReference{Name: "approver"}
	s := newStory(t, chain(step("location", users("ben"), v1alpha1.ApproverSelector{
		Type: "Everybody", Role: &v1alpha1.RoleApprovers{RoleRef: lead}, Permission: &v1alpha1.PermissionHolders{Name: "sign"},
		GroupRef: &v1alpha1.UserGroupReference{Name: "board"}, Users: []v1alpha1.UserReference{"bea"}, Manager: &v1alpha1.ManagerApprover{Level: 1},
		ManagerWithRole: &v1alpha1.ManagerWithRoleApprover{RoleRef: lead},
	})))
	s.pass(0).waitsFor("location: ben")
	if kept := s.last.Status.Chain.Steps[0].ApproverSelectors[1]; !reflect.DeepEqual(kept, v1alpha1.RequestSelector{Type: "Everybody"}) {
		t.Errorf("it keeps %+v", kept)
	}
	// A selector that lacks what belongs to its type asks nobody.
	for _, selectorType := range []v1alpha1.ApproverType{
		v1alpha1.ApproverTypeRole, v1alpha1.ApproverTypePermission, v1alpha1.ApproverTypeGroup, v1alpha1.ApproverTypeUsers,
		v1alpha1.ApproverTypeManager, v1alpha1.ApproverTypeManagerWithRole,
	} {
		s := newStory(t, chain(step("location", users("ben"))))
		s.state.Chains["chain-0"].Spec.Steps[0].Approvers = append(s.state.Chains["chain-0"].Spec.Steps[0].Approvers,
			v1alpha1.ApproverSelector{Type: selectorType})
		s.pass(0).waitsFor("location: ben")
		kept := s.last.Status.Chain.Steps[0].ApproverSelectors[1]
		if !reflect.DeepEqual(kept, v1alpha1.RequestSelector{Type: v1alpha1.Observed(selectorType)}) {
			t.Errorf("of a selector without content it keeps %+v", kept)
		}
	}
}
