// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// newFeed returns a feed of a kind, and counts what it calls changes.
func newFeed(t *testing.T, name string) (*feed, *int) {
	t.Helper()
	for _, k := range newKinds() {
		if k.name == name {
			changes := 0
			return &feed{
				kind: k, namespace: "town", recheck: time.Minute, changed: func() { changes++ }, log: logr.Discard(),
				mutex: &sync.Mutex{}, objects: store{},
			}, &changes
		}
	}
	t.Fatalf("there is no kind %s", name)
	return nil, nil
}

// assignment is one as the API server returns it.
func assignment(name, user, version string) *v1alpha1.UserAssignment {
	now := metav1.Unix(1_900_000_000, 0)
	return &v1alpha1.UserAssignment{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "town", Name: name, ResourceVersion: version,
			Annotations: map[string]string{corev1.LastAppliedConfigAnnotation: "{}", "note": "kept"},
			ManagedFields: []metav1.ManagedFieldsEntry{
				{Manager: "ann", Operation: metav1.ManagedFieldsOperationApply, Time: &now, FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{}},
				{Manager: "manager", Operation: metav1.ManagedFieldsOperationApply, Time: &now, Subresource: "status"},
			},
		},
		Spec:   v1alpha1.UserAssignmentSpec{User: v1alpha1.UserID(user)},
		Status: v1alpha1.UserAssignmentStatus{Summary: "status " + version},
	}
}

// TestWhatIsKept: who wrote an object is kept, and what no page shows is not.
func TestWhatIsKept(t *testing.T) {
	f, _ := newFeed(t, model.KindAssignment)
	written := assignment("ben", "ben", "7")
	if err := f.Add(written); err != nil {
		t.Fatal(err)
	}
	entries := written.ManagedFields
	if len(entries) != 1 || entries[0].Manager != "ann" || entries[0].Time == nil || entries[0].FieldsV1 != nil {
		t.Errorf("the managers are %+v", entries)
	}
	if written.ResourceVersion != "" || written.Status.Summary != "" || len(written.Annotations) != 1 {
		t.Errorf("it keeps %+v", written)
	}
	requests, _ := newFeed(t, model.KindRequest)
	request := &v1alpha1.ApprovalRequest{
		ObjectMeta: metav1.ObjectMeta{Name: "r", ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "manager", Subresource: "status"}}},
		Status:     v1alpha1.ApprovalRequestStatus{State: v1alpha1.RequestPending},
	}
	if err := requests.Add(request); err != nil || request.Status.State == "" || len(request.ManagedFields) != 1 {
		t.Errorf("of a request it keeps %+v: %v", request, err)
	}
}

// TestChangesThatShow: a write of a status that no page shows is no change.
func TestChangesThatShow(t *testing.T) {
	f, changes := newFeed(t, model.KindAssignment)
	f.heard(t.Context(), nil)
	for _, step := range []struct {
		what string
		do   func(any) error
		with *v1alpha1.UserAssignment
		want int
	}{
		{"a new object", f.Add, assignment("ben", "ben", "1"), 1},
		{"its status", f.Update, assignment("ben", "ben", "2"), 0},
		{"its spec", f.Update, assignment("ben", "eve", "3"), 1},
		{"its end", f.Delete, assignment("ben", "eve", "4"), 1},
	} {
		*changes = 0
		if err := step.do(step.with); err != nil || *changes != step.want {
			t.Errorf("%s: %d changes, want %d: %v", step.what, *changes, step.want, err)
		}
	}
}

