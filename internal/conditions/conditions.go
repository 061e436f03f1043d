// SPDX-License-Identifier: Apache-2.0

package conditions

import (
	"encoding/json"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Merge returns the conditions that an object of a generation should have: its own current ones, updated with the desired
// ones. A condition whose status does not change keeps its transition time; any other takes now, in whole seconds. Stalled is
// there only while it is desired.
func Merge(current []metav1.Condition, generation int64, now time.Time, desired ...metav1.Condition) []metav1.Condition {
	merged := Owned(current)
	if !slices.ContainsFunc(desired, func(c metav1.Condition) bool { return c.Type == v1alpha1.ConditionStalled }) {
		meta.RemoveStatusCondition(&merged, v1alpha1.ConditionStalled)
	}
	for _, condition := range desired {
		condition.ObservedGeneration = generation
		condition.LastTransitionTime = metav1.NewTime(now.UTC().Truncate(time.Second))
		meta.SetStatusCondition(&merged, condition)
	}
	return merged
}

// Owned returns a copy of the conditions that the manager sets.
func Owned(conditions []metav1.Condition) []metav1.Condition {
	return Only(conditions, v1alpha1.ConditionTypes()...)
}

// Foreign returns a copy of the conditions that other programs set.
func Foreign(conditions []metav1.Condition) []metav1.Condition {
	return slices.DeleteFunc(slices.Clone(conditions), func(c metav1.Condition) bool {
		return slices.Contains(v1alpha1.ConditionTypes(), c.Type)
	})
}

// Only returns a copy of the conditions of some types.
func Only(conditions []metav1.Condition, types ...string) []metav1.Condition {
	return slices.DeleteFunc(slices.Clone(conditions), func(c metav1.Condition) bool { return !slices.Contains(types, c.Type) })
}

// Status is the status of a kind of the API.
type Status[S any] interface {
	*S
	GetConditions() *[]metav1.Condition
}

// FieldsEqual reports whether a status that the API server stores equals the desired one, apart from their conditions.
func FieldsEqual[S any, P Status[S]](current, desired S) bool {
	*P(&current).GetConditions(), *P(&desired).GetConditions() = nil, nil
	_, are := toStore(current, desired)
	return are
}

// UpToDate reports whether a status that the API server stores is the desired one, apart from the conditions that other programs
// set.
func UpToDate[S any, P Status[S]](current, desired S) bool {
	_, is := ToStore[S, P](current, desired)
	return is
}

// ToStore is UpToDate, and returns the desired status as AsStored does unless that is known to be the current one. It turns a status
// into JSON at most once, which costs more than all else about a write but the write.
func ToStore[S any, P Status[S]](current, desired S) (stored S, upToDate bool) {
	of := P(&current).GetConditions()
	*of = Owned(*of)
	return toStore(current, desired)
}

func toStore[S any](current, desired S) (stored S, upToDate bool) {
	if equality.Semantic.DeepEqual(current, desired) {
		return current, true
	}
	stored = AsStored(desired)
	return stored, equality.Semantic.DeepEqual(current, stored)
}

// AsStored returns a status as it is read back once it was written: JSON keeps of a time the whole seconds, for example. The API
// server stores no status that is not JSON, and such a one is returned as it is.
func AsStored[S any](status S) S {
	data, err := json.Marshal(status)
	var stored S
	if err != nil || json.Unmarshal(data, &stored) != nil {
		return status
	}
	return stored
}
