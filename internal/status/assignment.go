// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/model"
)

// Assignment returns the status that a user assignment should have.
func (v *View) Assignment(current *v1alpha1.UserAssignment) v1alpha1.UserAssignmentStatus {
	self := model.Ref{Kind: model.KindAssignment, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.UserAssignmentStatus{
		ObservedGeneration: current.Generation,
		State:              v.userState(current),
	}
	var requested []v1alpha1.RequestedRole
	if doc := v.snapshot.Resolution.DocumentWith(model.OfUsers(slices.Values([]string{string(current.Spec.User)}))); doc != nil {
		requested = v.requestedRoles(doc, string(current.Spec.User))
		v.showEffective(&desired, doc, string(current.Spec.User))
	}
	showRequested(&desired, requested)
	desired.Summary = assignmentSummary(&current.Spec, requested)
	unchanged := current.Status.ObservedGeneration == desired.ObservedGeneration && conditions.FieldsEqual(current.Status, desired)
	desired.Conditions = conditions.Merge(current.Status.Conditions, current.Generation, v.now,
		append(v.health(self, "everything that the assignment says takes effect"), v.published(current.Status.Conditions, unchanged))...)
	return desired
}

// userState returns the state of the user of an assignment, whose other assignments may suspend them. Without a document it
// is the state that was last known, and that readers still see.
func (v *View) userState(current *v1alpha1.UserAssignment) v1alpha1.UserState {
	suspended := current.Status.State == v1alpha1.UserSuspended
	if v.snapshot.Resolution.Document != nil {
		user, _ := v.snapshot.Resolution.User(string(current.Spec.User))
		suspended = user.Suspended
	}
	return userState(suspended || current.Spec.State == v1alpha1.UserSuspended)
}

func userState(suspended bool) v1alpha1.UserState {
	if suspended {
		return v1alpha1.UserSuspended
	}
	return v1alpha1.UserActive
}
