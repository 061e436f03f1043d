// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// decision is an ApprovalDecision that is valid in itself.
type decision struct {
	name    string
	uid     types.UID
	spec    *v1alpha1.ApprovalDecisionSpec
	created time.Time
	// step is the index of its step; -1 for a withdrawal or a revocation.
	step int
	// isNew is set if no earlier pass saw it.
	isNew bool
	// counted is set if an earlier pass found that the decision counts; rejected is what it found last if not.
	counted  bool
	rejected *DecisionResult
}

// decider is the user who made the decision.
func (d *decision) decider() string { return string(d.spec.Approver) }

// voter is the user whose vote it is: the one in whose place the decider decides, or the decider.
func (d *decision) voter() string {
	if d.spec.OnBehalfOf != "" {
		return string(d.spec.OnBehalfOf)
	}
	return string(d.spec.Approver)
}

// readDecisions returns the decisions that are valid in themselves, in their order, and what is wrong with the others. Those of which
// nothing is known yet are in neither.
func (p *pass) readDecisions() (valid []*decision, invalid map[string]DecisionResult) {
	invalid = map[string]DecisionResult{}
	for i := range p.state.Decisions {
		d := p.readDecision(&p.state.Decisions[i])
		if d.isNew && p.state.Enforcement.withholds(d.created) {
			continue
		}
		if wrong := p.validate(d); wrong != nil {
			invalid[d.name] = *wrong
			continue
		}
		valid = append(valid, d)
	}
	slices.SortFunc(valid, compareDecisions)
	return valid, invalid
}

// readDecision returns a decision with what earlier passes found of it.
func (p *pass) readDecision(object *v1alpha1.ApprovalDecision) *decision {
	d := &decision{
		name: object.Name, uid: object.UID, spec: &object.Spec, created: object.CreationTimestamp.Time,
		step: stepIndex(p.status, object.Spec.Step),
	}
	counted := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionCounted)
	if counted != nil && counted.Status == "False" {
		d.rejected = &DecisionResult{Reason: counted.Reason, Message: counted.Message}
	}
	d.counted = counted != nil && d.rejected == nil || isVote(p.status, d)
	d.isNew = counted == nil && !d.counted
	return d
}

// compareDecisions orders decisions by time. The API server dates them to the second; within one, a denial goes first. Names
// do not matter: anybody may choose them.
func compareDecisions(a, b *decision) int {
	return cmp.Or(
		a.created.Compare(b.created), cmp.Compare(verdictRank(a.spec.Verdict), verdictRank(b.spec.Verdict)),
		cmp.Compare(a.spec.Approver, b.spec.Approver), cmp.Compare(a.spec.OnBehalfOf, b.spec.OnBehalfOf), cmp.Compare(a.uid, b.uid),
	)
}

// verdictRank orders the verdicts of the same second: what gives something goes last.
func verdictRank(verdict v1alpha1.Verdict) int {
	return slices.Index([]v1alpha1.Verdict{
		v1alpha1.VerdictDeny, v1alpha1.VerdictWithdraw, v1alpha1.VerdictRevoke, v1alpha1.VerdictApprove,
	}, verdict)
}

// stepIndex returns the index of a step in the chain that the request keeps, or -1.
func stepIndex(status *v1alpha1.ApprovalRequestStatus, name v1alpha1.Name) int {
	if status.Chain == nil {
		return -1
	}
	return slices.IndexFunc(status.Chain.Steps, func(s v1alpha1.RequestStep) bool { return s.Name == v1alpha1.Observed(name) })
}

// isVote reports whether a decision is among the votes in a status.
func isVote(status *v1alpha1.ApprovalRequestStatus, d *decision) bool {
	return d.step >= 0 &&
		slices.ContainsFunc(status.Steps[d.step].Votes, func(v v1alpha1.Vote) bool {
			return v.DecisionName == d.name && string(v.Approver) == d.decider() && v.DecisionTime.Time.Equal(d.created)
		})
}

// vote returns what a status keeps of a decision that counts.
func (d *decision) vote() v1alpha1.Vote {
	return v1alpha1.Vote{
		DecisionName: d.name, Approver: v1alpha1.Observed(d.spec.Approver), OnBehalfOf: v1alpha1.Observed(d.spec.OnBehalfOf),
		Via: v1alpha1.Observed(d.spec.Via), Verdict: d.spec.Verdict, DecisionTime: metav1.Time{Time: d.created.UTC()},
	}
}

// isStepVerdict reports whether a verdict is about a step, not about the request.
func isStepVerdict(verdict v1alpha1.Verdict) bool {
	return verdict == v1alpha1.VerdictApprove || verdict == v1alpha1.VerdictDeny
}

// validate returns what is wrong with a decision, no matter who may decide at the moment; nil if nothing is.
func (p *pass) validate(d *decision) *DecisionResult {
	switch reason, message := p.validateSpec(d); {
	case d.stays(ReasonPoliciesNotEnforced):
		return d.rejected
	case d.isNew && !p.state.Enforcement.covers(d.created):
		return p.state.Enforcement.refusal()
	case reason != "":
		return &DecisionResult{Reason: reason, Message: message}
	}
	return nil
}

// validateSpec returns what is wrong with a decision in itself.
func (p *pass) validateSpec(d *decision) (reason, message string) {
	switch spec, uid := d.spec, string(p.state.Request.UID); {
	case spec.RequestRef.UID != uid:
		return ReasonRequestMismatch, fmt.Sprintf("the decision is about a request with UID %s; this one has UID %s", spec.RequestRef.UID, uid)
	case !isStepVerdict(spec.Verdict):
		return "", ""
	case p.status.Chain == nil:
		return ReasonRequestNotOpen, "the request is not open for decisions yet"
	case d.step < 0:
		return ReasonUnknownStep, fmt.Sprintf("the request has no step %q", spec.Step)
	case spec.Digest != p.status.Chain.Digest:
		return ReasonDigestMismatch, fmt.Sprintf("the decision is about a chain with digest %s; the request's is %s",
			spec.Digest, p.status.Chain.Digest)
	}
	return p.validateApprover(d)
}

// validateApprover returns why a user can never decide a step, whatever they hold at the moment.
func (p *pass) validateApprover(d *decision) (reason, message string) {
	for _, user := range []string{d.decider(), d.voter()} {
		if p.isParty(user) {
			return ReasonOwnRequest, fmt.Sprintf("nobody decides on their own request, and it is %q's", user)
		}
	}
	step := &p.status.Chain.Steps[d.step]
	if step.Disposition != v1alpha1.StepAsked {
		return ReasonStepNotOpen, fmt.Sprintf("step %q asks nobody: it is %s", step.Name, step.Disposition)
	}
	if !slices.ContainsFunc(step.Approvers, func(a v1alpha1.RequestApprover) bool { return string(a.User) == d.voter() }) {
		return ReasonNotApprover, fmt.Sprintf("%q was no approver of step %q when the request was opened", d.voter(), step.Name)
	}
	return "", ""
}
