// SPDX-License-Identifier: Apache-2.0

package snapshot_test

import (
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// ending resolves an organization in which a grant ends at a moment.
func ending(end time.Time) *snapshot.Snapshot {
	everywhere, endTime := true, metav1.NewTime(end)
	return snapshot.Build(key, &intake.Members{
		Organization: &v1alpha1.Organization{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}},
		Catalog:      &v1alpha1.PermissionCatalog{},
		Roles:        []v1alpha1.Role{{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: "clerk"}}},
		Groups: []v1alpha1.UserGroup{{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: "night"}, Spec: v1alpha1.UserGroupSpec{
			Members: []v1alpha1.UserID{"anna"},
			Grants: []v1alpha1.Grant{{
				Name: "clerk", RoleRef: v1alpha1.RoleReference{Name: "clerk"}, Scope: &v1alpha1.Scope{Everywhere: &everywhere},
				Window: v1alpha1.Window{EndTime: &endTime},
			}},
		}}},
	})
}

func TestFindingsAtStayTheSameUntilTheClockChangesThem(t *testing.T) {
	end := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	current := ending(end)
	of := model.Ref{Kind: model.KindGroup, Namespace: key.Namespace, Name: "night"}
	var before *snapshot.Findings
	for _, test := range []struct {
		at     time.Time
		reason string
		until  time.Time
		same   bool
	}{
		{end.Add(-30 * 24 * time.Hour), "", end.Add(-resolve.EndingSoon), false},
		{end.Add(-8 * 24 * time.Hour), "", end.Add(-resolve.EndingSoon), true},
		{end.Add(-resolve.EndingSoon), resolve.ReasonGrantExpiring, end, false},
		{end.Add(-1), resolve.ReasonGrantExpiring, end, true},
		{end, resolve.ReasonGrantExpired, time.Time{}, false},
		{end.Add(1000 * time.Hour), resolve.ReasonGrantExpired, time.Time{}, true},
		// A clock may be set back.
		{end.Add(-1), resolve.ReasonGrantExpiring, end, false},
	} {
		found := current.FindingsAt(test.at)
		var reasons []string
		for _, finding := range found.ByObject[of] {
			reasons = append(reasons, finding.Reason)
		}
		if got := slices.Contains(reasons, test.reason); got != (test.reason != "") || len(reasons) > 1 || !found.Until.Equal(test.until) {
			t.Errorf("at %v the findings are %v until %v; want %q until %v", test.at, reasons, found.Until, test.reason, test.until)
		}
		if (found == before) != test.same {
			t.Errorf("at %v the same as before: %v", test.at, found == before)
		}
		before = found
	}
}

func TestMembersAreEmptyWithoutObjectsOfTheOrganization(t *testing.T) {
	if objects := (&intake.Members{Groups: make([]v1alpha1.UserGroup, 1)}); objects.Empty() {
		t.Error("a group whose organization is missing is ignored")
	}
	if objects := (&intake.Members{Structures: make([]v1alpha1.OrganizationStructure, 1)}); objects.Empty() {
		t.Error("a structure whose organization is missing is ignored")
	}
	shared := &intake.Members{PlatformRoles: make([]v1alpha1.PlatformRole, 1), PlatformAssignments: make([]v1alpha1.PlatformAssignment, 1)}
	if !shared.Empty() {
		t.Error("what all organizations share counts as objects of this one")
	}
}
