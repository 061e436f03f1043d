// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// kinds are those of which Objects hold a list, in order.
var kinds = []Kind{
	kindOf(model.KindCatalog, clusterScope, &v1alpha1.PermissionCatalogList{},
		func(o *Objects) *[]v1alpha1.PermissionCatalog { return &o.Catalogs }),
	kindOf(model.KindPlatformRole, clusterScope, &v1alpha1.PlatformRoleList{},
		func(o *Objects) *[]v1alpha1.PlatformRole { return &o.PlatformRoles }),
	kindOf(model.KindPlatformAssignment, clusterScope, &v1alpha1.PlatformAssignmentList{},
		func(o *Objects) *[]v1alpha1.PlatformAssignment { return &o.PlatformAssignments }),
	kindOf(model.KindOrganization, namespaceScope, &v1alpha1.OrganizationList{},
		func(o *Objects) *[]v1alpha1.Organization { return &o.Organizations }),
	kindOf(model.KindStructure, namespaceScope, &v1alpha1.OrganizationStructureList{},
		func(o *Objects) *[]v1alpha1.OrganizationStructure { return &o.Structures }),
	kindOf(model.KindRole, namespaceScope, &v1alpha1.RoleList{}, func(o *Objects) *[]v1alpha1.Role { return &o.Roles }),
	kindOfPointers(model.KindAssignment, namespaceScope, &v1alpha1.UserAssignmentList{},
		func(o *Objects) *[]*v1alpha1.UserAssignment { return &o.Assignments }),
	kindOf(model.KindGroup, namespaceScope, &v1alpha1.UserGroupList{}, func(o *Objects) *[]v1alpha1.UserGroup { return &o.Groups }),
	kindOf(model.KindChain, namespaceScope, &v1alpha1.ApprovalChainList{}, func(o *Objects) *[]v1alpha1.ApprovalChain { return &o.Chains }),
	kindOf(model.KindRequest, namespaceScope, &v1alpha1.ApprovalRequestList{},
		func(o *Objects) *[]v1alpha1.ApprovalRequest { return &o.Requests }),
}

// Scopes of kinds.
const (
	clusterScope   = false
	namespaceScope = true
)

// Kind is a kind of which Objects hold a list: how it is read from a cluster, and how its objects are held.
type Kind struct {
	// Name is that of the kind, and Resource what addresses of the API server and its messages call it.
	Name, Resource string
	// Namespaced is set if the objects have a namespace.
	Namespaced bool

	newObject func() Object
	newList   func() List
	each      func(*Objects, func(metav1.Object) bool) bool
	// add adds an object, and reports whether it is of the kind.
	add    func(*Objects, metav1.Object) bool
	hold   func(*Objects, []Object)
	within func(to, from *Objects, namespace string)
}

// Object is an object of a kind, as clients read it.
type Object interface {
	metav1.Object
	runtime.Object
}

// List is a list of objects of a kind, as clients read it.
type List interface {
	metav1.ListInterface
	runtime.Object
}

// Kinds returns the kinds of which Objects hold a list, in order.
func Kinds() []Kind { return slices.Clone(kinds) }

// NewObject returns an empty object.
func (k *Kind) NewObject() Object { return k.newObject() }

// NewList returns an empty list of objects.
func (k *Kind) NewList() List { return k.newList() }

// Hold makes some objects those of the kind. In the slice, each is replaced by the one that is held then.
func (k *Kind) Hold(o *Objects, objects []Object) { k.hold(o, objects) }

// NewObject returns an empty object of a kind, nil if it is none of those that Objects hold.
func NewObject(of string) metav1.Object {
	at := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == of })
	if at < 0 {
		return nil
	}
	return kinds[at].NewObject()
}

// pointer is a pointer to an object of a type.
type pointer[T any] interface {
	*T
	Object
}

// kindOf is a kind of which there is a list of values.
func kindOf[T any, P pointer[T], L List](name string, namespaced bool, list L, in func(*Objects) *[]T) Kind {
	return kindIn(name, namespaced, list, in, func(element *T) P { return element }, func(object P) T { return *object })
}

// kindOfPointers is a kind of which there is a list of pointers.
func kindOfPointers[T any, P pointer[T], L List](name string, namespaced bool, list L, in func(*Objects) *[]P) Kind {
	return kindIn(name, namespaced, list, in, func(element *P) P { return *element }, func(object P) P { return object })
}

// kindIn is a kind in a list of elements, each of which holds an object.
func kindIn[E, T any, P pointer[T], L List](
	name string, namespaced bool, list L, in func(*Objects) *[]E, objectOf func(*E) P, elementOf func(P) E,
) Kind {
	return Kind{
		Name: name, Resource: strings.ToLower(name) + "s", Namespaced: namespaced,
		newObject: func() Object { return P(new(T)) },
		newList:   func() List { return list.DeepCopyObject().(L) },
		each: func(o *Objects, yield func(metav1.Object) bool) bool {
			elements := *in(o)
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
				elements := in(o)
				*elements = append(*elements, elementOf(typed))
			}
			return is
		},
		hold: func(o *Objects, objects []Object) {
			elements := make([]E, len(objects))
			for i, object := range objects {
				elements[i] = elementOf(object.(P))
				objects[i] = objectOf(&elements[i])
			}
			*in(o) = elements
		},
		within: func(to, from *Objects, namespace string) {
			*in(to) = within(*in(from), namespace, func(element *E) string { return objectOf(element).GetNamespace() })
		},
	}
}

// within returns the items of a sorted list that are in a namespace.
func within[T any](list []T, namespace string, of func(*T) string) []T {
	find := func(after bool) int {
		at, _ := slices.BinarySearchFunc(list, namespace, func(item T, wanted string) int {
			if order := cmp.Compare(of(&item), wanted); order != 0 || !after {
				return order
			}
			return -1
		})
		return at
	}
	from, to := find(false), find(true)
	return list[from:to:to]
}
