// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/internal/model"
)

// pairs yields each thing that two states do not have in common, by name, with nil for the state that does not have it. Of several
// things of one name in a state, the first is compared with the first of the other state, and so on.
func pairs[T any](was, is []*T, nameOf func(*T) string) iter.Seq2[*T, *T] {
	type key struct {
		name string
		nth  int
	}
	was, is = trimmed(was, is)
	found := map[key][states]*T{}
	for state, list := range [states][]*T{was, is} {
		count := map[string]int{}
		for _, one := range list {
			k := key{nameOf(one), count[nameOf(one)]}
			count[k.name]++
			pair := found[k]
			pair[state] = one
			found[k] = pair
		}
	}
	keys := slices.SortedFunc(maps.Keys(found), func(a, b key) int {
		if a.name == b.name {
			return a.nth - b.nth
		}
		return strings.Compare(a.name, b.name)
	})
	return func(yield func(*T, *T) bool) {
		for _, k := range keys {
			was, is := found[k][before], found[k][after]
			if was != is && !reflect.DeepEqual(was, is) && !yield(was, is) {
				return
			}
		}
	}
}

// trimmed leaves out what two lists share at their beginnings and at their ends: a change of one of 100,000 users costs little then.
func trimmed[T any](was, is []*T) ([]*T, []*T) {
	for len(was) > 0 && len(is) > 0 && was[0] == is[0] {
		was, is = was[1:], is[1:]
	}
	for len(was) > 0 && len(is) > 0 && was[len(was)-1] == is[len(is)-1] {
		was, is = was[:len(was)-1], is[:len(is)-1]
	}
	return was, is
}

// pointers returns pointers to the elements of a list.
func pointers[T any](list []T) []*T {
	pointers := make([]*T, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	return pointers
}

// single lists an object, if there is one.
func single[T any](o *T) []*T {
	if o == nil {
		return nil
	}
	return []*T{o}
}

// object is an object of the API.
type object[T any] interface {
	*T
	metav1.Object
}

// objects yields each object whose spec differs between two states, or that only one of them has, and judges what differs of
// its metadata.
func objects[T any, P object[T]](j *judge, kind string, was, is []*T) iter.Seq2[*T, *T] {
	return func(yield func(*T, *T) bool) {
		for was, is := range pairs(was, is, func(o *T) string { return P(o).GetName() }) {
			ref := refOf[T, P](kind, was, is)
			if is != nil {
				j.readMetadata(ref, metadataOf[T, P](was), P(is))
			}
			if !reflect.DeepEqual(specOf(was), specOf(is)) && !yield(was, is) {
				return
			}
		}
	}
}

// metadataOf returns the metadata of an object, an empty one if there is no object.
func metadataOf[T any, P object[T]](o *T) metav1.Object {
	if o == nil {
		return &metav1.ObjectMeta{}
	}
	return P(o)
}

// specOf returns the spec of an object, nil if there is no object.
func specOf[T any](o *T) any {
	if o == nil {
		return nil
	}
	return reflect.ValueOf(o).Elem().FieldByName("Spec").Interface()
}

// refOf identifies the object of a pair.
func refOf[T any, P object[T]](kind string, was, is *T) model.Ref {
	one := P(is)
	if is == nil {
		one = P(was)
	}
	return model.Ref{Kind: kind, Namespace: one.GetNamespace(), Name: one.GetName()}
}

// verb says what is done to the object of a pair.
func verb[T any](was, is *T) string {
	switch {
	case was == nil:
		return "create"
	case is == nil:
		return "delete"
	}
	return "change"
}

// readMetadata refuses what lets others than the writer delete an object, or keeps it from being deleted.
func (j *judge) readMetadata(ref model.Ref, was, is metav1.Object) {
	for _, owner := range is.GetOwnerReferences() {
		if !slices.ContainsFunc(was.GetOwnerReferences(), func(o metav1.OwnerReference) bool { return o.UID == owner.UID }) {
			j.refuse(ref, "metadata.ownerReferences", "let it be deleted with "+owner.Kind+" "+owner.Name, byRBAC)
		}
	}
	for _, finalizer := range is.GetFinalizers() {
		if !slices.Contains(was.GetFinalizers(), finalizer) {
			j.refuse(ref, "metadata.finalizers", "keep it from being deleted until finalizer "+finalizer+" is removed", byRBAC)
		}
	}
}
