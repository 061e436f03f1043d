// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// open finds the chain that governs the request, and keeps it as it is now, with those who may approve. A request of which
// that cannot be said, or which would be given in vain, is denied; one that names something that is not there yet waits.
func (p *pass) open() {
	name, err := p.Index.SelectChain(p.at(p.now))
	if err != nil {
		p.refuse(err)
		return
	}
	governing := p.Chains[name]
	if governing == nil {
		p.lack(ReasonChainNotObserved, fmt.Sprintf("ApprovalChain %q governs the request and is not read yet", name))
		return
	}
	if why := p.forbidden(p.now); why != "" {
		p.end(v1alpha1.RequestDenied, p.now, why)
		return
	}
	written := intake.ChainSpec(&governing.Spec)
	chain := resolve.Chain(&written)
	route, err := p.Index.ApprovalPlan(&chain, p.at(p.now))
	if err != nil {
		p.refuse(err)
		return
	}
	kept := &v1alpha1.RequestChain{
		Name: name, Spec: *governing.Spec.DeepCopy(), Steps: p.requestSteps(route, p.everybody(&chain, route)),
	}
	if kept.Digest, err = digest(p.Request, kept); err != nil {
		p.refuse(err)
		return
	}
	p.status.Chain = kept
	p.recall()
	p.known = stamp(p.now).Time
	p.readBallots()
	p.start(route)
}

// refuse denies a request of which something is wrong. One that names what is not there waits for that: people may write
// things in any order.
func (p *pass) refuse(err error) {
	if missing, is := errors.AsType[*access.MissingError](err); is {
		p.lack(missingReasons[missing.What], fmt.Sprintf("%v: %s, or withdraw the request", err, remedies[missing.What]))
		return
	}
	p.end(v1alpha1.RequestDenied, p.now, fmt.Sprintf("%v: correct that, and make the request again", err))
}

var missingReasons = map[access.MissingThing]string{
	access.MissingRequester:   ReasonUnknownRequester,
	access.MissingBeneficiary: ReasonUnknownBeneficiary,
	access.MissingUnit:        ReasonUnknownUnit,
	access.MissingChain:       ReasonNoMatchingChain,
}

var remedies = map[access.MissingThing]string{
	access.MissingRequester:   "create a UserAssignment for the user",
	access.MissingBeneficiary: "create a UserAssignment for the user",
	access.MissingUnit:        "add the unit to the Organization",
	access.MissingChain:       "create an ApprovalChain with that requestType",
}

// everybody is who could decide each step if it were asked, where the request is for a role: they may take it back, also
// when nobody was asked.
func (p *pass) everybody(chain *document.Chain, route *access.ApprovalPlan) *access.ApprovalPlan {
	if p.Request.Spec.Grant == nil {
		return route
	}
	asking := *chain
	asking.BypassPermission, asking.SubmissionApproves = "", false
	if all, err := p.Index.ApprovalPlan(&asking, p.at(p.now)); err == nil {
		return all
	}
	return route
}

// requestSteps is how the request keeps a route, with those who may decide each step.
func (p *pass) requestSteps(route, everybody *access.ApprovalPlan) []v1alpha1.RequestStep {
	steps := make([]v1alpha1.RequestStep, len(route.Steps))
	for i := range route.Steps {
		steps[i] = v1alpha1.RequestStep{Name: v1alpha1.Name(route.Steps[i].Name), Begin: v1alpha1.StepBegin(route.Steps[i].Disposition)}
		if approvers, omitted := keptApprovers(&everybody.Steps[i]); approvers != nil {
			steps[i].Approvers = approvers
			steps[i].OmittedApprovers = count(omitted)
		}
	}
	return steps
}

// start begins the steps of a request that was opened.
func (p *pass) start(route *access.ApprovalPlan) {
	opened := stamp(p.now)
	p.status.Steps = make([]v1alpha1.StepProgress, len(route.Steps))
	for i := range route.Steps {
		progress := &p.status.Steps[i]
		progress.Name = v1alpha1.Name(route.Steps[i].Name)
		switch route.Steps[i].Disposition {
		case access.DispositionNotNeeded:
			progress.State, progress.Message = v1alpha1.StepSkipped, "the step is not needed for this request"
		case access.DispositionBypassed:
			progress.State = v1alpha1.StepSkipped
			progress.Message = fmt.Sprintf("%q holds %s", p.Request.Spec.Requester, p.chain.BypassPermission)
		case access.DispositionSubmitted:
			progress.State, progress.Ended = v1alpha1.StepApproved, opened
			progress.Message = fmt.Sprintf("approved by submission: %q is an approver of the step", p.Request.Spec.Requester)
		case access.DispositionAsked:
			progress.State = v1alpha1.StepWaiting
		}
	}
	p.proceed(p.now)
}

// proceed begins the steps whose turn it is, and approves the request when none is left.
func (p *pass) proceed(at time.Time) {
	left := false
	for i := range p.status.Steps {
		switch progress := &p.status.Steps[i]; progress.State {
		case v1alpha1.StepWaiting:
			if p.chain.Parallel || !left {
				progress.State, progress.Began = v1alpha1.StepOpen, stamp(at)
			}
			left = true
		case v1alpha1.StepOpen:
			left = true
		default:
		}
	}
	if !left {
		p.approve(at)
	}
}

// digest is over all that a decision on a request rests on.
func digest(request *v1alpha1.ApprovalRequest, chain *v1alpha1.RequestChain) (v1alpha1.ChainDigest, error) {
	written, err := json.Marshal(struct {
		UID     types.UID
		Request *v1alpha1.ApprovalRequestSpec
		Name    string
		Chain   *v1alpha1.ApprovalChainSpec
		Steps   []v1alpha1.RequestStep
	}{request.UID, &request.Spec, chain.Name, &chain.Spec, chain.Steps})
	if err != nil {
		return "", fmt.Errorf("an attribute of the request is not JSON: %w", err)
	}
	sum := sha256.Sum256(written)
	return v1alpha1.ChainDigest("sha256:" + hex.EncodeToString(sum[:])), nil
}
