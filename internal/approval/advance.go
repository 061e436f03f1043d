// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Advance tells what has become of a request. The same state gives the same outcome, and a request that has its outcome's
// status stays as it is until something happens.
func Advance(s *State) *Outcome {
	p := newPass(s)
	switch {
	case !p.pending():
	case p.chain == nil && p.withdrawn():
	case s.Index == nil:
		p.lack(ReasonOrganizationNotResolved, "the organization is not resolved: see its conditions")
	case p.chain == nil:
		p.open()
		p.run()
	default:
		p.run()
	}
	p.revoke()
	return p.outcome()
}

// pass is a request on the way from the status that it has to the one that it should have.
type pass struct {
	*State
	status     v1alpha1.ApprovalRequestStatus
	submission *access.ApprovalInput
	// chain is the request's, as it was when the request was opened; nil before that.
	chain *document.Chain
	// now is the moment of the pass. Where the clock of the API server is ahead, so is the pass.
	now time.Time
	// known is up to when things were looked at in earlier passes.
	known    time.Time
	ballots  []*ballot
	verdicts map[string]Counted
	// deciders are, step by step, those who may decide an open step now.
	deciders [][]string
	// turns are when somebody may become or stop being an approver.
	turns []time.Time
	// missing says what the request waits for, besides people.
	missing *metav1.Condition
}

func newPass(s *State) *pass {
	p := &pass{State: s, status: *s.Request.Status.DeepCopy(), submission: Submission(s.Request), verdicts: map[string]Counted{}}
	p.status.ObservedGeneration = s.Request.Generation
	if p.status.State == "" {
		p.status.State = v1alpha1.RequestPending
	}
	p.recall()
	p.readBallots()
	p.now = s.Now
	if p.known.After(p.now) {
		p.now = p.known
	}
	for _, b := range p.ballots {
		if b.created.After(p.now) {
			p.now = b.created
		}
	}
	return p
}

// recall reads the chain that the request keeps.
func (p *pass) recall() {
	if p.status.Chain == nil {
		return
	}
	written := intake.ChainSpec(&p.status.Chain.Spec)
	// It was true when the request was opened, and is not asked again.
	written.Trigger = ""
	chain := resolve.Chain(&written)
	p.chain = &chain
	for i := range p.status.Steps {
		for _, t := range []*metav1.Time{p.status.Steps[i].Began, p.status.Steps[i].Ended} {
			if t != nil && t.After(p.known) {
				p.known = t.Time
			}
		}
	}
}

func (p *pass) pending() bool { return p.status.State == v1alpha1.RequestPending }

// lack notes what the request waits for.
func (p *pass) lack(reason, message string) {
	p.missing = &metav1.Condition{Reason: reason, Message: message}
}

// at is what is asked, at a moment.
func (p *pass) at(moment time.Time) *access.ApprovalInput {
	p.submission.Now = moment
	return p.submission
}

// stamp is a time as objects keep it: to the second.
func stamp(t time.Time) *metav1.Time {
	return &metav1.Time{Time: t.UTC().Truncate(time.Second)}
}
