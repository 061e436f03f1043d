// SPDX-License-Identifier: Apache-2.0

package intake_test

import (
	"reflect"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

func stored(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, UID: types.UID("uid-of-" + name), Generation: 1}
}

func members() *intake.Members {
	return &intake.Members{
		Organization:        &v1alpha1.Organization{ObjectMeta: stored("clinic")},
		Catalog:             &v1alpha1.PermissionCatalog{ObjectMeta: stored("care")},
		Roles:               []v1alpha1.Role{{ObjectMeta: stored("nurse")}},
		Groups:              []v1alpha1.UserGroup{{ObjectMeta: stored("night")}},
		PlatformRoles:       []v1alpha1.PlatformRole{{ObjectMeta: stored("support")}},
		PlatformAssignments: []v1alpha1.PlatformAssignment{{ObjectMeta: stored("una")}},
		Assignments:         []*v1alpha1.UserAssignment{{ObjectMeta: stored("ann")}},
	}
}

// TestMemoryOfTheWorld: the same value is given again only as long as nothing that it was translated from says another.
func TestMemoryOfTheWorld(t *testing.T) {
	for name, test := range map[string]struct {
		change func(m *intake.Members)
		same   bool
	}{
		"nothing":                           {func(*intake.Members) {}, true},
		"an assignment":                     {func(m *intake.Members) { m.Assignments[0].Generation++ }, true},
		"another assignment":                {func(m *intake.Members) { m.Assignments = nil }, true},
		"a status":                          {func(m *intake.Members) { m.Roles[0].Status.ObservedGeneration = 7 }, true},
		"the organization":                  {func(m *intake.Members) { m.Organization.Generation++ }, false},
		"the organization's labels":         {func(m *intake.Members) { m.Organization.Labels = map[string]string{"region": "east"} }, false},
		"an organization of the same name":  {func(m *intake.Members) { m.Organization.UID = "later" }, false},
		"the catalog":                       {func(m *intake.Members) { m.Catalog.Generation++ }, false},
		"the catalog is gone":               {func(m *intake.Members) { m.Catalog = nil }, false},
		"a role":                            {func(m *intake.Members) { m.Roles[0].Generation++ }, false},
		"a role is gone":                    {func(m *intake.Members) { m.Roles = nil }, false},
		"a group":                           {func(m *intake.Members) { m.Groups[0].Generation++ }, false},
		"a platform role":                   {func(m *intake.Members) { m.PlatformRoles[0].Generation++ }, false},
		"a platform assignment":             {func(m *intake.Members) { m.PlatformAssignments[0].Generation++ }, false},
		"nothing, but of an unknown object": {func(m *intake.Members) { m.Roles[0].UID = "" }, false},
		"one group in place of another":     {func(m *intake.Members) { m.Groups[0].UID = "other" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			var memory intake.Memory
			before := memory.World("town", "clinic", members())
			changed := members()
			test.change(changed)
			after := memory.World("town", "clinic", changed)
			if same := before == after; same != test.same {
				t.Errorf("the same world is given again: %v, want %v", same, test.same)
			}
			want := intake.World("town", "clinic", changed)
			want.Assignments = nil
			if !reflect.DeepEqual(&want, after) && !test.same {
				t.Errorf("the world is\n%+v\nwant\n%+v", after, &want)
			}
		})
	}
}

// TestAssignmentsAreReadWhenAskedFor: what is told of an assignment is what it is read as.
func TestAssignmentsAreReadWhenAskedFor(t *testing.T) {
	assignment := &v1alpha1.UserAssignment{ObjectMeta: stored("ann")}
	assignment.Spec.User = "ann@clinic.example"
	assignments := intake.Assignments{assignment}
	user, origin := assignments.Origin(0)
	read := assignments.Read(0)
	if assignments.Len() != 1 || user != read.User || origin != read.Origin || origin.UID == "" || origin.Generation != 1 {
		t.Errorf("%q of %+v is read as %+v", user, origin, read)
	}
}
