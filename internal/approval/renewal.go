// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
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
func (g *progress) refuseRenewal() string {
	p, spec, name := g.pass, &g.pass.state.Request.Spec, renewalName(g.pass.state.Request)
	switch renewed := p.renewed(); {
	case name == "":
		return ""
	case renewed == nil && g.status.RenewedRoleEndTime != nil:
		// It was removed after its role had ended.
		return ""
	case renewed == nil || g.isDeletedEarly(renewed):
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

// followRenewed keeps when the role that the request prolongs ended, once its own request says that it was held until then. A request
// that is gone before that is one whose role ended early: nobody can tell when it was deleted.
func (g *progress) followRenewed() {
	if end := g.plannedEnd(); end != nil && g.status.RenewedRoleEndTime == nil && g.hasRenewedExpired(end.Time) {
		g.status.RenewedRoleEndTime = end.DeepCopy()
	}
}

// hasRenewedExpired reports whether the role that the request prolongs was held until its end.
func (g *progress) hasRenewedExpired(end time.Time) bool {
	renewed := g.pass.renewed()
	switch {
	case renewed == nil || isRevoked(&renewed.Status) || g.pass.now.Before(end):
		return false
	case !renewed.DeletionTimestamp.IsZero():
		return !g.isDeletedEarly(renewed)
	}
	if renewalName(renewed) != "" && renewed.Status.RenewedRoleEndTime == nil {
		return false
	}
	granted := meta.FindStatusCondition(renewed.Status.Conditions, v1alpha1.ConditionGranted)
	return granted != nil && granted.Reason == ReasonGrantExpired
}

// endWithRenewed ends a role for good once the one that it prolongs has ended before its time: by a revocation, with its beneficiary,
// or because its request was deleted. Someone who ends a role ends all that was approved to follow it, even if all of them are over
// when that is seen: others may follow.
func (g *progress) endWithRenewed() {
	grant, renewed := g.status.Grant, g.pass.renewed()
	if grant == nil || grant.RevocationTime != nil || renewalName(g.pass.state.Request) == "" {
		return
	}
	isGone := renewed == nil && g.status.RenewedRoleEndTime == nil
	if !isGone && (renewed == nil || !isRevoked(&renewed.Status) && !g.isDeletedEarly(renewed)) {
		return
	}
	grant.RevocationTime, grant.RevocationReason = timestamp(g.pass.now), ReasonRenewedRoleRevoked
	if grant.EndTime.Before(grant.RevocationTime) {
		grant.RevocationTime = grant.EndTime.DeepCopy()
	}
}

// isDeletedEarly reports whether the request whose role this one prolongs is being deleted since before the role should have ended.
func (g *progress) isDeletedEarly(renewed *v1alpha1.ApprovalRequest) bool {
	end := g.plannedEnd()
	return !renewed.DeletionTimestamp.IsZero() && (end == nil || renewed.DeletionTimestamp.Before(end))
}

// plannedEnd returns when the role that an open request prolongs should end, which the request keeps; nil if it prolongs none.
func (g *progress) plannedEnd() *metav1.Time {
	if chain := g.status.Chain; chain != nil && chain.Grant != nil && renewalName(g.pass.state.Request) != "" {
		return chain.Grant.StartTime
	}
	return nil
}

// renewalName returns the name of the request whose role another one prolongs; empty if it names none.
func renewalName(request *v1alpha1.ApprovalRequest) string {
	if grant := request.Spec.Grant; grant != nil && grant.RenewalOf != nil {
		return grant.RenewalOf.Name
	}
	return ""
}

// FollowsRenewed reports whether what becomes of a request depends on the one whose role it prolongs: until it has ended, and until it
// keeps when that role ended.
func FollowsRenewed(request *v1alpha1.ApprovalRequest, now time.Time) bool {
	if renewalName(request) == "" || !request.DeletionTimestamp.IsZero() {
		return false
	}
	switch grant := request.Status.Grant; {
	case request.Status.CompletionTime == nil:
		return true
	case grant == nil || grant.RevocationTime != nil:
		return false
	default:
		return request.Status.RenewedRoleEndTime == nil || grant.EndTime != nil && grant.EndTime.After(now)
	}
}

// isAwaited reports whether the request has to stay because another one that prolongs its role does not keep yet when that ended.
func (g *progress) isAwaited() bool {
	p := g.pass
	return slices.ContainsFunc(p.state.Renewals, func(r v1alpha1.ApprovalRequest) bool {
		return FollowsRenewed(&r, p.now) && r.Spec.Grant.RenewalOf.UID == string(p.state.Request.UID) &&
			damage(&r.Status) == "" && r.Status.Chain != nil && r.Status.RenewedRoleEndTime == nil
	})
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
