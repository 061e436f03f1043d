// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"maps"
	"reflect"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// Object is an object of any kind.
type Object interface {
	metav1.Object
	runtime.Object
}

// Write is one write of one object. The object is nil before it is created, and after it is deleted.
type Write struct {
	// Actor is the user as the API server authenticated them.
	Actor string
	// Kind of the object, for example UserAssignment.
	Kind string
	// Before and After are of the same type, a pointer to one of the kinds that people write in an organization.
	Before, After Object
	// Catalog is the one that ChangesCatalog names; nil if it does not exist.
	Catalog *v1alpha1.PermissionCatalog
}

// Object returns the object after the write or, if it is deleted, before it.
func (w *Write) Object() Object {
	if w.After != nil {
		return w.After
	}
	return w.Before
}

// Ref identifies the object.
func (w *Write) Ref() model.Ref {
	o := w.Object()
	return model.Ref{Kind: w.Kind, Namespace: o.GetNamespace(), Name: o.GetName()}
}

// Organization returns the organization that the object belongs to. It never changes: references to it are immutable.
func (w *Write) Organization() snapshot.Key {
	key := snapshot.Key{Namespace: w.Object().GetNamespace()}
	switch o := w.Object().(type) {
	case *v1alpha1.Organization:
		key.Name = o.Name
	case *v1alpha1.OrganizationStructure:
		key.Name = o.Spec.OrganizationRef.Name
	case *v1alpha1.Role:
		key.Name = o.Spec.OrganizationRef.Name
	case *v1alpha1.UserAssignment:
		key.Name = o.Spec.OrganizationRef.Name
	case *v1alpha1.UserGroup:
		key.Name = o.Spec.OrganizationRef.Name
	case *v1alpha1.ApprovalChain:
		key.Name = o.Spec.OrganizationRef.Name
	}
	return key
}

// ChangesNothing reports whether the write leaves all as it is that an organization is resolved from, or that has an object
// deleted or kept: then anyone may make it whom Kubernetes RBAC lets.
func (w *Write) ChangesNothing() bool {
	return w.Before != nil && w.After != nil && w.Before.GetUID() == w.After.GetUID() && len(w.metadata()) == 0 &&
		reflect.DeepEqual(specOf(w.Before), specOf(w.After)) && (w.Kind != model.KindOrganization || sameLabels(w.Before, w.After))
}

// ChangesCatalog returns the name of the catalog that an organization is to refer to instead of another, and whether it is.
func (w *Write) ChangesCatalog() (name string, is bool) {
	before, existed := w.Before.(*v1alpha1.Organization)
	after, exists := w.After.(*v1alpha1.Organization)
	if !existed || !exists {
		return "", false
	}
	return after.Spec.CatalogRef.Name, before.Spec.CatalogRef != after.Spec.CatalogRef
}

// catalog returns that of the organization after the write.
func (w *Write) catalog(before *v1alpha1.PermissionCatalog) *v1alpha1.PermissionCatalog {
	if _, is := w.ChangesCatalog(); is {
		return w.Catalog
	}
	return before
}

// Users returns the users whose assignments alone the write changes. The second result is false if it changes something else.
func (w *Write) Users() (users []string, only bool) {
	if w.Kind != model.KindAssignment {
		return nil, false
	}
	for _, o := range []Object{w.Before, w.After} {
		if assignment, is := o.(*v1alpha1.UserAssignment); is && assignment != nil {
			users = append(users, string(assignment.Spec.User))
		}
	}
	return users, true
}

// metadata returns the fields of the metadata that are written and have the object deleted, or keep it from being deleted.
func (w *Write) metadata() []string {
	if w.After == nil {
		return nil
	}
	var finalizers []string
	var owners []metav1.OwnerReference
	if w.Before != nil {
		finalizers, owners = w.Before.GetFinalizers(), w.Before.GetOwnerReferences()
	}
	var fields []string
	if !slices.Equal(finalizers, w.After.GetFinalizers()) {
		fields = append(fields, "metadata.finalizers")
	}
	if (len(owners) > 0 || len(w.After.GetOwnerReferences()) > 0) && !reflect.DeepEqual(owners, w.After.GetOwnerReferences()) {
		fields = append(fields, "metadata.ownerReferences")
	}
	return fields
}

func sameLabels(a, b Object) bool { return maps.Equal(a.GetLabels(), b.GetLabels()) }

func specOf(o Object) any { return reflect.ValueOf(o).Elem().FieldByName("Spec").Interface() }

// applied returns the objects of the organization after the write. Those before it stay as they are.
func (w *Write) applied(before *intake.Members) *intake.Members {
	if w.Before != nil && w.After != nil {
		// Objects of one generation are taken to say the same.
		w.After.SetGeneration(max(w.After.GetGeneration(), w.Before.GetGeneration()+1))
	}
	after := *before
	name := w.Object().GetName()
	switch w.Object().(type) {
	case *v1alpha1.Organization:
		after.Organization, _ = w.After.(*v1alpha1.Organization)
		after.Catalog = w.catalog(before.Catalog)
	case *v1alpha1.OrganizationStructure:
		after.Structures = replacedByName(before.Structures, name, w.After)
	case *v1alpha1.Role:
		after.Roles = replacedByName(before.Roles, name, w.After)
	case *v1alpha1.UserGroup:
		after.Groups = replacedByName(before.Groups, name, w.After)
	case *v1alpha1.ApprovalChain:
		after.Chains = replacedByName(before.Chains, name, w.After)
	case *v1alpha1.UserAssignment:
		after.Assignments = replaced(before.Assignments, w.After, func(a *v1alpha1.UserAssignment) bool { return a.Name == name })
	}
	return &after
}

// replacedByName returns a list with an object in the place of that of its name; without it, if the object is nil.
func replacedByName[T any, P interface {
	*T
	metav1.Object
}](list []T, name string, object Object) []T {
	var value any
	if written, is := object.(P); is {
		value = *written
	}
	return replaced(list, value, func(o T) bool { return P(&o).GetName() == name })
}

// replaced returns a list with an object in the place of the one that it replaces, or at the end; without that, if there is no object.
func replaced[T any](list []T, object any, replaces func(T) bool) []T {
	at := slices.IndexFunc(list, replaces)
	written, exists := object.(T)
	switch {
	case at < 0 && exists:
		return append(slices.Clone(list), written)
	case at >= 0 && exists:
		list = slices.Clone(list)
		list[at] = written
	case at >= 0:
		return slices.Concat(list[:at], list[at+1:])
	}
	return list
}
