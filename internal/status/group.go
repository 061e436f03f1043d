// SPDX-License-Identifier: Apache-2.0

package status

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/model"
)

// Group returns the status that a user group should have.
func (v *View) Group(current *v1alpha1.UserGroup) v1alpha1.UserGroupStatus {
	self := model.Ref{Kind: model.KindGroup, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.UserGroupStatus{
		ObservedGeneration: current.Generation,
		MemberCount:        bounded.Count(len(current.Spec.Members)),
		Summary:            summary(v1alpha1.UserActive, grants(current.Spec.Grants)),
	}
	unchanged := conditions.FieldsEqual(current.Status, desired)
	desired.Conditions = conditions.Merge(current.Status.Conditions, current.Generation, v.now,
		append(v.health(self, "everything that the group says takes effect"), v.published(current.Status.Conditions, unchanged))...)
	return desired
}
