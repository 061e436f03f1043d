// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

func TestUnchangedAssignmentsAreUpToDate(t *testing.T) {
	for _, test := range []struct {
		name          string
		change        func(*intake.Members)
		before, after *status.Outcome
		want          bool
	}{
		{"nothing changed", func(*intake.Members) {}, revision(1), revision(1), true},
		{"another user was added", func(o *intake.Members) {
			eve := o.Assignments[0].DeepCopy()
			eve.Name, eve.UID, eve.Spec.User = "eve", "eve", "eve"
			o.Assignments = append(o.Assignments, eve)
		}, revision(1), revision(2), true},
		{"the assignment changed", func(o *intake.Members) { o.Assignments[0].Generation = 2 }, revision(1), revision(2), false},
		{"the status was not written", func(o *intake.Members) { o.Assignments[0].Status = v1alpha1.UserAssignmentStatus{} },
			revision(1), revision(1), false},
		{"another object has the name", func(o *intake.Members) { o.Assignments[0].UID = "other" }, revision(1), revision(2), false},
		{"another assignment of the user was added", func(o *intake.Members) {
			more := o.Assignments[0].DeepCopy()
			more.Name, more.UID, more.Spec.State = "more", "more", v1alpha1.UserSuspended
			o.Assignments = append(o.Assignments, more)
		}, revision(1), revision(2), false},
		{"a role changed", func(o *intake.Members) {
			o.Roles[0].Spec.Rules[0] = v1alpha1.Rule{Permissions: []v1alpha1.PermissionName{"view"}}
		}, revision(1), revision(2), false},
		{"the catalog has another order", func(o *intake.Members) {
			p := o.Catalog.Spec.Permissions
			p[0], p[1] = p[1], p[0]
		}, revision(1), revision(1), false},
		{"there is a finding about it", func(o *intake.Members) { o.Assignments[0].Spec.Profile.Manager = "nobody" }, revision(1), revision(2), false},
		{"the catalog was deleted", func(o *intake.Members) { o.Catalog = nil }, revision(1), failed(revision(1)), false},
		{"it could not be published before", func(*intake.Members) {}, failed(revision(1)), revision(2), false},
		{"it cannot be published now", func(*intake.Members) {}, revision(1), failed(revision(1)), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := objects()
			before := status.NewView(snapshot.Build(key, o), test.before, first)
			o.Assignments[0].Status = before.Assignment(o.Assignments[0])
			test.change(o)
			after := status.NewView(snapshot.Build(key, o), test.after, later)
			after.SetPrevious(before)
			if got := after.IsUpToDate(o.Assignments[0]); got != test.want {
				t.Errorf("up to date: %v, want %v", got, test.want)
			}
			if test.want && !sameStatus(after.Assignment(o.Assignments[0]), o.Assignments[0].Status) {
				t.Error("it is reported as up to date, but its status should change")
			}
		})
	}
}
