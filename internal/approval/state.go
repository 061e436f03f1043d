// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// State is all that a pass over one request starts from. None of it is changed.
type State struct {
	// Request with the status that it has now.
	Request *v1alpha1.ApprovalRequest
	// Chains of the organization, by name, as the index knows them.
	Chains map[string]*v1alpha1.ApprovalChain
	// Decisions that name the request, in any order.
	Decisions []v1alpha1.ApprovalDecision
	// Index of the organization; nil while that is not resolved. Its own clock is not read.
	Index *engine.Index
	Now   time.Time
	// Forbidden says why the role that is asked for would not be held during a window; empty, if it would. It must be there
	// if the request asks for a role.
	Forbidden func(window v1alpha1.Window) string
}

// Outcome is what a pass came to.
type Outcome struct {
	// Status that the request should have. Its conditions are Ready and, if the request asks for a role, Granted: those that
	// others write are left out.
	Status v1alpha1.ApprovalRequestStatus
	// Verdicts says of each decision, by its name, whether it counts.
	Verdicts map[string]Counted
	// Events tell what is new in the status.
	Events []Event
	// Next is when time alone will change something; zero, when it will not.
	Next time.Time
	// Remove is set when the request's time to live is over.
	Remove bool
}

// Counted tells whether a decision counts, and why.
type Counted struct {
	Counted bool
	// Reason is one of this package's reasons, in the form of a condition's.
	Reason  string
	Message string
}

// Event is something that happened to a request. Type is that of a Kubernetes event, Normal or Warning.
type Event struct {
	Type, Reason, Message string
}

// Submission is what a request asks, as chains see it.
func Submission(request *v1alpha1.ApprovalRequest) *access.ApprovalInput {
	spec := &request.Spec
	return &access.ApprovalInput{
		Type:        string(spec.Type),
		Requester:   string(spec.Requester),
		Beneficiary: string(intake.Beneficiary(spec)),
		Unit:        string(spec.Unit),
		Attributes:  intake.RequestAttributes(spec),
		GivesRole:   spec.Grant != nil,
	}
}
