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

// Decide returns what becomes of a request. If that depends on whether the role that it asks for would be held, and the state
// does not say so, Decide returns the check to make instead, and no outcome. It asks for one check at most.
//
// The same state gives the same outcome, and a request that has the status of its outcome keeps it until something happens.
func Decide(s *State) (*Outcome, *GrantCheck) {
	switch why := damage(&s.Request.Status); {
	case !s.Request.DeletionTimestamp.IsZero():
		return endDeleted(s), nil
	case why != "":
		return blockDamaged(s, why), nil
	case s.Enforcement.fails() && isPending(&s.Request.Status):
		return suspend(s), nil
	}
	p := newPass(s, &s.Request.Status)
	g := newProgress(p)
	if g.pending() && p.chain == nil {
		g.open()
		if g.check == nil && g.status.Chain != nil {
			g = newProgress(newPass(s, &g.status))
		}
	}
	g.followBeneficiary()
	g.followRenewed()
	g.replay()
	if g.check != nil {
		return nil, g.check
	}
	return g.outcome(), nil
}

// isPending reports whether a request has not ended.
func isPending(status *v1alpha1.ApprovalRequestStatus) bool {
	return status.State == "" || status.State == v1alpha1.RequestPending
}

// pass is what a pass over a request reads. It does not change.
type pass struct {
	state *State
	// status is the one from which the pass starts.
	status *v1alpha1.ApprovalRequestStatus
	input  access.ApprovalInput
	// chain is the one that the request keeps since it was opened; nil before that.
	chain *document.Chain
	// decisions are the valid ones, in order of time; invalid says what is wrong with the others.
	decisions []*decision
	invalid   map[string]DecisionResult
	// now is the time of the pass. Where the clock of the API server is ahead, so is the pass.
	now time.Time
	// observed is the time up to which earlier passes have taken what happened.
	observed time.Time
}

func newPass(s *State, status *v1alpha1.ApprovalRequestStatus) *pass {
	p := &pass{state: s, status: status, input: *Input(s.Request), chain: keptChain(status), observed: lastStepChange(status.Steps)}
	p.decisions, p.invalid = p.readDecisions()
	p.now = s.Now
	for _, d := range p.decisions {
		if isVote(status, d) {
			p.observed = later(p.observed, d.created)
		}
		p.now = later(p.now, d.created)
	}
	p.now = later(p.now, p.observed)
	return p
}

// keptChain returns the chain that a request keeps, compiled; nil if it keeps none.
func keptChain(status *v1alpha1.ApprovalRequestStatus) *document.Chain {
	if status.Chain == nil {
		return nil
	}
	kept := intake.RequestChain(status.Chain)
	chain := resolve.Chain(&kept)
	return &chain
}

// lastStepChange returns when a step last began or ended.
func lastStepChange(steps []v1alpha1.StepProgress) time.Time {
	var last time.Time
	for i := range steps {
		for _, t := range []*metav1.Time{steps[i].StartTime, steps[i].CompletionTime} {
			if t != nil {
				last = later(last, t.Time)
			}
		}
	}
	return last
}

// at returns the input as of a time.
func (p *pass) at(t time.Time) *access.ApprovalInput {
	input := p.input
	input.Now = t
	return &input
}

// distinct reports whether different people must decide different steps. An extent that is unknown asks for that.
func (p *pass) distinct() bool { return p.chain.DistinctApprovers != "" }

// isParty reports whether a user is the requester or the beneficiary.
func (p *pass) isParty(user string) bool {
	return user == p.input.Requester || user == p.input.Beneficiary
}

// progress is how far a pass has brought a request.
type progress struct {
	pass   *pass
	status v1alpha1.ApprovalRequestStatus
	// blocked is what the request waits for besides decisions; nil for nothing.
	blocked *blocker
	// check is the one without whose answer the pass cannot go on.
	check *GrantCheck
	// excess is the reason for which the request was denied before anything was computed for it; empty if it was not.
	excess string
	// forWantOfVotes is set when a step ended because nobody decided it further.
	forWantOfVotes bool
	// judged holds why users might not decide when they did; nil if they might.
	judged map[*decision]*DecisionResult
	// results says of the votes that were counted last whether they count.
	results map[string]DecisionResult
	// eligible lists, for each open step, the users who may decide it now.
	eligible [][]string
	// incomplete reports, for each open step, whether the beneficiary would have to approve it and nobody does so in their place.
	incomplete []bool
	// transitions are the times at which a user may become eligible, or cease to be.
	transitions []time.Time
}

// blocker is what a request waits for besides decisions, as the reason and message of its condition Ready.
type blocker struct{ reason, message string }

func newProgress(p *pass) *progress {
	g := &progress{
		pass: p, status: *p.status.DeepCopy(), excess: excessOf(p.status),
		judged: map[*decision]*DecisionResult{}, results: map[string]DecisionResult{},
	}
	g.status.ObservedGeneration = p.state.Request.Generation
	if g.status.State == "" {
		g.status.State = v1alpha1.RequestPending
	}
	return g
}

func (g *progress) pending() bool { return g.status.State == v1alpha1.RequestPending }

func (g *progress) block(reason, message string) {
	g.blocked = &blocker{reason: reason, message: message}
}

// timestamp returns a time as objects keep it: to the second.
func timestamp(t time.Time) *metav1.Time {
	return &metav1.Time{Time: t.UTC().Truncate(time.Second)}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
