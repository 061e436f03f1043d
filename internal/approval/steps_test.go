// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

// Short names for what the stories say often.
const (
	pending   = v1alpha1.RequestPending
	approved  = v1alpha1.RequestApproved
	denied    = v1alpha1.RequestDenied
	withdrawn = v1alpha1.RequestWithdrawn
	expired   = v1alpha1.RequestExpired

	countedReason = approval.ReasonCounted
)

func TestStepsInOrder(t *testing.T) {
	s := newStory(t, chain(step("location", role("approver")), step("vice", role("vice")))).pass(0)
	s.is(pending).waitsFor("location: bea, ben, cem, ida and 2 more").says(`waits for location: bea, ben, cem, ida and 2 more`)
	s.approves(10, "ben", "location").pass(11).is(pending).waitsFor("vice: mia, vic").counts("ben", countedReason)
	s.approves(20, "vic", "vice").pass(30).is(approved).counts("vic", countedReason).says(`every step of chain "chain-0" is passed`)
	if ended := s.last.Status.CompletionTime; !ended.Time.Equal(moment(20)) {
		t.Errorf("it ended at %v, not when vic decided", ended)
	}
}

func TestStepsAtOnce(t *testing.T) {
	parallel := chain(step("location", users("ben")), step("vice", role("vice")))
	parallel.Order = v1alpha1.StepsParallel
	s := newStory(t, parallel).pass(0).waitsFor("location: ben; vice: mia, vic").says(`waits for location: ben; vice: mia, vic`)
	s.approves(5, "vic", "vice").pass(5).is(pending).waitsFor("location: ben").counts("vic", countedReason)
	s.approves(9, "ben", "location").pass(9).is(approved)
}
