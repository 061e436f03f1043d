// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"unique"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/conditions"
)

// Reduced leaves out of a user assignment that the cache is about to hold what the manager does not read: most of its status, who manages
// its fields, and what kubectl notes of an apply. Names that many assignments have in common are there once.
func Reduced(object any) (any, error) {
	object, err := cache.TransformStripManagedFields()(object)
	assignment, is := object.(*v1alpha1.UserAssignment)
	if err != nil || !is {
		return object, err
	}
	conditions.Reduce(&assignment.Status)
	delete(assignment.Annotations, corev1.LastAppliedConfigAnnotation)
	share(&assignment.APIVersion, &assignment.Kind, &assignment.Namespace)
	share(&assignment.Spec.OrganizationRef.Name)
	share(&assignment.Status.State)
	for i := range assignment.Spec.Grants {
		grant := &assignment.Spec.Grants[i]
		share(&grant.Name)
		share(&grant.RoleRef.Kind)
		share(&grant.RoleRef.Name)
		if grant.Scope == nil {
			continue
		}
		for j := range grant.Scope.Units {
			share(&grant.Scope.Units[j])
		}
		for j := range grant.Scope.UnitGroups {
			share(&grant.Scope.UnitGroups[j])
		}
	}
	return assignment, nil
}

// share has texts that are equal lie in one place.
func share[T ~string](texts ...*T) {
	for _, text := range texts {
		*text = T(unique.Make(string(*text)).Value())
	}
}
