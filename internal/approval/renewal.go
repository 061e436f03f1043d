// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
)

// renewed returns the request whose role this one prolongs; nil if it names none, or one that does not exist.
func (p *pass) renewed() *v1alpha1.ApprovalRequest {
	grant := p.state.Request.Spec.Grant
	if grant == nil || grant.RenewalOf == nil || p.state.Renewed == nil || string(p.state.Renewed.UID) != grant.RenewalOf.UID {
		return nil
	}
	return p.state.Renewed
}

// earliestStart returns the time before which the role will not be held; nil if there is none.
func (p *pass) earliestStart() *metav1.Time {
	if renewed := p.renewed(); renewed != nil && renewed.Status.Grant != nil {
		return timestamp(renewed.Status.Grant.EndTime.Time)
	}
	if start := p.state.Request.Spec.Grant.StartTime; start != nil {
		return timestamp(start.Time)
	}
	return nil
}

// awaitsRenewed returns the blocker of a request that prolongs the role of one that is still pending.
func (p *pass) awaitsRenewed() *blocker {
	renewed := p.renewed()
	if renewed == nil || renewed.Status.State != "" && renewed.Status.State != v1alpha1.RequestPending {
		return nil
	}
	return &blocker{reason: ReasonRenewedRequestPending, message: fmt.Sprintf(
		"spec.grant.renewalOf: request %q is not decided yet, and has given no role to prolong", renewed.Name)}
}

// refuseRenewal returns why a request does not prolong the role of the request that it names; empty if it does, or names none.
// Someone who ends a role, by revoking it or by deleting its request, ends what prolongs it too.
func (p *pass) refuseRenewal(at time.Time) string {
	spec := &p.state.Request.Spec
	if spec.Grant == nil || spec.Grant.RenewalOf == nil {
		return ""
	}
	name, renewed := spec.Grant.RenewalOf.Name, p.renewed()
	switch {
	case renewed == nil && p.hasRenewedEnded(at):
		// It was removed after its role had ended.
		return ""
	case renewed == nil || !renewed.DeletionTimestamp.IsZero():
		return fmt.Sprintf("spec.grant.renewalOf: there is no request %q with that uid: make the request again without renewalOf", name)
	case renewed.Status.Grant == nil:
		return fmt.Sprintf("spec.grant.renewalOf: request %q gave no role: make the request again without renewalOf", name)
	case isRevoked(&renewed.Status):
		return fmt.Sprintf("spec.grant.renewalOf: the role of request %q was revoked: make the request again without renewalOf", name)
	case !sameRole(&renewed.Spec, spec):
		return fmt.Sprintf("spec.grant.renewalOf: request %q is for another role, scope, unit or beneficiary: make the request again without "+
			"renewalOf, or for the same", name)
	}
	return ""
}

// endWithRenewed ends a role for good once the one that it prolongs has ended before its time: by a revocation, with its beneficiary,
// or because its request was deleted. Someone who ends a role ends all that was approved to follow it.
func (g *progress) endWithRenewed() {
	grant, p := g.status.Grant, g.pass
	if grant == nil || grant.RevocationTime != nil || !p.now.Before(grant.EndTime.Time) || p.renewalName() == "" {
		return
	}
	if p.endedRenewedEarly() {
		grant.RevocationTime, grant.RevocationReason = timestamp(p.now), ReasonRenewedRoleRevoked
	}
}

// endedRenewedEarly reports whether the role that a request prolongs ended before its time. If nothing is left of its request, all
// that is known is whether that time has come.
func (p *pass) endedRenewedEarly() bool {
	renewed := p.renewed()
	switch {
	case renewed == nil:
		return !p.hasRenewedEnded(p.now)
	case isRevoked(&renewed.Status):
		return true
	}
	return !renewed.DeletionTimestamp.IsZero() && !p.hasRenewedEnded(renewed.DeletionTimestamp.Time)
}

// renewalName returns the name of the request whose role this one prolongs; empty if it names none.
func (p *pass) renewalName() string {
	if grant := p.state.Request.Spec.Grant; grant != nil && grant.RenewalOf != nil {
		return grant.RenewalOf.Name
	}
	return ""
}

// hasRenewedEnded reports whether the role that an open request prolongs had ended by then: the request keeps when that is.
func (p *pass) hasRenewedEnded(at time.Time) bool {
	chain := p.status.Chain
	return chain != nil && chain.Grant.StartTime != nil && !at.Before(chain.Grant.StartTime.Time)
}

// sameRole reports whether a request asks for the role that another asks for, in the same place, for the same user.
func sameRole(a, b *v1alpha1.ApprovalRequestSpec) bool {
	return a.Grant != nil && a.OrganizationRef == b.OrganizationRef && intake.Beneficiary(a) == intake.Beneficiary(b) &&
		roleName(a.Grant) == roleName(b.Grant) && equality.Semantic.DeepEqual(a.Grant.Scope, b.Grant.Scope) && a.Unit == b.Unit
}

func roleName(grant *v1alpha1.RequestedGrant) string { return inputGrant(grant).Role }

// endingTime returns from when on a role is about to end.
func endingTime(grant *v1alpha1.GrantStatus) time.Time {
	return resolve.EndingTime(grant.StartTime.Time, grant.EndTime.Time)
}
