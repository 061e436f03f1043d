// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// open selects the chain that governs the request, and keeps it as it is now, with the users who may approve. A request that
// is invalid, or whose role would not be held, is denied. One that names something that does not exist waits for it.
func (g *progress) open() {
	p := g.pass
	if g.staysUnopened() {
		return
	}
	name, err := p.state.Index.SelectChain(p.at(p.now))
	if err != nil {
		g.reject(err)
		return
	}
	governing := p.state.Chains[name]
	if governing == nil {
		g.block(ReasonChainNotObserved, fmt.Sprintf("ApprovalChain %q governs the request and is not read yet", name))
		return
	}
	spec := intake.ChainSpec(&governing.Spec)
	chain := resolve.Chain(&spec)
	plan, err := p.state.Index.ApprovalPlan(&chain, p.at(p.now))
	if err != nil {
		g.reject(named(err, name))
		return
	}
	if g.blocked = p.awaitsRenewed(); g.blocked != nil {
		return
	}
	if refusal := g.refuseRenewal(); refusal != "" {
		g.end(v1alpha1.RequestDenied, p.now, "the role cannot be given: "+refusal)
		return
	}
	if g.status.BeneficiaryRecords = p.beneficiaryRecords(); g.status.BeneficiaryRecords == nil && p.state.Request.Spec.Grant != nil {
		g.block(ReasonUnknownBeneficiary, fmt.Sprintf("nothing says who %q is to whom the role would be given: %s, or withdraw the request",
			p.input.Beneficiary, remedies[access.MissingBeneficiary]))
		return
	}
	kept := keep(governing)
	if kept.Grant = p.keepGrant(chain.GrantPolicy); kept.Grant != nil && !g.passesGrantCheck(p.now, kept.Grant) {
		return
	}
	keepPlan(kept, plan, p.revokers(&chain, plan))
	if kept.Digest, err = digest(p.state.Request, kept); err != nil {
		g.reject(err)
		return
	}
	g.status.Chain, g.status.StartTime = kept, timestamp(p.now)
	g.begin(&chain, plan)
}

// staysUnopened reports whether a request is not to be opened, no matter what it asks for: it ends, or waits for its organization.
func (g *progress) staysUnopened() bool {
	switch withdrawal := g.pass.withdrawal(); {
	case withdrawal != nil:
		g.withdraw(withdrawal, withdrawal.created)
	case g.unchecked(), g.exceedsBound(), g.exceedsSize():
	case g.pass.state.Index == nil:
		g.blockOnOrganization()
	default:
		return false
	}
	return true
}

func (g *progress) blockOnOrganization() {
	g.block(ReasonOrganizationNotResolved, organizationNotResolved)
}

const organizationNotResolved = "the organization is not resolved: see its conditions"

// withdrawal returns the first withdrawal that counts; nil if there is none.
func (p *pass) withdrawal() *decision {
	for _, d := range p.decisions {
		if d.spec.Verdict == v1alpha1.VerdictWithdraw && p.refuseWithdrawal(d) == nil {
			return d
		}
	}
	return nil
}

// withdrew returns the withdrawal that ended the request: the one of its user that counted or, if none did yet, the first. One that
// arrives late does not replace it.
func (g *progress) withdrew() *decision {
	var first *decision
	for _, d := range g.pass.decisions {
		if d.spec.Verdict == v1alpha1.VerdictWithdraw && v1alpha1.Observed(d.decider()) == g.status.WithdrawnBy &&
			(first == nil || d.counted) {
			first = d
		}
	}
	return first
}

// withdraw ends the request by a withdrawal that counts.
func (g *progress) withdraw(d *decision, at time.Time) {
	g.end(v1alpha1.RequestWithdrawn, at, withdrawnMessage(d))
	g.status.WithdrawnBy = v1alpha1.Observed(d.decider())
}

func withdrawnMessage(d *decision) string {
	message := fmt.Sprintf("withdrawn by %q", d.spec.Approver) + formatVia(d.spec.Via)
	if d.spec.Comment != "" {
		// A comment may contain line breaks and control characters, and this is read in tables.
		message += fmt.Sprintf(": %q", d.spec.Comment)
	}
	return message
}

// reject denies an invalid request. One that names something that does not exist waits for it: objects may be applied in any
// order.
func (g *progress) reject(err error) {
	if missing, is := errors.AsType[*access.MissingError](err); is {
		g.block(missingReasons[missing.What], fmt.Sprintf("%v: %s, or withdraw the request", err, remedies[missing.What]))
		return
	}
	if refused, is := errors.AsType[*refusal](err); is {
		g.end(v1alpha1.RequestDenied, g.pass.now, refused.Error())
		return
	}
	g.end(v1alpha1.RequestDenied, g.pass.now, fmt.Sprintf("%v: correct that, and make the request again", err))
}

// refusal is why a chain refuses a request.
type refusal struct {
	chain string
	cause *access.RefusedError
}

// named returns an error with the name of the chain that refuses the request, if it is a refusal.
func named(err error, chain string) error {
	if refused, is := errors.AsType[*access.RefusedError](err); is {
		return &refusal{chain: chain, cause: refused}
	}
	return err
}

