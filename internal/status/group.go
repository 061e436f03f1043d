// SPDX-License-Identifier: Apache-2.0

package status

import (
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Group returns the status that a user group should have.
func (v *View) Group(current *v1alpha1.UserGroup) v1alpha1.UserGroupStatus {
	self := model.Ref{Kind: model.KindGroup, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.UserGroupStatus{
		ObservedGeneration: current.Generation,
		Members:            number(len(current.Spec.Members)),
		Summary:            summary(v1alpha1.UserActive, grants(current.Spec.Grants)),
	}
	former := current.Status
	former.Conditions = nil
	same := equality.Semantic.DeepEqual(desired, former)
	desired.Conditions = merge(current.Status.Conditions, current.Generation, v.now,
		ready(v.found.ByObject[self], "everything that the group says takes effect"),
		v.published(current.Status.Conditions, same))
	return desired
}
