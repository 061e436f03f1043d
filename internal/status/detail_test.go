// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// byRole returns a view in which statuses list roles.
func byRole(o *intake.Members, outcome *status.Outcome, now time.Time) *status.View {
	view := status.NewView(snapshot.Build(key, o), outcome, now)
	organization := o.Organization.DeepCopy()
	organization.Spec.AssignmentStatusDetail = v1alpha1.DetailRoles
	view.SetDetail(organization, 10)
	return view
}

// TestDetailFollowsTheNumberOfUsers: within a tenth below the bound it stays as it is.
func TestDetailFollowsTheNumberOfUsers(t *testing.T) {
	o := objects()
	anna := o.Assignments[0]
	withUsers := func(n int) {
		o.Assignments = nil
		for i := range n {
			user := anna.DeepCopy()
			user.Name, user.Spec.User = fmt.Sprint(i), v1alpha1.UserID(fmt.Sprint(i))
			o.Assignments = append(o.Assignments, user)
		}
	}
	for step, c := range []struct {
		users int
		asked v1alpha1.AssignmentStatusDetail
		want  v1alpha1.AssignmentStatusDetail
	}{
		{users: 20}, {users: 21, want: "Roles"}, {users: 19, want: "Roles"}, {users: 18}, {users: 20}, {users: 21, want: "Roles"},
		{users: 21, asked: "Permissions"}, {users: 20}, {users: 1, asked: "Roles", want: "Roles"}, {users: 19, want: "Roles"}, {users: 1},
	} {
		withUsers(c.users)
		o.Organization.Spec.AssignmentStatusDetail = c.asked
		view := status.NewView(snapshot.Build(key, o), revision(1), first)
		view.SetDetail(o.Organization, 20)
		o.Organization.Status = view.Organization(o.Organization)
		if got := o.Organization.Status.AssignmentStatusDetail; got != c.want {
			t.Errorf("step %d, %d users: the organization says %q; want %q", step, c.users, got, c.want)
		}
		if got := view.Assignment(o.Assignments[0]); got.Detail != c.want || (c.want == "Roles") != (got.Effective[0].Roles != nil) ||
			(c.want == "") != (got.Effective[0].Permissions != nil) {
			t.Errorf("step %d, %d users: an assignment says %+v", step, c.users, got)
		}
	}
}

// TestDetailStaysWithoutADocument: it is unknown how many users there are.
func TestDetailStaysWithoutADocument(t *testing.T) {
	o := objects()
	o.Catalog = nil
	o.Organization.Status.AssignmentStatusDetail = v1alpha1.DetailRoles
	view := status.NewView(snapshot.Build(key, o), failed(revision(1)), first)
	view.SetDetail(o.Organization, 20)
	if got := view.Organization(o.Organization).AssignmentStatusDetail; got != v1alpha1.DetailRoles {
		t.Errorf("it is %q", got)
	}
	view.SetDetail(nil, 20)
}

func TestStatusesByRole(t *testing.T) {
	o := objects()
	end := metav1.NewTime(time.Date(2030, 6, 1, 0, 0, 0, 0, time.UTC))
	o.Catalog.Spec.Entitlements = []v1alpha1.Entitlement{{Name: "reports"}}
	o.Catalog.Spec.Features = []v1alpha1.Feature{{Name: "exports"}, {Name: "audits"}}
	o.Organization.Spec.Features = []v1alpha1.Name{"exports"}
	north := &v1alpha1.Scope{Units: []v1alpha1.Name{"north"}}
	clerk := v1alpha1.RoleReference{Name: "clerk"}
	o.Assignments[0].Spec.Grants = []v1alpha1.Grant{
		{Name: "a", RoleRef: clerk, Scope: north}, {Name: "b", RoleRef: clerk, Scope: north},
		{Name: "c", RoleRef: clerk, Scope: north, Entitlements: []v1alpha1.Name{"reports"}},
		{Name: "d", RoleRef: clerk, Scope: &v1alpha1.Scope{Everywhere: &yes}, Window: v1alpha1.Window{EndTime: &end}},
		{Name: "e", RoleRef: v1alpha1.RoleReference{Name: "nobody"}, Scope: north},
	}
	o.Assignments[0].Spec.Overrides = []v1alpha1.Override{
		{Name: "x", Permission: "view", Effect: v1alpha1.EffectDeny, Scope: north},
		{Name: "y", Permission: "approve", Effect: v1alpha1.EffectAllow, Scope: north},
	}
	ref := v1alpha1.ObservedRole{Kind: "Role", Name: "clerk"}
	from := func(grants ...v1alpha1.Observed) (from []v1alpha1.EffectiveSource) {
		for _, grant := range grants {
			from = append(from, v1alpha1.EffectiveSource{Kind: "UserAssignment", Name: "anna", GrantName: grant})
		}
		return from
	}
	override := func(name v1alpha1.Observed) []v1alpha1.EffectiveSource {
		return []v1alpha1.EffectiveSource{{Kind: "UserAssignment", Name: "anna", OverrideName: name}}
	}
	shown := v1alpha1.ObservedScope{Units: []v1alpha1.Observed{"north"}}
	want := []v1alpha1.EffectiveScope{
		{
			Scope: v1alpha1.ObservedScope{Everywhere: &yes}, Window: v1alpha1.Window{EndTime: &end},
			Roles: []v1alpha1.EffectiveRole{{RoleRef: ref, From: from("d")}},
		},
		{Scope: shown, From: override("x"), DeniedPermissions: []v1alpha1.Observed{"view"}},
		{Scope: shown, Roles: []v1alpha1.EffectiveRole{
			{RoleRef: ref, Entitlements: []v1alpha1.Observed{"reports"}, From: from("c")}, {RoleRef: ref, From: from("a", "b")},
		}},
		{Scope: shown, From: override("y"), Permissions: []v1alpha1.EffectivePermission{{Name: "approve"}}},
	}
	view := byRole(o, revision(1), first)
	if got := view.Assignment(o.Assignments[0]); got.Detail != v1alpha1.DetailRoles || !sameStatus(got.Effective, want) {
		t.Errorf("got\n%+v\nwant\n%+v", written(t, got.Effective), written(t, want))
	}
	if got := view.Organization(o.Organization).EnabledFeatures; !slices.Equal(got, []v1alpha1.Observed{"exports"}) {
		t.Errorf("the organization says that it has %q", got)
	}
	o.Assignments[0].Spec.State = v1alpha1.UserSuspended
	if got := byRole(o, revision(1), first).Assignment(o.Assignments[0]); got.Effective != nil {
		t.Errorf("a suspended user holds %v", got.Effective)
	}
}

