// SPDX-License-Identifier: Apache-2.0

package conditions

import (
	"slices"
	"time"

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
	a, failed := fieldsOf(P(&current))
	b, err := fieldsOf(P(&desired))
	return failed == nil && err == nil && a == b
}

// UpToDate reports whether a status that the API server stores is the desired one, apart from the conditions that other programs
// set.
func UpToDate[S any, P Status[S]](current, desired S) bool {
	a, failed := FingerprintOf(P(&current))
	b, err := FingerprintOf(P(&desired))
	return failed == nil && err == nil && a == b
}
