// SPDX-License-Identifier: Apache-2.0

package incremental_test

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// largeCluster builds snapshots as a manager does of a large organization: from the assignments alone that were written since the snapshot
// before, if nothing else has changed.
type largeCluster struct {
	cache  *snapshot.Cache
	former *intake.Members
	// partly is set if the latest snapshot was built so.
	partly bool
}

func (l *largeCluster) build(t *rapid.T, key snapshot.Key, objects *intake.Members) *snapshot.Snapshot {
	t.Helper()
	former := l.former
	l.former, l.partly = objects, false
	if former == nil || objects.Organization == nil {
		return l.cache.Build(key, objects)
	}
	users := append(writtenBetween(former.Assignments, objects.Assignments), rapid.SampledFrom(append([]string{"nobody"}, usersOf(objects)...)).Draw(t, "touched"))
	some := *objects
	some.Assignments = slices.DeleteFunc(slices.Clone(objects.Assignments), func(a *v1alpha1.UserAssignment) bool {
		return !slices.Contains(users, string(a.Spec.User))
	})
	built, err := l.cache.BuildUsers(t.Context(), key, &some, users, publish.Standing{})
	if err != nil {
		t.Fatal(err)
	}
	if built == nil {
		return l.cache.Build(key, objects)
	}
	l.partly = true
	return built
}

// writtenBetween returns the users of assignments that are in one of two states only.
func writtenBetween(former, current []*v1alpha1.UserAssignment) []string {
	var users []string
	for _, states := range [][2][]*v1alpha1.UserAssignment{{former, current}, {current, former}} {
		for _, a := range states[0] {
			same := func(b *v1alpha1.UserAssignment) bool { return a.UID == b.UID && a.Generation == b.Generation }
			if !slices.ContainsFunc(states[1], same) {
				users = append(users, string(a.Spec.User))
			}
		}
	}
	return users
}

func usersOf(objects *intake.Members) []string {
	var users []string
	for _, a := range objects.Assignments {
		users = append(users, string(a.Spec.User))
	}
	return users
}
