// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
)

// Enforcement is what is known of the policies on which approvals rest: the API server checks by them who makes requests and decisions,
// that decisions stay, and that only the manager writes statuses.
type Enforcement struct {
	// Since is from when on they are known to have been enforced, by the clock of the API server. Requests and decisions that were
	// created until then, and that no earlier pass has seen, may be in the name of another user.
	Since time.Time
	// Problem says why it is not known that they are enforced now; empty if they are.
	Problem string
}

// withholds reports whether nothing is to be said of what was created at a time: the policies did check it if they were enforced until
// then, and that is not known yet.
func (e *Enforcement) withholds(created time.Time) bool { return e.fails() && e.covers(created) }

// covers reports whether what was created at a time was checked by the policies. Without an Enforcement, nobody asks.
func (e *Enforcement) covers(created time.Time) bool {
	return e == nil || created.After(e.Since)
}

// fails reports whether it is not known that the policies are enforced now.
func (e *Enforcement) fails() bool { return e != nil && e.Problem != "" }

// sinceWhen says from when on the policies are known to have been enforced.
func (e *Enforcement) sinceWhen() string {
	return fmt.Sprintf("before %s, from when on the API server is known to check who makes requests and decisions",
		e.Since.UTC().Format(time.RFC3339))
}

// IsNewRequest reports whether no pass has accepted a request as one that was made in its requester's name.
func IsNewRequest(request *v1alpha1.ApprovalRequest) bool {
	return request.Status.ObservedGeneration == 0
}

// IsNewDecision reports whether no pass has said of a decision whether it counts.
func IsNewDecision(decision *v1alpha1.ApprovalDecision) bool {
	return meta.FindStatusCondition(decision.Status.Conditions, v1alpha1.ConditionCounted) == nil
}

// suspend returns the outcome of a pending request while it is not known that the policies are enforced: it stays as it is, and so do
// its decisions.
func suspend(s *State) *Outcome {
	o := &Outcome{Status: *s.Request.Status.DeepCopy(), Decisions: map[string]DecisionResult{}}
	for i := range s.Decisions {
		switch d := &s.Decisions[i]; {
		case !IsNewDecision(d):
			o.Decisions[d.Name] = lastResult(d, "")
		case !s.Enforcement.covers(d.CreationTimestamp.Time):
			o.Decisions[d.Name] = *s.Enforcement.refusal()
		}
	}
	message := bounded.Bytes("the request stands still: "+s.Enforcement.Problem, maxMessage)
	o.Status.State, o.Status.Message = v1alpha1.RequestPending, message
	o.Status.Conditions = conditions.Merge(s.Request.Status.Conditions, s.Request.Generation, s.Now, metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: ReasonPoliciesNotEnforced, Message: message,
	})
	return o
}

// refusal returns the result of a decision that the policies may not have checked.
func (e *Enforcement) refusal() *DecisionResult {
	return &DecisionResult{
		Reason: ReasonPoliciesNotEnforced, Message: "the decision was made " + e.sinceWhen() + ": make it again",
	}
}

// unchecked denies a request that nobody has seen yet and that the policies may not have checked, and reports whether it did.
func (g *progress) unchecked() bool {
	s := g.pass.state
	if !IsNewRequest(s.Request) || s.Enforcement.covers(s.Request.CreationTimestamp.Time) {
		return false
	}
	g.end(v1alpha1.RequestDenied, g.pass.now, "the request was made "+s.Enforcement.sinceWhen()+": make it again")
	return true
}
