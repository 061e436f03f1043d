// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"maps"
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// contents are all objects that may be read.
type contents struct {
	intake.Objects
	decisions []v1alpha1.ApprovalDecision
}

// kind is how the objects of one kind are read.
type kind struct {
	// resource is the name of the kind in addresses of the API server, and in its messages.
	name, resource string
	// inNamespace is set if the objects have a namespace.
	inNamespace bool
	newList     func() intake.List
	newObject   func() intake.Object
	// keepsStatus is set if pages show the status.
	keepsStatus bool
	// hold makes objects those of the kind in contents. In the slice, each is replaced by the one that is held then.
	hold func(*contents, []intake.Object)
}

// store holds objects by namespace and name.
type store map[types.NamespacedName]client.Object

// newKinds returns the kinds of rolewright.dev.
func newKinds() []*kind {
	var list []*kind
	for _, known := range intake.Kinds() {
		list = append(list, &kind{
			name: known.Name, resource: known.Resource, inNamespace: known.Namespaced, newList: known.NewList, newObject: known.NewObject,
			keepsStatus: known.Name == model.KindOrganization || known.Name == model.KindRequest,
			hold:        func(c *contents, objects []intake.Object) { known.Hold(&c.Objects, objects) },
		})
	}
	return append(list, &kind{
		name: model.KindDecision, resource: "approvaldecisions", inNamespace: true, keepsStatus: true,
		newList:   func() intake.List { return &v1alpha1.ApprovalDecisionList{} },
		newObject: func() intake.Object { return &v1alpha1.ApprovalDecision{} },
		hold: func(c *contents, objects []intake.Object) {
			c.decisions = make([]v1alpha1.ApprovalDecision, len(objects))
			for i, object := range objects {
				c.decisions[i] = *object.(*v1alpha1.ApprovalDecision)
				objects[i] = &c.decisions[i]
			}
		},
	})
}

// collect puts the objects of stores into contents, by namespace and name, once those with some keys have changed, or any. From then on
// the stores share them with the contents.
func (k *kind) collect(c *contents, stores []store, changed changedKeys) {
	// There may be hundred thousands of assignments: a list of them costs what has changed since the one before.
	if k.name == model.KindAssignment && changed != nil && len(changed) <= len(c.Assignments)/16 {
		c.Assignments = patched(c.Assignments, stores, changed)
		return
	}
	places := placesOf(stores)
	objects := make([]intake.Object, len(places))
	for i, at := range places {
		objects[i] = at.in[at.key]
	}
	k.hold(c, objects)
	for i, at := range places {
		at.in[at.key] = objects[i]
	}
}

// patched returns a sorted list in which the objects of some keys are as stores have them.
func patched(before []*v1alpha1.UserAssignment, stores []store, changed changedKeys) []*v1alpha1.UserAssignment {
	list := slices.Grow(slices.Clone(before), len(changed))
	for key := range changed {
		at, listed := slices.BinarySearchFunc(list, key, func(a *v1alpha1.UserAssignment, wanted types.NamespacedName) int {
			return intake.CompareKeys(client.ObjectKeyFromObject(a), wanted)
		})
		if listed {
			list = slices.Delete(list, at, at+1)
		}
		for _, in := range stores {
			if object, is := in[key]; is {
				list = slices.Insert(list, at, object.(*v1alpha1.UserAssignment))
				break
			}
		}
	}
	return list
}

// changedKeys are those of the objects that may have changed; nil stands for all.
type changedKeys map[types.NamespacedName]struct{}

// and returns the keys of both.
func (c changedKeys) and(others changedKeys) changedKeys {
	if c == nil || others == nil {
		return nil
	}
	maps.Copy(c, others)
	return c
}

// place is where an object is.
type place struct {
	in  store
	key types.NamespacedName
}

// placesOf returns where all objects of stores are, by namespace and name.
func placesOf(stores []store) []place {
	var places []place
	for _, in := range stores {
		for key := range maps.Keys(in) {
			places = append(places, place{in, key})
		}
	}
	slices.SortFunc(places, func(a, b place) int { return intake.CompareKeys(a.key, b.key) })
	return places
}

// trim takes off an object what no page shows.
func (k *kind) trim(object client.Object) {
	object.SetResourceVersion("")
	annotations := object.GetAnnotations()
	delete(annotations, corev1.LastAppliedConfigAnnotation)
	if len(annotations) == 0 {
		object.SetAnnotations(nil)
	}
	managers := slices.DeleteFunc(object.GetManagedFields(), func(entry metav1.ManagedFieldsEntry) bool {
		// Who wrote a status that is not kept changed nothing that is shown.
		return !k.keepsStatus && entry.Subresource == "status"
	})
	for i := range managers {
		managers[i].FieldsV1, managers[i].FieldsType = nil, ""
	}
	object.SetManagedFields(slices.Clip(managers))
	if !k.keepsStatus {
		reflect.ValueOf(object).Elem().FieldByName("Status").SetZero()
	}
}
