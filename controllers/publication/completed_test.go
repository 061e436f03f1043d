// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// TestInterruptedPasses: a pass that a newer snapshot ends settles nothing, and unsettles only what it may have written.
func TestInterruptedPasses(t *testing.T) {
	var assignments []*v1alpha1.UserAssignment
	for _, name := range []string{"ann", "ben"} {
		assignments = append(assignments, &v1alpha1.UserAssignment{
			ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: name, UID: types.UID(name), Generation: 1},
			Spec:       v1alpha1.UserAssignmentSpec{User: v1alpha1.UserID(name)}, Status: v1alpha1.UserAssignmentStatus{ObservedGeneration: 1},
		})
	}
	r := &Reconciler{Store: snapshot.NewStore()}
	// pass returns the assignments whose statuses are computed while some users have another assignment besides.
	pass := func(completes bool, users ...v1alpha1.UserID) []string {
		members := &intake.Members{
			Catalog: &v1alpha1.PermissionCatalog{}, Assignments: slices.Clone(assignments),
			Roles: []v1alpha1.Role{{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: "clerk"}}},
		}
		for _, user := range users {
			members.Assignments = append(members.Assignments, &v1alpha1.UserAssignment{
				ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: string(user) + "-2", UID: types.UID(user + "-2"), Generation: 1},
				Spec: v1alpha1.UserAssignmentSpec{User: user, Grants: []v1alpha1.Grant{{
					Name: "clerk", RoleRef: v1alpha1.RoleReference{Name: "clerk"}, Scope: &v1alpha1.Scope{Everywhere: new(true)},
				}}},
			})
		}
		loaded := clinic()
		members.Organization = loaded.organization
		loaded.snapshot = snapshot.Build(key, members)
		r.Store.Put(loaded.snapshot)
		view := r.view(loaded, &decision{}, first)
		var computed []string
		for _, assignment := range r.unsettled(key, slices.Clone(assignments), view.IsUpToDate) {
			computed = append(computed, assignment.Name)
		}
		if completes {
			r.complete(loaded, &decision{}, view, nil)
		}
		return computed
	}
	for i, c := range []struct {
		completes bool
		users     []v1alpha1.UserID
		computed  []string
	}{
		{true, nil, []string{"ann", "ben"}},
		{true, nil, nil},
		{false, []v1alpha1.UserID{"ann"}, []string{"ann"}},
		// As it was before the pass that did not complete.
		{false, nil, []string{"ann"}},
		{false, []v1alpha1.UserID{"ben"}, []string{"ann", "ben"}},
		{true, nil, []string{"ann", "ben"}},
		{true, nil, nil},
	} {
		if computed := pass(c.completes, c.users...); !slices.Equal(computed, c.computed) {
			t.Errorf("pass %d computes %v; want %v", i, computed, c.computed)
		}
	}
}
