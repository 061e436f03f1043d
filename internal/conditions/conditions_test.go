// SPDX-License-Identifier: Apache-2.0

package conditions_test

import (
	"reflect"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/conditions"
)

var (
	earlier = time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)
	later   = earlier.Add(time.Hour + time.Millisecond)
)

func condition(kind string, status metav1.ConditionStatus, message string, generation int64, changed time.Time) metav1.Condition {
	return metav1.Condition{
		Type: kind, Status: status, Reason: "Because", Message: message, ObservedGeneration: generation, LastTransitionTime: metav1.NewTime(changed),
	}
}

func TestMerge(t *testing.T) {
	current := []metav1.Condition{
		condition(v1alpha1.ConditionReady, metav1.ConditionTrue, "as before", 1, earlier),
		condition("ApprovedByLegal", metav1.ConditionTrue, "set by another program", 1, earlier),
		condition(v1alpha1.ConditionPublished, metav1.ConditionFalse, "not yet", 1, earlier),
		condition(v1alpha1.ConditionGranted, metav1.ConditionTrue, "not desired again", 1, earlier),
	}
	before := append([]metav1.Condition{}, current...)
	got := conditions.Merge(current, 2, later,
		metav1.Condition{Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: "Because", Message: "another message"},
		metav1.Condition{Type: v1alpha1.ConditionPublished, Status: metav1.ConditionTrue, Reason: "Because", Message: "now"},
		metav1.Condition{Type: v1alpha1.ConditionCovered, Status: metav1.ConditionUnknown, Reason: "Because", Message: "new"})
	whole := later.Truncate(time.Second)
	want := []metav1.Condition{
		condition(v1alpha1.ConditionReady, metav1.ConditionTrue, "another message", 2, earlier),
		condition(v1alpha1.ConditionPublished, metav1.ConditionTrue, "now", 2, whole),
		condition(v1alpha1.ConditionGranted, metav1.ConditionTrue, "not desired again", 1, earlier),
		condition(v1alpha1.ConditionCovered, metav1.ConditionUnknown, "new", 2, whole),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("merged are\n%+v\nwant\n%+v", got, want)
	}
	if !reflect.DeepEqual(current, before) {
		t.Errorf("Merge changed what it was given: %+v", current)
	}
}

func TestUpToDate(t *testing.T) {
	ready := condition(v1alpha1.ConditionReady, metav1.ConditionTrue, "as before", 1, earlier)
	foreign := condition("ApprovedByLegal", metav1.ConditionTrue, "set by another program", 1, earlier)
	current := v1alpha1.RoleStatus{ObservedGeneration: 1, Conditions: []metav1.Condition{foreign, ready}}
	for name, c := range map[string]struct {
		desired v1alpha1.RoleStatus
		fields  bool
		all     bool
	}{
		"the same":          {v1alpha1.RoleStatus{ObservedGeneration: 1, Conditions: []metav1.Condition{ready}}, true, true},
		"another condition": {v1alpha1.RoleStatus{ObservedGeneration: 1}, true, false},
		"another field":     {v1alpha1.RoleStatus{ObservedGeneration: 2, Conditions: []metav1.Condition{ready}}, false, false},
	} {
		if got := conditions.FieldsEqual(current, c.desired); got != c.fields {
			t.Errorf("%s: FieldsEqual is %t", name, got)
		}
		if got := conditions.UpToDate(current, c.desired); got != c.all {
			t.Errorf("%s: UpToDate is %t", name, got)
		}
	}
	if len(current.Conditions) != 2 {
		t.Errorf("the status that was compared has changed: %+v", current)
	}
}
