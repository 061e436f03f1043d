// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"cmp"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
)

// EndDeleted is the reason of a role that ended because its request was deleted. The other reasons are those of the condition
// Granted.
const EndDeleted = "RequestDeleted"

func role(grant *v1alpha1.RequestedGrant) *Role {
	r := &Role{
		Kind: string(cmp.Or(grant.RoleRef.Kind, v1alpha1.RoleKindRole)), Name: grant.RoleRef.Name, Scope: scope(grant.Scope),
	}
	if grant.RenewalOf != nil {
		r.RenewalOf = grant.RenewalOf.UID
	}
	return r
}

func scope(written *v1alpha1.Scope) *Scope {
	if written == nil {
		return nil
	}
	read := intake.Scope(written)
	s := &Scope{Everywhere: read.Everywhere, Units: read.Units, UnitGroups: read.Groups}
	for _, d := range read.Dimensions {
		s.Dimensions = append(s.Dimensions, Dimension{Name: d.Name, All: d.All, Values: d.Values})
	}
	return s
}

// addRole adds that the request gave its role, and that the role ended.
func (t *trail) addRole() {
	status := &t.request.Status
	if t.request.Spec.Grant == nil || status.Grant == nil || status.Grant.StartTime == nil || status.CompletionTime == nil {
		return
	}
	t.add(RoleGiven, "", status.CompletionTime.Time, func(r *Record) { r.Role = t.given() })
	granted := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionGranted)
	switch {
	case status.Grant.RevocationTime != nil:
		t.endRole(status.Grant.RevocationTime.Time, string(status.Grant.RevocationReason), func(r *Role) {
			r.EndedBy, r.EndedVia = string(status.Grant.RevokedBy), string(status.Grant.RevokedVia)
		})
	case granted != nil && granted.Status == metav1.ConditionFalse && granted.Reason == approval.ReasonGrantExpired:
		t.endRole(status.Grant.EndTime.Time, approval.ReasonGrantExpired, nil)
	case !t.request.DeletionTimestamp.IsZero():
		t.endByDeletion(t.request.DeletionTimestamp.Time)
	}
}

// givesRole reports whether the request gave a role that was not revoked.
func (t *trail) givesRole() bool {
	grant := t.request.Status.Grant
	return t.request.Spec.Grant != nil && grant != nil && grant.EndTime != nil && grant.RevocationTime == nil
}

// endByDeletion adds that a role ended because its request was deleted: when that began, if something kept the object.
func (t *trail) endByDeletion(at time.Time) {
	if began := t.request.DeletionTimestamp; !began.IsZero() {
		at = began.Time
	}
	t.endRole(at, EndDeleted, nil)
}

// given returns the role as the request gave it.
func (t *trail) given() *Role {
	given, grant := role(t.request.Spec.Grant), t.request.Status.Grant
	given.StartTime, given.EndTime = utc(grant.StartTime), utc(grant.EndTime)
	if kept := t.request.Status.Chain; kept != nil && kept.Grant != nil {
		given.Digest = string(kept.Grant.RoleDigest)
	}
	return given
}

func (t *trail) endRole(at time.Time, reason string, change func(*Role)) {
	t.add(RoleEnded, "", at, func(r *Record) {
		r.Role = t.given()
		ended := r.Time
		r.Role.EndTime, r.Role.EndReason = &ended, reason
		if change != nil {
			change(r.Role)
		}
	})
}

func utc(t *metav1.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.UTC()
	return &at
}