// TestOutcomes: what is refused is gone at once, counts again once it is watched, and an API server that does not answer changes nothing.
func TestOutcomes(t *testing.T) {
	resource := schema.GroupResource{Group: v1alpha1.GroupVersion.Group, Resource: "userassignments"}
	forbidden := apierrors.NewForbidden(resource, "", errors.New("no"))
	f, changes := newFeed(t, model.KindAssignment)
	step := func(what string, do func() error, outcome outcome, objects int, changed bool) {
		t.Helper()
		*changes = 0
		if err := do(); err != nil {
			t.Fatal(err)
		}
		if f.outcome != outcome || len(f.objects) != objects || (*changes > 0) != changed {
			t.Errorf("%s: outcome %d, %d objects, %d changes", what, f.outcome, len(f.objects), *changes)
		}
	}
	heard := func(err error) func() error {
		return func() error {
			f.heard(t.Context(), err)
			return nil
		}
	}
	list := func() error { return f.Replace([]any{assignment("ben", "ben", "1")}, "1") }
	step("no answer at first", heard(errors.New("refused")), failed, 0, true)
	step("a list", list, failed, 1, false)
	step("a watch", heard(nil), current, 1, true)
	step("a version that is too old", heard(apierrors.NewResourceExpired("old")), current, 1, false)
	step("no answer", heard(errors.New("reset")), current, 1, true)
	step("still none", heard(errors.New("reset")), current, 1, false)
	step("an answer", heard(nil), current, 1, true)
	step("a right that is withdrawn", heard(forbidden), refused, 0, true)
	step("still withdrawn", heard(forbidden), refused, 0, false)
	step("a list without a watch", list, refused, 1, false)
	step("a watch that is refused", heard(forbidden), refused, 0, false)
	step("a list", list, refused, 1, false)
	step("and its watch", heard(nil), current, 1, true)
	step("a kind that is gone", heard(apierrors.NewNotFound(resource, "")), missing, 0, true)
}

// TestLacks says what is lacking by namespace and reason.
func TestLacks(t *testing.T) {
	kinds := map[string]*kind{}
	for _, k := range newKinds() {
		kinds[k.name] = k
	}
	no := errors.New("no rights")
	r := &reading{problems: []problem{
		{kind: kinds[model.KindRole], namespace: "east", outcome: refused, err: no},
		{kind: kinds[model.KindAssignment], namespace: "east", outcome: refused, err: no},
		{kind: kinds[model.KindOrganization], outcome: missing, err: errors.New("no match")},
		{kind: kinds[model.KindDecision], namespace: "east", outcome: failed, err: errors.New("timeout")},
		{kind: kinds[model.KindPlatformAssignment], outcome: refused, err: no},
	}}
	var got []string
	for _, l := range r.lacking() {
		got = append(got, l.What+" | "+l.Message)
	}
	want := []string{
		"You may not list and watch roles, userassignments of rolewright.dev in namespace east: organizations are shown as they are written, " +
			"without what follows from it. The ClusterRole rolewright-viewer allows it. | no rights",
		"The cluster does not know organizations of rolewright.dev: no organization can be shown. " +
			"Install Rolewright's CustomResourceDefinitions. | no match",
		"You may not list and watch platformassignments of rolewright.dev: users to whom they give roles may do more than is shown, " +
			"and users whom they suspend nothing. The ClusterRole rolewright-viewer allows it. | no rights",
		"The API server has not returned approvaldecisions of rolewright.dev in namespace east yet: who has decided requests is not shown. | timeout",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestSilence says since when the API server has not answered: as long as what it has not said anything of for the longest.
func TestSilence(t *testing.T) {
	now := time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)
	r := &reading{silences: []problem{
		{err: errors.New("late"), since: now.Add(-10 * time.Second)}, {err: errors.New("early"), since: now.Add(-125 * time.Second)},
	}}
	if err := r.silence(now); err == nil || !strings.Contains(err.Error(), "since 07:57:55 UTC (2 minutes ago)") || !strings.Contains(err.Error(), "early") {
		t.Errorf("got %v", err)
	}
	r.silences = r.silences[:1]
	if err := r.silence(now); err == nil || !strings.Contains(err.Error(), "(less than a minute ago)") {
		t.Errorf("got %v", err)
	}
	if err := (&reading{problems: []problem{{outcome: refused}}}).silence(now); err != nil {
		t.Errorf("a refusal is no silence: %v", err)
	}
}