func written(t *testing.T, value any) string {
	t.Helper()
	text, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestStatusesByRoleStayWithinTheBounds counts what they leave out.
func TestStatusesByRoleStayWithinTheBounds(t *testing.T) {
	o := objects()
	role := o.Roles[0]
	var grants []v1alpha1.Grant
	for i := range 70 {
		another := role.DeepCopy()
		another.Name, another.UID = fmt.Sprintf("role-%d", i), ""
		o.Roles = append(o.Roles, *another)
		grants = append(grants, v1alpha1.Grant{
			Name: v1alpha1.EntryName(another.Name), RoleRef: v1alpha1.RoleReference{Name: another.Name}, Scope: &v1alpha1.Scope{Everywhere: &yes},
		})
	}
	o.Assignments[0].Spec.Grants = grants
	got := byRole(o, revision(1), first).Assignment(o.Assignments[0])
	if len(got.Effective) != 1 || len(got.Effective[0].Roles) != 64 || got.OmittedRoleCount == nil || *got.OmittedRoleCount != 6 {
		t.Errorf("it lists %s", written(t, got))
	}
	for i := range grants {
		grants[i].EndTime = new(metav1.NewTime(first.Add(time.Duration(i+1) * 24 * time.Hour)))
	}
	got = byRole(o, revision(1), first).Assignment(o.Assignments[0])
	if len(got.Effective) != 64 || got.OmittedRoleCount == nil || *got.OmittedRoleCount != 6 {
		t.Errorf("it lists %s", written(t, got))
	}
}

// TestByRoleNothingButTheUserCounts: what a role holds changes no status of an assignment, and none is computed for it.
func TestByRoleNothingButTheUserCounts(t *testing.T) {
	for name, c := range map[string]struct {
		change func(o *intake.Members)
		same   bool
	}{
		"a role holds less": {func(o *intake.Members) {
			o.Roles[0].Spec.Rules[0].Sections, o.Roles[0].Spec.Rules[0].Permissions = nil, []v1alpha1.PermissionName{"view"}
		}, true},
		"another role": {func(o *intake.Members) { o.Roles = append(o.Roles, *o.Roles[0].DeepCopy()); o.Roles[1].Name = "more" }, true},
		"a unit": {func(o *intake.Members) {
			o.Structures[0].Spec.Units = append(o.Structures[0].Spec.Units, v1alpha1.Unit{Name: "south", Parent: "all"})
		}, true},
		"a feature": {func(o *intake.Members) {
			o.Catalog.Spec.Features = []v1alpha1.Feature{{Name: "exports"}}
			o.Organization.Spec.Features = []v1alpha1.Name{"exports"}
		}, false},
		"a default grant": {func(o *intake.Members) { o.Organization.Spec.DefaultGrants = o.Assignments[0].Spec.Grants }, false},
		"a permission that is refused": {func(o *intake.Members) {
			o.Catalog.Spec.Prohibitions = []v1alpha1.Prohibition{{Name: "p", Permissions: []v1alpha1.PermissionName{"view"}, Expression: "?"}}
		}, false},
		"the role of the user is gone": {func(o *intake.Members) { o.Roles = nil }, false},
		"another order of permissions": {func(o *intake.Members) { slices.Reverse(o.Catalog.Spec.Permissions) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := objects()
			before := byRole(o, revision(1), first)
			o.Assignments[0].Status = before.Assignment(o.Assignments[0])
			c.change(o)
			after := byRole(o, revision(2), later)
			after.SetPrevious(before)
			if got := after.IsUpToDate(o.Assignments[0]); got != c.same {
				t.Errorf("up to date: %v; want %v", got, c.same)
			}
			if c.same && !sameStatus(after.Assignment(o.Assignments[0]), o.Assignments[0].Status) {
				t.Error("it is reported as up to date, but its status should change")
			}
			whole := status.NewView(snapshot.Build(key, o), revision(2), later)
			whole.SetPrevious(before)
			if whole.IsUpToDate(o.Assignments[0]) {
				t.Error("the status is to list permissions, and is reported as up to date")
			}
		})
	}
}
