// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
	"github.com/rolewright/rolewright/test/bench"
)

// BenchmarkManagerMemory compares the live memory of user assignments as a cache holds them, with their statuses, to that of
// the same with all that the manager keeps of them: what is translated, resolved, encoded and remembered for the next change.
func BenchmarkManagerMemory(b *testing.B) {
	for _, users := range sizes {
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			for b.Loop() {
				var cached *intake.Members
				objects := heap(func() { cached = decoded(b, bench.Members(users)) })
				cache := snapshot.NewCache(snapshot.CacheOptions{})
				var taken *snapshot.Snapshot
				kept := heap(func() { taken = cache.Build(benchKey, cached) })
				b.ReportMetric(float64(objects)/float64(users), "cache-B/user")
				b.ReportMetric(float64(objects+kept)/float64(objects), "x-cache-heap")
				runtime.KeepAlive(cached)
				runtime.KeepAlive(taken)
				runtime.KeepAlive(cache)
			}
		})
	}
}

// decoded reads assignments again, as a cache does, with the statuses that the manager writes.
func decoded(b *testing.B, members *intake.Members) *intake.Members {
	b.Helper()
	published := &status.Outcome{Publication: &v1alpha1.Publication{ConfigMapName: "bench-permissions", Revision: 1}}
	view := status.NewView(snapshot.Build(benchKey, members), published, time.Unix(0, 0))
	for i, assignment := range members.Assignments {
		assignment.Status = view.Assignment(assignment)
		text, err := json.Marshal(assignment)
		if err != nil {
			b.Fatal(err)
		}
		read := &v1alpha1.UserAssignment{}
		if err := json.Unmarshal(text, read); err != nil {
			b.Fatal(err)
		}
		members.Assignments[i] = read
	}
	return members
}
