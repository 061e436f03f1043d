// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// TestInterruptedPasses: a pass that a newer snapshot ends settles what it has written, and leaves the rest to the next, which first
// computes what has changed since.
func TestInterruptedPasses(t *testing.T) {
	var assignments []*v1alpha1.UserAssignment
	for _, name := range []string{"ann", "ben", "cyd"} {
		assignments = append(assignments, &v1alpha1.UserAssignment{
			ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: name, UID: types.UID(name), Generation: 1},
			Spec:       v1alpha1.UserAssignmentSpec{User: v1alpha1.UserID(name)}, Status: v1alpha1.UserAssignmentStatus{ObservedGeneration: 1},
		})
	}
	r := &Reconciler{Publisher: Publisher{Store: snapshot.NewStore()}, Statuses: &statuswriter.Writer{Edits: &statuswriter.Edits{}}}
	// pass writes statuses until it comes to that of some name, while some users have another assignment besides. It returns the
	// assignments whose statuses it computes.
	pass := func(until string, users ...v1alpha1.UserID) []string {
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
		left := map[client.ObjectKey]struct{}{}
		for _, assignment := range r.unsettled(key, assignments, view.IsUpToDate) {
			computed = append(computed, assignment.Name)
			if len(left) > 0 || assignment.Name == until {
				left[client.ObjectKeyFromObject(assignment)] = struct{}{}
			}
		}
		r.settle(key, view, left)
		if len(left) == 0 {
			r.complete(loaded, &decision{})
		}
		if echo := r.isEcho(loaded); echo != (len(left) == 0) {
			t.Errorf("what follows is an echo of the pass: %t", echo)
		}
		return computed
	}
	for i, c := range []struct {
		until    string
		users    []v1alpha1.UserID
		computed []string
	}{
		// Of a manager that starts, every pass gets further, while one change follows the other.
		{"ben", nil, []string{"ann", "ben", "cyd"}},
		{"cyd", []v1alpha1.UserID{"ann"}, []string{"ann", "ben", "cyd"}},
		{"", []v1alpha1.UserID{"ann"}, []string{"cyd"}},
		{"", []v1alpha1.UserID{"ann"}, nil},
		{"ann", nil, []string{"ann"}},
		{"ann", []v1alpha1.UserID{"ben"}, []string{"ben", "ann"}},
		{"", []v1alpha1.UserID{"cyd"}, []string{"ben", "cyd", "ann"}},
		{"", []v1alpha1.UserID{"cyd"}, nil},
	} {
		if computed := pass(c.until, c.users...); !slices.Equal(computed, c.computed) {
			t.Errorf("pass %d computes %v; want %v", i, computed, c.computed)
		}
	}
}
