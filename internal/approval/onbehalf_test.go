// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

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
