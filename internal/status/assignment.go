// SPDX-License-Identifier: Apache-2.0

package status

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/model"
)

// Assignment returns the status that a user assignment should have.
func (v *View) Assignment(current *v1alpha1.UserAssignment) v1alpha1.UserAssignmentStatus {
	self := model.Ref{Kind: model.KindAssignment, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.UserAssignmentStatus{
		ObservedGeneration: current.Generation,
		Summary:            assignmentSummary(&current.Spec),
	}
	if doc := v.snapshot.Resolution.Document; doc != nil {
		desired.Effective, desired.OmittedPermissionCount = v.effective(doc, string(current.Spec.User))
	}
	unchanged := conditions.FieldsEqual(desired, current.Status)
	desired.Conditions = conditions.Merge(current.Status.Conditions, current.Generation, v.now,
		ready(v.findings.ByObject[self], "everything that the assignment says takes effect"),
		v.published(current.Status.Conditions, unchanged))
	return desired
}
