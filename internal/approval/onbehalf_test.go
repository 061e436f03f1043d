// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"fmt"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// delegated is a request that waits for two of ben, bea and vic, whose delegate dan holds the permission during a window, in
// seconds; no end is 0.
func delegated(t *testing.T, from, until int) *story {
	t.Helper()
	two := step("location", users("ben", "bea", "vic"))
	two.RequiredApprovals = 2
	spec := chain(two)
	spec.OnBehalfPermission = "on-behalf"
	s := newStory(t, spec)
	s.user("dan", func(u *document.User) {
		begin, end := moment(from), moment(until)
		u.Grants[0].Window.StartTime = &begin
		if until > 0 {
			u.Grants[0].Window.EndTime = &end
		}
	})
	return s.pass(0)
}

// deputies checks whom the status names as those who may decide in place of others.
func (s *story) deputies(want ...v1alpha1.Observed) *story {
	s.Helper()
	if got := s.last.Status.Deputies; !slices.Equal(got, want) {
		s.Errorf("the deputies are %v, not %v", got, want)
	}
	return s
}

// The status names those who hold the permission now, and is looked at again when time alone changes that.
func TestDeputies(t *testing.T) {
	s := delegated(t, 50, 80).deputies()
	if !s.last.Next.Equal(moment(50)) {
		t.Errorf("it is looked at again at %s", s.last.Next)
	}
	s.pass(50).deputies("dan")
	if !s.last.Next.Equal(moment(80)) {
		t.Errorf("it is looked at again at %s", s.last.Next)
	}
	index := s.state.Index
	s.state.Index = nil
	s.pass(60).deputies("dan")
	s.state.Index = index
	s.pass(80).deputies()

	delegated(t, 0, 0).deputies("dan").approves(1, "ben", "location").approves(1, "bea", "location").pass(2).is(approved).deputies()
	delegated(t, 0, 0).decides(1, "ann", "", v1alpha1.VerdictWithdraw).pass(2).deputies()
	s = delegated(t, 0, 0)
	s.state.Request.DeletionTimestamp = new(metav1.NewTime(moment(5)))
	s.pass(6).deputies()
	s = delegated(t, 0, 0)
	s.suspend("dan")
	s.pass(1).deputies()

	// Nobody decides on their own request for others, and no list is too long.
	many := delegated(t, 0, 0)
	many.state.Request.Spec.Beneficiary = "dan"
	want := make([]v1alpha1.Observed, 0, v1alpha1.MaxDeputies)
	for i := range 40 {
		id := fmt.Sprintf("deputy-%02d", i)
		many.document.Users[id] = document.User{Grants: []document.Grant{{Role: "on-behalf", Scope: document.Scope{Everywhere: true}}}}
		if i < v1alpha1.MaxDeputies {
			want = append(want, v1alpha1.Observed(id))
		}
	}
	many.index()
	many.pass(1).deputies(want...)

	// Without such a permission there are none.
	newStory(t, chain(step("location", users("ben")))).pass(0).deputies()
}

func TestDelegateMustHoldThePermissionWhenDeciding(t *testing.T) {
	s := delegated(t, 50, 0)
	s.approvesOnBehalf(10, "dan", "ben", "location").pass(11).is(pending).counts("dan", approval.ReasonOnBehalfNotPermitted)
	s.pass(60).is(pending).counts("dan", approval.ReasonOnBehalfNotPermitted)
	s.approves(61, "bea", "location").pass(62).is(pending).waitsFor("location: ben, vic")

	t.Run("also where nobody looks before the permission begins", func(t *testing.T) {
		s := delegated(t, 50, 0)
		s.approvesOnBehalf(10, "dan", "ben", "location").approves(20, "bea", "location").pass(60)
		s.is(pending).counts("dan", approval.ReasonOnBehalfNotPermitted).waitsFor("location: ben, vic")
	})
	t.Run("and from then on may", func(t *testing.T) {
		s := delegated(t, 50, 0)
		s.approvesOnBehalf(50, "dan", "ben", "location").pass(50).counts("dan", countedReason)
	})
}

func TestVoteOfADelegateStays(t *testing.T) {
	t.Run("when the permission has ended", func(t *testing.T) {
		s := delegated(t, 0, 20)
		s.approvesOnBehalf(10, "dan", "ben", "location").pass(11).counts("dan", countedReason)
		s.pass(20).is(pending).counts("dan", countedReason).waitsFor("location: bea, vic")
		s.approves(21, "ben", "location").pass(21).counts("ben", approval.ReasonAlreadyDecided)
		s.approves(30, "vic", "location").pass(30).is(approved)
	})
	t.Run("when it is seen after the permission has ended", func(t *testing.T) {
		s := delegated(t, 0, 20)
		s.approvesOnBehalf(10, "dan", "ben", "location").approves(19, "vic", "location").pass(40).is(approved)
	})
	t.Run("but one from after the end does not count", func(t *testing.T) {
		s := delegated(t, 0, 20)
		s.approvesOnBehalf(20, "dan", "ben", "location").pass(21).counts("dan", approval.ReasonOnBehalfNotPermitted)
		// Ben is free to decide in person.
		s.approves(22, "ben", "location").pass(22).counts("ben", countedReason)
	})
}

func TestDelegateDecidesOnceInAStep(t *testing.T) {
	s := delegated(t, 0, 0)
	s.approvesOnBehalf(1, "dan", "ben", "location").approvesOnBehalf(2, "dan", "bea", "location")
	s.pass(3).is(pending).counts("dan", approval.ReasonAlreadyDecided).waitsFor("location: bea, vic")
	if votes := s.last.Status.Steps[0].Votes; len(votes) != 1 || votes[0].OnBehalfOf != "ben" {
		t.Errorf("the votes are %+v", votes)
	}
}

func TestDelegatesMayRepresentEachOther(t *testing.T) {
	two := step("location", users("ben", "dan"))
	two.RequiredApprovals = 2
	spec := chain(two)
	spec.OnBehalfPermission = "on-behalf"
	s := newStory(t, spec).pass(0)
	s.approvesOnBehalf(1, "dan", "ben", "location").pass(1).counts("dan", countedReason).waitsFor("location: dan")
	// Ben decides for dan, who has decided for ben: each of them decides once and is represented once.
	s.user("ben", func(u *document.User) {
		u.Grants = append(u.Grants, document.Grant{Role: "on-behalf", Scope: document.Scope{Everywhere: true}})
	})
	s.approvesOnBehalf(2, "ben", "dan", "location").pass(2).is(approved)
}
