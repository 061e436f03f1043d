// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"iter"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Objects are custom resources of any number of organizations.
type Objects struct {
	Catalogs            []v1alpha1.PermissionCatalog
	PlatformRoles       []v1alpha1.PlatformRole
	PlatformAssignments []v1alpha1.PlatformAssignment
	Organizations       []v1alpha1.Organization
	Structures          []v1alpha1.OrganizationStructure
	Roles               []v1alpha1.Role
	// Assignments may be hundred thousands: two sets of objects that differ in a few share the others.
	Assignments []*v1alpha1.UserAssignment
	Groups      []v1alpha1.UserGroup
	Chains      []v1alpha1.ApprovalChain
	Requests    []v1alpha1.ApprovalRequest
}

// All yields each object with what identifies it. The objects are not copies.
func (o *Objects) All() iter.Seq2[model.Ref, metav1.Object] {
	return func(yield func(model.Ref, metav1.Object) bool) {
		for i := range kinds {
			if !kinds[i].each(o, func(object metav1.Object) bool {
				return yield(model.Ref{Kind: kinds[i].Name, Namespace: object.GetNamespace(), Name: object.GetName()}, object)
			}) {
				return
			}
		}
	}
}

// Namespaces returns the namespaces of the objects that have one.
func (o *Objects) Namespaces() map[string]struct{} {
	names := map[string]struct{}{}
	for ref := range o.All() {
		if ref.Namespace != "" {
			names[ref.Namespace] = struct{}{}
		}
	}
	return names
}

// Append adds an object to those of its kind.
func (o *Objects) Append(object metav1.Object) {
	for i := range kinds {
		if kinds[i].add(o, object) {
			return
		}
	}
}

// Add adds other objects.
func (o *Objects) Add(others *Objects) {
	for _, object := range others.All() {
		o.Append(object)
	}
}

// Without returns the objects but one.
func (o *Objects) Without(ref model.Ref) Objects {
	var kept Objects
	for other, object := range o.All() {
		if other != ref {
			kept.Append(object)
		}
	}
	return kept
}

// Overlaid returns the objects once others are applied: those that others replace by name are left out.
func (o *Objects) Overlaid(others *Objects) Objects {
	var all Objects
	applied := map[model.Ref]struct{}{}
	for ref, object := range others.All() {
		applied[ref] = struct{}{}
		all.Append(object)
	}
	for ref, object := range o.All() {
		if _, replaced := applied[ref]; !replaced {
			all.Append(object)
		}
	}
	return all
}

// In returns those of the objects with a namespace that are in one, if all are sorted by namespace. The lists share their items.
func (o *Objects) In(namespace string) Objects {
	var found Objects
	for i := range kinds {
		if kinds[i].Namespaced {
			kinds[i].within(&found, o, namespace)
		}
	}
	return found
}
