// SPDX-License-Identifier: Apache-2.0

package status

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/model"
)

// Structure returns the status that a structure of an organization should have.
func (v *View) Structure(current *v1alpha1.OrganizationStructure) v1alpha1.OrganizationStructureStatus {
	self := model.Ref{Kind: model.KindStructure, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.OrganizationStructureStatus{
		ObservedGeneration: current.Generation,
		UnitCount:          bounded.Count(len(current.Spec.Units)),
		UnitGroupCount:     bounded.Count(len(current.Spec.UnitGroups)),
		ConstraintCount:    bounded.Count(len(current.Spec.Constraints)),
	}
	unchanged := conditions.FieldsEqual(current.Status, desired)
	desired.Conditions = conditions.Merge(current.Status.Conditions, current.Generation, v.now,
		append(v.health(self, "everything that the structure says takes effect"), v.published(current.Status.Conditions, unchanged))...)
	return desired
}
