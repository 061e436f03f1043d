// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

func TestStateIsThatOfTheUser(t *testing.T) {
	more := func(o *intake.Members, user v1alpha1.UserID, state v1alpha1.UserState) {
		other := o.Assignments[0].DeepCopy()
		other.Name, other.UID, other.Spec.User, other.Spec.State = "more", "more", user, state
		o.Assignments = append(o.Assignments, other)
	}
	for name, c := range map[string]struct {
		change func(*intake.Members)
		want   v1alpha1.UserState
	}{
		"active":                          {func(*intake.Members) {}, v1alpha1.UserActive},
		"suspended":                       {func(o *intake.Members) { o.Assignments[0].Spec.State = v1alpha1.UserSuspended }, v1alpha1.UserSuspended},
		"suspended by another assignment": {func(o *intake.Members) { more(o, "anna", v1alpha1.UserSuspended) }, v1alpha1.UserSuspended},
		"another user is suspended":       {func(o *intake.Members) { more(o, "bert", v1alpha1.UserSuspended) }, v1alpha1.UserActive},
		"suspended by the platform": {func(o *intake.Members) {
			o.PlatformAssignments = append(o.PlatformAssignments, v1alpha1.PlatformAssignment{
				ObjectMeta: clusterScoped("anna"), Spec: v1alpha1.PlatformAssignmentSpec{User: "anna", State: v1alpha1.UserSuspended},
			})
		}, v1alpha1.UserSuspended},
		"suspended without a catalog": {func(o *intake.Members) {
			o.Catalog = nil
			o.Assignments[0].Spec.State = v1alpha1.UserSuspended
		}, v1alpha1.UserSuspended},
		"never resolved": {func(o *intake.Members) { o.Catalog = nil }, v1alpha1.UserActive},
		"last known to be suspended": {func(o *intake.Members) {
			o.Catalog = nil
			o.Assignments[0].Status.State = v1alpha1.UserSuspended
		}, v1alpha1.UserSuspended},
		"no longer suspended": {func(o *intake.Members) { o.Assignments[0].Status.State = v1alpha1.UserSuspended }, v1alpha1.UserActive},
	} {
		o := objects()
		c.change(o)
		outcome := revision(1)
		if o.Catalog == nil {
			outcome = failed(outcome)
		}
		if got := status.NewView(snapshot.Build(key, o), outcome, first).Assignment(o.Assignments[0]).State; got != c.want {
			t.Errorf("%s: the state is %q, want %q", name, got, c.want)
		}
	}
}
