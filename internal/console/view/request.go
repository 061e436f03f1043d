// SPDX-License-Identifier: Apache-2.0

package view

import (
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
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
	// MayWithdraw, MayRevoke and MayRenew say what the user may try, as far as the request shows.
	MayWithdraw, MayRevoke, MayRenew bool
	// Made is what has become of a decision that the user has just made; nil if they have not.
	Made *Made
}

// RequestStep is a step of a request.
type RequestStep struct {
	Name, State, Message string
	Votes                []Event
	WaitingFor           []string
	// Omitted counts those for whom the step waits beside the ones that are named.
	Omitted int32
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
	if user != "" {
		p.MayWithdraw = pending && requests.MayWithdraw(request, user)
		p.MayRevoke = requests.WhyIrrevocable(request, now) == ""
		p.MayRenew = request.Spec.Grant != nil && status.Grant != nil && status.Grant.RevocationTime == nil
	}
	return p
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
		event := Event{At: vote.DecisionTime.Time, What: string(vote.Verdict), Text: string(vote.Approver)}
		if vote.OnBehalfOf != "" {
			event.Text += " on behalf of " + string(vote.OnBehalfOf)
		}
		step.Votes = append(step.Votes, event)
	}
	return step
}
