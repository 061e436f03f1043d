// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// State is everything that a pass over one request depends on. Decide does not change it.
type State struct {
	// Request with its current status.
	Request *v1alpha1.ApprovalRequest
	// Chains of the organization by name, as the index knows them.
	Chains map[string]*v1alpha1.ApprovalChain
	// Decisions that name the request, in any order: of each second all that were made, or none.
	Decisions []v1alpha1.ApprovalDecision
	// OlderRequests is how many requests of the same requester were made before this one and CountsAgainstBound says of that
	// they count. It matters until the request is opened.
	OlderRequests int
	// Index of the organization; nil if it is not resolved. Its own clock is not read.
	Index *engine.Index
	// Records are the objects that make the beneficiary a user of the organization, as of the index.
	Records []model.UserRecord
	// Now is the only clock.
	Now time.Time
	// Renewed is the request that this one names in spec.grant.renewalOf; nil if there is none.
	Renewed *v1alpha1.ApprovalRequest
	// Renewals are the requests that name this one there, or another of its name. They matter once it has ended.
	Renewals []v1alpha1.ApprovalRequest
	// MinTTL is how long a request is kept at least after its end, whatever its chain says.
	MinTTL time.Duration
	// Enforcement is what is known of the policies on which approvals rest; nil if nobody asks.
	Enforcement *Enforcement
	// CheckedGrants are the answers to the grant checks that Decide has returned for this state.
	CheckedGrants []CheckedGrant
}

// GrantCheck asks whether the beneficiary would hold the role that the request asks for, if it were granted.
type GrantCheck struct {
	// Window is when the role would be held.
	Window v1alpha1.Window
	// Grant is the hypothetical grant, beside the others of the organization as it is now.
	Grant model.RequestedGrant
}

// CheckedGrant answers a GrantCheck.
type CheckedGrant struct {
	// Window of the check.
	Window v1alpha1.Window
	// Refusal is why the role would not be held, and Reason that of a finding about it; both are empty if it would.
	Refusal, Reason string
}

// AnswerCheck returns the answer to a check for which the role would not be held because of some findings. Those go first that nobody
// ends by creating something.
func AnswerCheck(check *GrantCheck, refusals []resolve.Finding) CheckedGrant {
	answer := CheckedGrant{Window: check.Window}
	for i := range refusals {
		if i == 0 || conditions.IsUnresolved(answer.Reason) {
			answer.Refusal, answer.Reason = refusals[i].Message, refusals[i].Reason
		}
	}
	return answer
}

// Outcome is what a pass decided.
type Outcome struct {
	// Status that the request should have. Its conditions are Ready, Approved, Denied, Completed and, if the request asks for a
	// role, Granted; conditions that others write are left out.
	Status v1alpha1.ApprovalRequestStatus
	// Decisions holds, by name of the decision, whether it counts. Of one that is not there, nothing is known yet.
	Decisions map[string]DecisionResult
	// Events report what is new in the status.
	Events []Event
	// Next is when time alone will change something; zero if it will not.
	Next time.Time
	// ForWantOfVotes is set when a step ends because nobody decided it further, by a timeout or because all decided whom it asks. Before
	// that is written, read the decisions from the API server itself, and decide again: one may have been made in time.
	ForWantOfVotes bool
	// Remove is set when the request's time to live is over.
	Remove bool
}

// DecisionResult is whether a decision counts, and why.
type DecisionResult struct {
	Counted bool
	// Reason is one of this package's reasons, in the form of a condition's.
	Reason  string
	Message string
}

// Event is something that happened to a request. Type is that of a Kubernetes event, Normal or Warning.
type Event struct {
	Type, Reason, Message string
}

// Input returns what a request asks, as chains see it.
func Input(request *v1alpha1.ApprovalRequest) *access.ApprovalInput {
	spec := &request.Spec
	return &access.ApprovalInput{
		RequestType:   string(spec.RequestType),
		Requester:     string(spec.Requester),
		Beneficiary:   string(intake.Beneficiary(spec)),
		Unit:          string(spec.Unit),
		Attributes:    intake.RequestAttributes(spec),
		Justification: string(spec.Justification),
		Grant:         inputGrant(spec.Grant),
	}
}

// inputGrant returns the role that a request asks for, as chains see it.
func inputGrant(written *v1alpha1.RequestedGrant) *access.ApprovalGrant {
	if written == nil {
		return nil
	}
	grant := &access.ApprovalGrant{Role: written.RoleRef.Name, DurationSeconds: int64(written.DurationSeconds)}
	if written.StartTime != nil {
		grant.StartTime = &written.StartTime.Time
	}
	if written.RenewalOf != nil {
		grant.RenewalOf = written.RenewalOf.Name
	}
	if kind := written.RoleRef.Kind; kind != "" && kind != v1alpha1.RoleKindRole {
		grant.Role = string(kind) + "/" + grant.Role
	}
	if written.Scope != nil {
		scope := intake.Scope(written.Scope)
		grant.Scope = resolve.WrittenScope(&scope)
	}
	return grant
}
