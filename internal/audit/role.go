// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"cmp"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

// EndDeleted is the reason of a role that ended because its request was deleted. The other reasons are those of the condition
// Granted.
const EndDeleted = "RequestDeleted"

func role(grant *v1alpha1.RequestedGrant) *Role {
	return &Role{
		Kind: string(cmp.Or(grant.RoleRef.Kind, v1alpha1.RoleKindRole)), Name: grant.RoleRef.Name, Scope: scope(grant.Scope),
	}
}

func scope(written *v1alpha1.Scope) *Scope {
	if written == nil {
		return nil
	}
	s := &Scope{Everywhere: isTrue(written.Everywhere), Units: texts(written.Units), UnitGroups: texts(written.UnitGroups)}
	for i := range written.Dimensions {
		d := &written.Dimensions[i]
		s.Dimensions = append(s.Dimensions, Dimension{Name: string(d.Name), All: isTrue(d.All), Values: texts(d.Values)})
	}
	return s
}

func isTrue(b *bool) bool { return b != nil && *b }

func texts[T ~string](words []T) []string {
	var all []string
	for _, word := range words {
		all = append(all, string(word))
	}
	return all
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
		t.endRole(status.Grant.RevocationTime.Time, approval.ReasonRevoked, string(status.Grant.RevokedBy), "")
	case granted != nil && granted.Status == metav1.ConditionFalse && granted.Reason == approval.ReasonGrantExpired:
		t.endRole(status.Grant.EndTime.Time, approval.ReasonGrantExpired, "", "")
	}
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

func (t *trail) endRole(at time.Time, reason, by, message string) {
	t.add(RoleEnded, "", at, func(r *Record) {
		r.Role, r.Message = t.given(), message
		ended := r.Time
		r.Role.EndTime, r.Role.EndReason, r.Role.EndedBy = &ended, reason, by
	})
}

func utc(t *metav1.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.UTC()
	return &at
}
