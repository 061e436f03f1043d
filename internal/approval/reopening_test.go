// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// loseStatus takes away the request's status, as a restored backup does. Decisions keep theirs or not, since they are restored
// with it or not.
func (s *story) loseStatus() {
	s.state.Request.Status = v1alpha1.ApprovalRequestStatus{}
	for i := range s.state.Decisions {
		s.state.Decisions[i].Status = v1alpha1.ApprovalDecisionStatus{}
	}
}

func TestDigestCoversTheApprovers(t *testing.T) {
	two := step("location", group("clerks"))
	two.RequiredApprovals = 2
	s := newStory(t, chain(two)).pass(0).waitsFor("location: kim, jon")
	digest := s.last.Status.Chain.Digest
	s.approves(1, "kim", "location").pass(1).counts("kim", countedReason)

	same := s.fork()
	same.loseStatus()
	same.pass(2).counts("kim", countedReason).waitsFor("location: jon")
	if same.last.Status.Chain.Digest != digest {
		t.Error("the same request has another digest")
	}

	s.loseStatus()
	s.document.Groups["clerks"] = document.Group{Members: []string{"jon", "kim", "eve"}, Default: "kim"}
	s.index()
	s.pass(2).is(pending).counts("kim", approval.ReasonDigestMismatch).waitsFor("location: kim, jon, eve")
	if s.last.Status.Chain.Digest == digest {
		t.Error("with other approvers the request has the same digest")
	}
}

// A request that is opened again counts the votes that it had, and nothing takes place before it was opened again.
func TestVotesOfBeforeCountFromTheReopeningOn(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben")))).pass(0)
	s.approves(1, "ben", "location")
	s.loseStatus()
	s.pass(5).is(approved).counts("ben", countedReason)
	if ended := s.last.Status.CompletionTime; !ended.Time.Equal(moment(5)) {
		t.Errorf("it ended at %v, before it was opened again", ended)
	}

	// The same where the vote is seen after the reopening.
	s = newStory(t, chain(step("location", users("ben")))).pass(0)
	s.approves(1, "ben", "location")
	votes := s.state.Decisions
	s.loseStatus()
	s.state.Decisions = nil
	s.pass(5).is(pending)
	s.state.Decisions = votes
	s.pass(6).is(approved).counts("ben", countedReason)
	if ended := s.last.Status.CompletionTime; !ended.Time.Equal(moment(5)) {
		t.Errorf("it ended at %v, before it was opened again", ended)
	}
}

func TestDigestCoversWhatIsAskedAndWhatGoverns(t *testing.T) {
	two := step("location", users("ben", "bea"))
	digest := newStory(t, chain(two)).pass(0).last.Status.Chain.Digest
	for name, change := range map[string]func(*story){
		"the request": func(s *story) { s.attribute("value", "3") },
		"its UID":     func(s *story) { s.state.Request.UID = "uid-2" },
		"the chain's name": func(s *story) {
			s.state.Chains["other"] = s.state.Chains["chain-0"]
			s.state.Chains["other"].Name = "other"
			delete(s.state.Chains, "chain-0")
			s.index()
		},
		"the required approvals": func(s *story) {
			changed := two
			changed.RequiredApprovals = 2
			s.govern(chain(changed))
		},
		"the disposition of a step": func(s *story) {
			s.user("ann", func(u *document.User) {
				u.Grants = []document.Grant{{Role: "bypasser", Scope: document.Scope{Everywhere: true}}}
			})
			spec := chain(two)
			spec.BypassPermission = "bypass"
			s.govern(spec)
		},
	} {
		s := newStory(t, chain(two))
		change(s)
		if s.pass(0).last.Status.Chain.Digest == digest {
			t.Errorf("the digest does not cover %s", name)
		}
	}
}
