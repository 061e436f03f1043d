// SPDX-License-Identifier: Apache-2.0

package view

import (
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/audit"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/requests"
)

// Request is the page of one request.
type Request struct {
	RequestRow
	Details []requests.Detail
	// Chain governs the request; empty if none does yet.
	Chain    string
	Steps    []RequestStep
	Deputies []string
	Story    []Event
	// Without says why parts of the story may be missing.
	Without string
	// Gains is what an approval would change; nil if it is too late for one.
	Gains *Gains
	// MayWithdraw, MayRevoke and MayRenew say what the user may do.
	MayWithdraw, MayRevoke, MayRenew bool
	// Uncertain is set if only the manager knows whether the user may withdraw the request or revoke its role.
	Uncertain bool
	// Made is what has become of a decision that the user has just made; nil if they have not.
	Made *Made
}

// RequestStep is a step of a request.
type RequestStep struct {
	Name, State, Message string
	Votes                []Vote
	WaitingFor           []string
	// Omitted counts those for whom the step waits beside the ones that are named.
	Omitted int32
}

// Vote is a decision on a step. OnBehalfOf is empty if the approver decided for themselves.
type Vote struct {
	At                            time.Time
	Verdict, Approver, OnBehalfOf string
}

// Event is something that has happened to a request.
type Event struct {
	At   time.Time
	What string
	Text string
}

// NewRequest returns the page of a request with the decisions on it. The organization may be nil if it is not known.
func NewRequest(
	o *state.Organization, request *v1alpha1.ApprovalRequest, decisions []v1alpha1.ApprovalDecision, user v1alpha1.UserID, now time.Time,
) *Request {
	status := &request.Status
	p := &Request{
		RequestRow: NewRequestRow(request, user, now), Details: requests.Details(request, now), Deputies: requests.Texts(status.Deputies),
	}
	if status.Chain != nil {
		p.Chain = string(status.Chain.Name)
	}
	for i := range status.Steps {
		p.Steps = append(p.Steps, newRequestStep(&status.Steps[i]))
	}
	records := audit.Records(request, decisions)
	for i := range records {
		p.Story = append(p.Story, Event{At: records[i].Time, What: string(records[i].Event), Text: requests.What(&records[i])})
	}
	pending := status.State == v1alpha1.RequestPending
	if o != nil && request.Spec.Grant != nil && pending {
		p.Gains = NewGains(o, []*v1alpha1.ApprovalRequest{request}, now)
	}
	p.offer(o, request, user, now)
	return p
}

// offer finds out what the user may do with the request besides deciding it. Who overlooks requests, and who administers their
// beneficiaries, only the organization says: to those who may not read it, the status of the request has to do.
func (p *Request) offer(o *state.Organization, request *v1alpha1.ApprovalRequest, user v1alpha1.UserID, now time.Time) {
	if user == "" {
		return
	}
	pending, isOwn := request.Status.State == v1alpha1.RequestPending, requests.IsOwn(request, user)
	revocable := requests.WhyIrrevocable(request, now) == ""
	p.MayRenew = isOwn && request.Status.Grant != nil && request.Status.Grant.RevocationTime == nil
	if o == nil || o.Index == nil {
		p.MayWithdraw = pending && requests.MayWithdraw(request, user)
		p.MayRevoke, p.Uncertain = revocable, !isOwn
		return
	}
	index, err := o.IndexAt(now)
	if err != nil {
		return
	}
	seen := &approval.State{Request: request, Chains: map[string]*v1alpha1.ApprovalChain{}, Index: index, Now: now}
	for i := range o.Members.Chains {
		seen.Chains[o.Members.Chains[i].Name] = &o.Members.Chains[i]
	}
	p.MayWithdraw = pending && approval.MayWithdraw(seen, string(user))
	p.MayRevoke = revocable && approval.MayRevoke(seen, string(user))
}

func newRequestStep(progress *v1alpha1.StepProgress) RequestStep {
	step := RequestStep{
		Name: string(progress.Name), State: string(progress.State), Message: progress.Message, WaitingFor: requests.Texts(progress.WaitingFor),
	}
	if progress.OmittedWaitingForCount != nil {
		step.Omitted = *progress.OmittedWaitingForCount
	}
	for i := range progress.Votes {
		vote := &progress.Votes[i]
		step.Votes = append(step.Votes, Vote{
			At: vote.DecisionTime.Time, Verdict: string(vote.Verdict), Approver: string(vote.Approver), OnBehalfOf: string(vote.OnBehalfOf),
		})
	}
	return step
}
