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

// ballot is a decision with which nothing is wrong in itself.
type ballot struct {
	name    string
	spec    *v1alpha1.ApprovalDecisionSpec
	created time.Time
	// step is the place of its step; -1 for a withdrawal or a revocation.
	step int
	// fresh decisions were not looked at in an earlier pass.
	fresh bool
	// former is what was found of it in an earlier pass, if it did not count.
	former *Counted
	// barred decisions are made for somebody else without the permission to do so.
	barred bool
}

// person is whose vote it is.
func (b *ballot) person() string {
	if b.spec.OnBehalfOf != "" {
		return string(b.spec.OnBehalfOf)
	}
	return string(b.spec.Approver)
}

// readBallots takes the decisions with which nothing is wrong in themselves, in the order of their creation.
func (p *pass) readBallots() {
	p.ballots = nil
	for i := range p.Decisions {
		written := &p.Decisions[i]
		b := &ballot{name: written.Name, spec: &written.Spec, created: written.CreationTimestamp.Time, step: p.place(written.Spec.Step)}
		if reason, message := p.wrong(b); reason != "" {
			p.verdicts[b.name] = Counted{Reason: reason, Message: message}
			continue
		}
		found := meta.FindStatusCondition(written.Status.Conditions, v1alpha1.ConditionCounted)
		if found != nil && found.Status == "False" {
			b.former = &Counted{Reason: found.Reason, Message: found.Message}
		}
		b.fresh = found == nil && !p.voted(b)
		if !b.fresh && b.created.After(p.known) {
			p.known = b.created
		}
		p.ballots = append(p.ballots, b)
	}
	slices.SortFunc(p.ballots, func(a, b *ballot) int {
		return cmp.Or(a.created.Compare(b.created), strings.Compare(a.name, b.name))
	})
}

// place is the place of a step of the request's chain, or -1.
func (p *pass) place(step v1alpha1.Name) int {
	if p.chain == nil {
		return -1
	}
	return slices.IndexFunc(p.status.Chain.Steps, func(s v1alpha1.RequestStep) bool { return s.Name == step })
}

// voted tells whether the request's status has a decision among the votes.
func (p *pass) voted(b *ballot) bool {
	return b.step >= 0 && b.step < len(p.status.Steps) &&
		slices.ContainsFunc(p.status.Steps[b.step].Votes, func(v v1alpha1.Vote) bool { return v.Decision == b.name })
}

// onStep tells whether a verdict is about a step.
func onStep(verdict v1alpha1.Verdict) bool {
	return verdict == v1alpha1.VerdictApprove || verdict == v1alpha1.VerdictDeny
}

// wrong tells what is wrong with a decision in itself, whoever may decide at the moment.
func (p *pass) wrong(b *ballot) (reason, message string) {
	spec := b.spec
	subject := string(spec.Step)
	if !onStep(spec.Verdict) {
		subject = string(spec.Verdict)
	}
	switch expected := DecisionName(string(p.Request.UID), subject, string(spec.Approver)); {
	case spec.RequestRef.UID != string(p.Request.UID):
		return ReasonRequestMismatch, fmt.Sprintf("the decision is about a request with UID %s; this one has UID %s",
			spec.RequestRef.UID, p.Request.UID)
	case b.name != expected:
		return ReasonNameMismatch, fmt.Sprintf("the decision must be named %s, after the request's UID, the step and the approver", expected)
	case !onStep(spec.Verdict):
		return p.wrongWithdrawal(spec)
	case p.chain == nil:
		return ReasonRequestNotOpen, "the request is not open for decisions yet"
	case b.step < 0:
		return ReasonUnknownStep, fmt.Sprintf("the request has no step %q", spec.Step)
	case spec.Digest != p.status.Chain.Digest:
		return ReasonDigestMismatch, fmt.Sprintf("the decision is about a chain with digest %s; the request's is %s",
			spec.Digest, p.status.Chain.Digest)
	}
	return p.wrongApprover(b)
}

func (p *pass) wrongWithdrawal(spec *v1alpha1.ApprovalDecisionSpec) (reason, message string) {
	if spec.Verdict == v1alpha1.VerdictWithdraw && spec.Approver != p.Request.Spec.Requester {
		return ReasonNotRequester, fmt.Sprintf("only the requester %q can withdraw the request", p.Request.Spec.Requester)
	}
	return "", ""
}

// wrongApprover tells why somebody can never decide a step, whatever becomes of them.
func (p *pass) wrongApprover(b *ballot) (reason, message string) {
	for _, user := range []string{string(b.spec.Approver), b.person()} {
		if user == p.submission.Requester || user == p.submission.Beneficiary {
			return ReasonOwnRequest, fmt.Sprintf("nobody decides on their own request, and it is %q's", user)
		}
	}
	person := v1alpha1.UserID(b.person())
	step := &p.status.Chain.Steps[b.step]
	if step.Begin != v1alpha1.StepAsked {
		return ReasonStepNotOpen, fmt.Sprintf("step %q asks nobody: it began as %s", step.Name, step.Begin)
	}
	if !slices.ContainsFunc(step.Approvers, func(a v1alpha1.RequestApprover) bool { return a.User == person }) {
		return ReasonNotApprover, fmt.Sprintf("%q was no approver of step %q when the request was opened", person, step.Name)
	}
	return "", ""
}