// Error implements error.
func (r *refusal) Error() string {
	text := fmt.Sprintf("ApprovalChain %q %s", r.chain, r.cause.Predicate)
	if r.cause.Grant {
		return "the role cannot be given: " + text
	}
	return text
}

var missingReasons = map[access.MissingThing]string{
	access.MissingRequester:   ReasonUnknownRequester,
	access.MissingBeneficiary: ReasonUnknownBeneficiary,
	access.MissingUnit:        ReasonUnknownUnit,
	access.MissingChain:       ReasonNoMatchingChain,
	access.MissingRole:        ReasonUnknownRole,
	access.MissingUnitGroup:   ReasonUnknownUnitGroup,
	access.MissingPermission:  ReasonUnknownPermission,
	access.MissingValue:       ReasonUnknownDimensionValue,
}

var remedies = map[access.MissingThing]string{
	access.MissingRequester:   "create a UserAssignment for the user",
	access.MissingBeneficiary: "create a UserAssignment for the user",
	access.MissingUnit:        "add the unit to an OrganizationStructure",
	access.MissingChain:       "create an ApprovalChain with that requestType",
	access.MissingRole:        "create the role",
	access.MissingUnitGroup:   "add the group to an OrganizationStructure",
	access.MissingPermission:  "add the permission to the PermissionCatalog",
	access.MissingValue:       "add the value to the PermissionCatalog",
}

// revokers returns the plan whose approvers the request keeps. If it asks for a role, they may revoke it, so those of steps
// that are bypassed or approved by submission are kept too, and of those within the requester's authority.
func (p *pass) revokers(chain *document.Chain, plan *access.ApprovalPlan) *access.ApprovalPlan {
	if p.state.Request.Spec.Grant == nil {
		return plan
	}
	asking := *chain
	asking.BypassPermission, asking.OnSubmission = "", ""
	if asking.GrantPolicy != nil {
		policy := *asking.GrantPolicy
		policy.WithoutDecision = slices.DeleteFunc(slices.Clone(policy.WithoutDecision), func(way string) bool {
			return way == document.WithoutDecisionByAuthority
		})
		asking.GrantPolicy = &policy
	}
	if full, err := p.state.Index.ApprovalPlan(&asking, p.at(p.now)); err == nil {
		return full
	}
	return plan
}

// keepPlan adds to what a request keeps of a chain the dispositions of a plan, and the approvers of another.
func keepPlan(chain *v1alpha1.RequestChain, plan, approvers *access.ApprovalPlan) {
	for i := range plan.Steps {
		step := &chain.Steps[i]
		step.Disposition = v1alpha1.StepDisposition(plan.Steps[i].Disposition)
		step.ReplacedApprover = v1alpha1.Observed(plan.Steps[i].Replaced)
		kept, omitted := boundedApprovers(step.Timeouts, &approvers.Steps[i])
		step.Approvers, step.OmittedApproverCount = kept, bounded.CountIfAny(omitted)
	}
}

// begin begins the steps of a request that was opened.
func (g *progress) begin(chain *document.Chain, plan *access.ApprovalPlan) {
	requester := g.pass.input.Requester
	g.status.Steps = make([]v1alpha1.StepProgress, len(plan.Steps))
	for i := range plan.Steps {
		step := &g.status.Steps[i]
		step.Name = v1alpha1.Observed(plan.Steps[i].Name)
		switch plan.Steps[i].Disposition {
		case access.DispositionNotNeeded:
			step.State, step.Message = v1alpha1.StepSkipped, "the step is not needed for this request"
		case access.DispositionBypassed:
			step.State, step.Message = v1alpha1.StepSkipped, fmt.Sprintf("%q holds %s", requester, chain.BypassPermission)
		case access.DispositionWithinAuthority:
			step.State, step.Message = v1alpha1.StepSkipped, g.withinAuthority()
		case access.DispositionApprovedOnSubmission:
			step.State, step.CompletionTime = v1alpha1.StepApproved, timestamp(g.pass.now)
			step.Message = fmt.Sprintf("approved by submission: %q is an approver of the step", requester)
		case access.DispositionAsked:
			step.State = v1alpha1.StepWaiting
		}
	}
	g.advance(g.pass.now)
}

// withinAuthority says why no step is asked of a requester who may give the role without a request.
func (g *progress) withinAuthority() string {
	input := &g.pass.input
	return fmt.Sprintf("%q may give role %s to %q without a request", input.Requester, input.Grant.Role, input.EffectiveBeneficiary())
}

// digest returns the digest of everything that a decision on a request rests on: the request, and what it keeps of the chain.
func digest(request *v1alpha1.ApprovalRequest, chain *v1alpha1.RequestChain) (v1alpha1.ChainDigest, error) {
	data, err := json.Marshal(struct {
		UID     types.UID
		Request *v1alpha1.ApprovalRequestSpec
		Chain   *v1alpha1.RequestChain
	}{request.UID, &request.Spec, chain})
	if err != nil {
		return "", fmt.Errorf("an attribute of the request is not JSON: %w", err)
	}
	sum := sha256.Sum256(data)
	return v1alpha1.ChainDigest("sha256:" + hex.EncodeToString(sum[:])), nil
}
