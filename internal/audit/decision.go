// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// addDecisions adds the decisions that were judged and that a function selects, in the order of their creation.
func (t *trail) addDecisions(decisions []v1alpha1.ApprovalDecision, selects func(*v1alpha1.ApprovalDecision) bool) {
	var judged []*v1alpha1.ApprovalDecision
	for i := range decisions {
		if d := &decisions[i]; selects(d) && judgement(d) != nil {
			judged = append(judged, d)
		}
	}
	slices.SortFunc(judged, func(a, b *v1alpha1.ApprovalDecision) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), strings.Compare(string(a.UID), string(b.UID)))
	})
	for _, d := range judged {
		counted := judgement(d)
		// A decision that is judged again is recorded again.
		t.add(DecisionMade, string(d.UID)+"/"+counted.Reason, d.CreationTimestamp.Time, func(r *Record) {
			r.Decision, r.Message = decision(d, counted), counted.Message
		})
	}
}

// judgement returns whether a decision counts; nil if that is not known yet.
func judgement(d *v1alpha1.ApprovalDecision) *metav1.Condition {
	return meta.FindStatusCondition(d.Status.Conditions, v1alpha1.ConditionCounted)
}

func decision(d *v1alpha1.ApprovalDecision, counted *metav1.Condition) *Decision {
	spec := &d.Spec
	return &Decision{
		Name: d.Name, UID: string(d.UID), Step: string(spec.Step), Verdict: string(spec.Verdict),
		Approver: string(spec.Approver), OnBehalfOf: string(spec.OnBehalfOf), Via: string(spec.Via),
		Digest: string(spec.Digest), Comment: string(spec.Comment),
		Counted: counted.Status == metav1.ConditionTrue, Reason: counted.Reason,
	}
}

// Orphan returns the record of a decision whose request does not exist. The decision is all that is known of it.
func Orphan(d *v1alpha1.ApprovalDecision) []Record {
	t := &trail{request: &v1alpha1.ApprovalRequest{ObjectMeta: metav1.ObjectMeta{
		Namespace: d.Namespace, Name: d.Spec.RequestRef.Name, UID: types.UID(d.Spec.RequestRef.UID),
	}}}
	t.addDecisions([]v1alpha1.ApprovalDecision{*d}, func(*v1alpha1.ApprovalDecision) bool { return true })
	return t.records
}
