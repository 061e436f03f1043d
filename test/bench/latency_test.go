// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
	"github.com/rolewright/rolewright/test/bench"
)

// BenchmarkChange measures what one user's change costs a manager that has resolved the organization before, stage by stage.
func BenchmarkChange(b *testing.B) {
	for _, users := range sizes {
		for _, stage := range []struct {
			name string
			run  func(*testing.B, *intake.Members)
		}{{"resolve", changeResolve}, {"snapshot", changeSnapshot}, {"written", changeWritten}, {"settle", changeSettle}} {
			b.Run(fmt.Sprintf("%s/users=%d", stage.name, users), func(b *testing.B) {
				b.ReportAllocs()
				stage.run(b, bench.Members(users))
			})
		}
	}
}

// edit changes one user of members, as a cache does it: by another object of the next generation.
func edit(members *intake.Members, i int) {
	at := i % len(members.Assignments)
	changed := members.Assignments[at].DeepCopy()
	changed.Generation++
	units := &changed.Spec.Grants[0].Scope.Units
	*units = []v1alpha1.Name{members.Structures[1].Spec.Units[i%len(members.Structures[1].Spec.Units)].Name}
	members.Assignments[at] = changed
}

func changeResolve(b *testing.B, members *intake.Members) {
	b.Helper()
	input, difference := intake.Read(nil, "bench", "bench", members)
	resolution, _ := resolve.Update(nil, input.World, difference, intake.Assignments(members.Assignments))
	for i := 0; b.Loop(); i++ {
		edit(members, i)
		input, difference = intake.Read(input, "bench", "bench", members)
		resolution, difference = resolve.Update(resolution, input.World, difference, intake.Assignments(members.Assignments))
		if changed := slices.Collect(difference.Users()); len(changed) != 1 {
			b.Fatalf("users who changed: %v", changed)
		}
	}
}

var benchKey = types.NamespacedName{Namespace: "bench", Name: "bench"}

func changeSnapshot(b *testing.B, members *intake.Members) {
	b.Helper()
	cache := snapshot.NewCache(snapshot.CacheOptions{})
	cache.Build(benchKey, members)
	for i := 0; b.Loop(); i++ {
		edit(members, i)
		cache.Build(benchKey, members)
	}
}

// changeWritten is changeSnapshot as a manager does it for a large organization: it reads the assignments that were written.
func changeWritten(b *testing.B, members *intake.Members) {
	b.Helper()
	cache := snapshot.NewCache(snapshot.CacheOptions{})
	cache.Build(benchKey, members)
	for i := 0; b.Loop(); i++ {
		edit(members, i)
		written := *members
		written.Assignments = members.Assignments[i%len(members.Assignments):][:1]
		user := string(written.Assignments[0].Spec.User)
		if built, err := cache.BuildUsers(b.Context(), benchKey, &written, []string{user}, publish.Standing{}); built == nil || err != nil {
			b.Fatalf("nothing was built: %v", err)
		}
	}
}

// changeSettle goes through the assignments for those whose status may be another.
func changeSettle(b *testing.B, members *intake.Members) {
	b.Helper()
	cache := snapshot.NewCache(snapshot.CacheOptions{})
	now, published := time.Unix(0, 0), &status.Outcome{Publication: &v1alpha1.Publication{ConfigMapName: "bench-permissions", Revision: 1}}
	for _, assignment := range members.Assignments {
		assignment.Status.ObservedGeneration = assignment.Generation
	}
	before := status.NewView(cache.Build(benchKey, members), published, now)
	edit(members, 0)
	after := cache.Build(benchKey, members)
	for b.Loop() {
		view := status.NewView(after, published, now)
		view.SetPrevious(before)
		open := slices.DeleteFunc(slices.Clone(members.Assignments), view.IsUpToDate)
		if len(open) != 1 || !strings.HasSuffix(open[0].Name, "-000000") {
			b.Fatalf("%d statuses are open", len(open))
		}
	}
}
