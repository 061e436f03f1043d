// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"iter"
	"slices"

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

// kinds are those of which Objects hold a list, in order.
var kinds = []kind{
	kindOf(model.KindCatalog, func(o *Objects) *[]v1alpha1.PermissionCatalog { return &o.Catalogs }),
	kindOf(model.KindPlatformRole, func(o *Objects) *[]v1alpha1.PlatformRole { return &o.PlatformRoles }),
	kindOf(model.KindPlatformAssignment, func(o *Objects) *[]v1alpha1.PlatformAssignment { return &o.PlatformAssignments }),
	kindOf(model.KindOrganization, func(o *Objects) *[]v1alpha1.Organization { return &o.Organizations }),
	kindOf(model.KindStructure, func(o *Objects) *[]v1alpha1.OrganizationStructure { return &o.Structures }),
	kindOf(model.KindRole, func(o *Objects) *[]v1alpha1.Role { return &o.Roles }),
	kindOfPointers(model.KindAssignment, func(o *Objects) *[]*v1alpha1.UserAssignment { return &o.Assignments }),
	kindOf(model.KindGroup, func(o *Objects) *[]v1alpha1.UserGroup { return &o.Groups }),
	kindOf(model.KindChain, func(o *Objects) *[]v1alpha1.ApprovalChain { return &o.Chains }),
	kindOf(model.KindRequest, func(o *Objects) *[]v1alpha1.ApprovalRequest { return &o.Requests }),
}

// kind is how Objects hold the objects of one kind.
type kind struct {
	name  string
	empty func() metav1.Object
	each  func(*Objects, func(metav1.Object) bool) bool
	// add adds an object, and reports whether it is of the kind.
	add func(*Objects, metav1.Object) bool
}

// kindOf is a kind of which there is a list of values.
func kindOf[T any, P interface {
	*T
	metav1.Object
}](name string, list func(*Objects) *[]T) kind {
	return kindIn(name, list, func(element *T) P { return element }, func(object P) T { return *object })
}

// kindOfPointers is a kind of which there is a list of pointers.
func kindOfPointers[T any, P interface {
	*T
	metav1.Object
}](name string, list func(*Objects) *[]P) kind {
	return kindIn(name, list, func(element *P) P { return *element }, func(object P) P { return object })
}

// kindIn is a kind in a list of elements, each of which holds an object.
func kindIn[E, T any, P interface {
	*T
	metav1.Object
}](name string, list func(*Objects) *[]E, objectOf func(*E) P, elementOf func(P) E) kind {
	return kind{
		name:  name,
		empty: func() metav1.Object { return P(new(T)) },
		each: func(o *Objects, yield func(metav1.Object) bool) bool {
			elements := *list(o)
			for i := range elements {
				if !yield(objectOf(&elements[i])) {
					return false
				}
			}
			return true
		},
		add: func(o *Objects, object metav1.Object) bool {
			typed, is := object.(P)
			if is {
				elements := list(o)
				*elements = append(*elements, elementOf(typed))
			}
			return is
		},
	}
}

// NewObject returns an empty object of a kind, nil if it is none of those that Objects hold.
func NewObject(of string) metav1.Object {
	at := slices.IndexFunc(kinds, func(k kind) bool { return k.name == of })
	if at < 0 {
		return nil
	}
	return kinds[at].empty()
}

// All yields each object with what identifies it. The objects are not copies.
func (o *Objects) All() iter.Seq2[model.Ref, metav1.Object] {
	return func(yield func(model.Ref, metav1.Object) bool) {
		for i := range kinds {
			if !kinds[i].each(o, func(object metav1.Object) bool {
				return yield(model.Ref{Kind: kinds[i].name, Namespace: object.GetNamespace(), Name: object.GetName()}, object)
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
