// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
	"github.com/rolewright/rolewright/test/bench"
)

// BenchmarkManagerMemory compares the live memory of the specs of user assignments as an informer cache holds them with that of all that
// the manager holds of the same: the objects as its cache holds them, and what is translated, resolved, encoded and remembered for the
// next change.
func BenchmarkManagerMemory(b *testing.B) {
	for _, users := range sizes {
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			for b.Loop() {
				var specs, cached *intake.Members
				floor := heap(func() { specs = decoded(b, bench.Members(users), func(*v1alpha1.UserAssignment) {}) })
				runtime.KeepAlive(specs)
				specs = nil
				objects := heap(func() { cached = decoded(b, bench.Members(users), withStatus(b, users)) })
				cache := snapshot.NewCache(snapshot.CacheOptions{})
				var taken *snapshot.Snapshot
				kept := heap(func() { taken = cache.Build(benchKey, cached) })
				b.ReportMetric(float64(floor)/float64(users), "specs-B/user")
				b.ReportMetric(float64(objects)/float64(users), "cache-B/user")
				b.ReportMetric(float64(objects+kept)/float64(users), "all-B/user")
				b.ReportMetric(float64(objects+kept)/float64(floor), "x-specs")
				runtime.KeepAlive(cached)
				runtime.KeepAlive(taken)
				runtime.KeepAlive(cache)
			}
		})
	}
}

// withStatus returns what gives an assignment the status that the manager writes, as its cache holds it.
func withStatus(b *testing.B, users int) func(*v1alpha1.UserAssignment) {
	b.Helper()
	published := &status.Outcome{Publication: &v1alpha1.Publication{ConfigMapName: "bench-permissions", Revision: 1}}
	members := bench.Members(users)
	view := status.NewView(snapshot.Build(benchKey, members), published, time.Unix(0, 0))
	view.SetDetail(members.Organization, status.DefaultDetailBound)
	return func(assignment *v1alpha1.UserAssignment) {
		assignment.Status = view.Assignment(assignment)
		conditions.Reduce(&assignment.Status)
	}
}

// decoded reads assignments as a cache does, each of which then gets what is to be added.
func decoded(b *testing.B, members *intake.Members, add func(*v1alpha1.UserAssignment)) *intake.Members {
	b.Helper()
	for i, assignment := range members.Assignments {
		text, err := json.Marshal(assignment)
		if err != nil {
			b.Fatal(err)
		}
		read := &v1alpha1.UserAssignment{}
		if err := json.Unmarshal(text, read); err != nil {
			b.Fatal(err)
		}
		add(read)
		members.Assignments[i] = read
	}
	return members
}
