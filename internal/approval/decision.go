// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// decision is an ApprovalDecision that is valid in itself.
type decision struct {
	name    string
	spec    *v1alpha1.ApprovalDecisionSpec
	created time.Time
	// step is the index of its step; -1 for a withdrawal or a revocation.
	step int
	// isNew is set if no earlier pass saw it.
	isNew bool
	// rejected is what an earlier pass found, if the decision did not count.
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

// readDecisions returns the decisions that are valid in themselves, in order of creation, and what is wrong with the others.
func (p *pass) readDecisions() (valid []*decision, invalid map[string]DecisionResult) {
	invalid = map[string]DecisionResult{}
	for i := range p.state.Decisions {
		object := &p.state.Decisions[i]
		d := &decision{
			name: object.Name, spec: &object.Spec, created: object.CreationTimestamp.Time, step: stepIndex(p.status, object.Spec.Step),
		}
		if reason, message := p.validate(d); reason != "" {
			invalid[d.name] = DecisionResult{Reason: reason, Message: message}
			continue
		}
		counted := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionCounted)
		if counted != nil && counted.Status == "False" {
			d.rejected = &DecisionResult{Reason: counted.Reason, Message: counted.Message}
		}
		d.isNew = counted == nil && !isVote(p.status, d)
		valid = append(valid, d)
	}
	slices.SortFunc(valid, func(a, b *decision) int {
		return cmp.Or(a.created.Compare(b.created), strings.Compare(a.name, b.name))
	})
	return valid, invalid
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
	return d.step >= 0 && d.step < len(status.Steps) &&
		slices.ContainsFunc(status.Steps[d.step].Votes, func(v v1alpha1.Vote) bool { return v.DecisionName == d.name })
}

// isStepVerdict reports whether a verdict is about a step, not about the request.
func isStepVerdict(verdict v1alpha1.Verdict) bool {
	return verdict == v1alpha1.VerdictApprove || verdict == v1alpha1.VerdictDeny
}

// validate returns what is wrong with a decision in itself, no matter who may decide at the moment.
func (p *pass) validate(d *decision) (reason, message string) {
	spec, uid := d.spec, string(p.state.Request.UID)
	subject := string(spec.Step)
	if !isStepVerdict(spec.Verdict) {
		subject = string(spec.Verdict)
	}
	switch expected := DecisionName(uid, subject, string(spec.Approver)); {
	case spec.RequestRef.UID != uid:
		return ReasonRequestMismatch, fmt.Sprintf("the decision is about a request with UID %s; this one has UID %s", spec.RequestRef.UID, uid)
	case d.name != expected:
		return ReasonNameMismatch, fmt.Sprintf("the decision must be named %s, after the request's UID, the step and the approver", expected)
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
