// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// keepGrant returns what a request keeps of the role that it asks for; nil if it asks for none.
func (p *pass) keepGrant(policy *document.GrantPolicy) *v1alpha1.RequestChainGrant {
	grant := p.input.Grant
	if grant == nil {
		return nil
	}
	// The grant check refuses a role that does not exist.
	digest, _ := p.state.Index.RoleDigest(grant.Role)
	kept := &v1alpha1.RequestChainGrant{
		DurationSeconds: grant.EffectiveSeconds(policy), RoleDigest: v1alpha1.ChainDigest(digest), StartTime: p.earliestStart(),
	}
	gained := p.state.Index.Gained(p.at(p.now))
	for _, permission := range gained[:min(len(gained), maxPermissions)] {
		kept.Permissions = append(kept.Permissions, v1alpha1.Observed(permission))
	}
	kept.OmittedPermissionCount = bounded.CountIfAny(max(0, len(gained)-maxPermissions))
	return kept
}

// maxPermissions is how many permissions of a role a request keeps.
const maxPermissions = 64

// outdated returns why the role is not the one that was decided on, or would be held elsewhere; empty if neither is so.
func (g *progress) outdated(at time.Time) string {
	p, kept := g.pass, g.status.Chain.Grant
	if len(g.status.BeneficiaryRecords) > 0 && !g.isSamePerson() {
		return g.otherPerson()
	}
	if kept == nil {
		return "someone changed the status: it does not say what role was asked for; make the request again"
	}
	if refusal := g.refuseRenewal(); refusal != "" {
		return refusal
	}
	if digest, known := p.state.Index.RoleDigest(p.input.Grant.Role); known && v1alpha1.ChainDigest(digest) != kept.RoleDigest {
		return fmt.Sprintf("role %q, or a role that it inherits, was changed after the request was opened, so that it gives "+
			"something else than was decided on: make the request again", p.input.Grant.Role)
	}
	err := p.state.Index.CheckScope(p.at(at))
	if refused, is := errors.AsType[*access.RefusedError](err); is {
		return fmt.Sprintf("ApprovalChain %q %s", g.status.Chain.Name, refused.Predicate)
	}
	return ""
}

// grantWindow returns when the role that a request asks for is held, if the request is approved at a time.
func grantWindow(kept *v1alpha1.RequestChainGrant, approved time.Time) v1alpha1.Window {
	if kept.StartTime != nil {
		approved = later(approved, kept.StartTime.Time)
	}
	from := timestamp(approved)
	return v1alpha1.Window{StartTime: from, EndTime: timestamp(from.Add(time.Duration(kept.DurationSeconds) * time.Second))}
}

// passesGrantCheck reports whether the role that is asked for would be held, if the request were approved at a time. If not,
// the request is denied or, if it is not open yet and something is only missing, waits; if that is not known, the pass needs the check.
func (g *progress) passesGrantCheck(at time.Time, kept *v1alpha1.RequestChainGrant) bool {
	request, window := g.pass.state.Request, grantWindow(kept, at)
	for _, checked := range g.pass.state.CheckedGrants {
		if !checked.Window.StartTime.Equal(window.StartTime) {
			continue
		}
		switch {
		case checked.Refusal == "":
			return true
		case g.status.Chain == nil && conditions.IsUnresolved(checked.Reason):
			g.block(checked.Reason, checked.Refusal+", or withdraw the request")
		default:
			g.end(v1alpha1.RequestDenied, at, "the role cannot be given: "+checked.Refusal)
		}
		return false
	}
	given := intake.Requested(request, window)
	given.Records = intake.UserRecords(g.pass.personRecords())
	g.check = &GrantCheck{Window: window, Grant: given}
	return false
}

// revoke revokes the role of an approved request by the first valid revocation.
func (g *progress) revoke() {
	if g.status.Grant == nil || g.status.Grant.RevocationTime != nil {
		return
	}
	for _, d := range g.pass.decisions {
		if d.spec.Verdict == v1alpha1.VerdictRevoke && g.revocableAt(d.created) && g.pass.refuseRevocation(d) == nil {
			grant := g.status.Grant
			grant.RevocationTime, grant.RevocationReason = timestamp(d.created), ReasonRevoked
			grant.RevokedBy, grant.RevokedVia = v1alpha1.Observed(d.spec.Approver), v1alpha1.Observed(d.spec.Via)
			return
		}
	}
}

// revocableAt reports whether a role that was not revoked was given at a time, and had not ended. It may start later.
func (g *progress) revocableAt(t time.Time) bool {
	return g.status.CompletionTime != nil && !t.Before(g.status.CompletionTime.Time) && t.Before(g.status.Grant.EndTime.Time)
}

// grantEnd returns when a role ends or has ended.
func grantEnd(grant *v1alpha1.GrantStatus) time.Time {
	if grant.RevocationTime != nil {
		return grant.RevocationTime.Time
	}
	return grant.EndTime.Time
}

// grantedCondition returns whether the role that is asked for is held.
func (g *progress) grantedCondition() metav1.Condition {
	c := metav1.Condition{Type: v1alpha1.ConditionGranted, Status: metav1.ConditionFalse}
	switch grant := g.status.Grant; {
	case g.pending():
		c.Reason, c.Message = ReasonPending, "the request is pending"
	case grant == nil:
		c.Reason, c.Message = ReasonNotGranted, "the request ended without giving the role"
	case grant.RevocationTime != nil:
		c.Reason, c.Message = string(grant.RevocationReason), g.pass.revocationMessage(grant)
	case !g.pass.now.Before(grant.EndTime.Time):
		c.Reason, c.Message = ReasonGrantExpired, "the role was held until "+grant.EndTime.UTC().Format(time.RFC3339)
	case g.pass.now.Before(grant.StartTime.Time):
		c.Reason = ReasonNotStarted
		c.Message = fmt.Sprintf("role %s will be held from %s until %s", g.pass.state.Request.Spec.Grant.RoleRef.Name,
			grant.StartTime.UTC().Format(time.RFC3339), grant.EndTime.UTC().Format(time.RFC3339))
	default:
		c.Status, c.Reason = metav1.ConditionTrue, ReasonGranted
		c.Message = fmt.Sprintf("role %s is held until %s",
			g.pass.state.Request.Spec.Grant.RoleRef.Name, grant.EndTime.UTC().Format(time.RFC3339))
		if !g.pass.now.Before(endingTime(grant)) {
			c.Reason = ReasonGrantExpiring
			c.Message += ": to hold it for longer, make a request that renews this one"
		}
	}
	return c
}
