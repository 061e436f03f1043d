// SPDX-License-Identifier: Apache-2.0

package snapshot_test

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

var key = snapshot.Key{Namespace: "town", Name: "clinic"}

// build resolves an organization of some units.
func build(units ...v1alpha1.Name) *snapshot.Snapshot {
	organization := &v1alpha1.Organization{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name, UID: "1", Generation: 3}}
	structures := []v1alpha1.OrganizationStructure{{ObjectMeta: metav1.ObjectMeta{UID: "2", Generation: 1}}}
	structures[0].Spec.Units = []v1alpha1.Unit{{Name: "all"}}
	for _, unit := range units {
		structures[0].Spec.Units = append(structures[0].Spec.Units, v1alpha1.Unit{Name: unit, Parent: "all"})
	}
	return snapshot.Build(key, &intake.Members{Organization: organization, Structures: structures, Catalog: &v1alpha1.PermissionCatalog{}})
}

func TestSubscribersAreCalledForPresentAndLaterSnapshots(t *testing.T) {
	store := snapshot.NewStore()
	store.Put(build())
	var called []snapshot.Key
	store.Subscribe(func(k snapshot.Key, _ *snapshot.Snapshot) { called = append(called, k) })
	if len(called) != 1 {
		t.Fatalf("called with %v at the start", called)
	}
	store.Put(build())
	store.Remove(key)
	if len(called) != 3 {
		t.Errorf("called with %v after a snapshot was put and removed", called)
	}
	if store.Get(key) != nil {
		t.Error("a removed snapshot is still there")
	}
}

func TestReadyOnceEveryAwaitedOrganizationWasResolvedOrIsGone(t *testing.T) {
	store := snapshot.NewStore()
	gone := snapshot.Key{Namespace: "town", Name: "gone"}
	if store.Ready() == nil {
		t.Error("ready before anything is known")
	}
	store.Await([]snapshot.Key{key, gone})
	store.Put(build())
	if store.Ready() == nil {
		t.Error("ready before the second organization was resolved")
	}
	store.Remove(gone)
	if err := store.Ready(); err != nil {
		t.Error(err)
	}
	early := snapshot.NewStore()
	early.Put(build())
	early.Await([]snapshot.Key{key})
	if err := early.Ready(); err != nil {
		t.Errorf("an organization that was resolved before it was awaited: %v", err)
	}
}

func TestIsCurrent(t *testing.T) {
	meta := func(name string, generation int64) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: key.Namespace, Name: name, UID: types.UID("uid-of-" + name), Generation: generation}
	}
	objects := func() *intake.Members {
		return &intake.Members{
			Organization: &v1alpha1.Organization{ObjectMeta: meta("clinic", 1)},
			Catalog:      &v1alpha1.PermissionCatalog{ObjectMeta: meta("catalog", 1)},
			Roles:        []v1alpha1.Role{{ObjectMeta: meta("nurse", 1)}},
			Assignments: []*v1alpha1.UserAssignment{
				{ObjectMeta: meta("ann", 1), Spec: v1alpha1.UserAssignmentSpec{User: "ann@clinic.example"}},
				{ObjectMeta: meta("ann-too", 1), Spec: v1alpha1.UserAssignmentSpec{User: "ann@clinic.example"}},
			},
		}
	}
	built := snapshot.Build(key, objects())
	if names := slices.Sorted(slices.Values(built.AssignmentsOf("ann@clinic.example"))); !slices.Equal(names, []string{"ann", "ann-too"}) {
		t.Errorf("the assignments are %v", names)
	}
	for name, change := range map[string]func(*intake.Members){
		"":                           func(*intake.Members) {},
		"a role that changed":        func(m *intake.Members) { m.Roles[0].Generation++ },
		"an assignment more":         func(m *intake.Members) { m.Assignments = append(m.Assignments, &v1alpha1.UserAssignment{}) },
		"an assignment less":         func(m *intake.Members) { m.Assignments = m.Assignments[:1] },
		"an assignment that changed": func(m *intake.Members) { m.Assignments[1].Generation++ },
	} {
		now := objects()
		change(now)
		if built.IsCurrent(now) != (name == "") {
			t.Errorf("with %q it is current: %v", name, name != "")
		}
	}
}

func TestIsCurrentFor(t *testing.T) {
	current := build()
	for _, test := range []struct {
		object metav1.ObjectMeta
		want   bool
	}{
		{metav1.ObjectMeta{UID: "1", Generation: 3}, true},
		{metav1.ObjectMeta{UID: "1", Generation: 4}, false},
		{metav1.ObjectMeta{UID: "2", Generation: 3}, false},
	} {
		if got := current.IsCurrentFor(&test.object); got != test.want {
			t.Errorf("of UID %s, generation %d: %v", test.object.UID, test.object.Generation, got)
		}
	}
}
