// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/test/bench"
)

// edits are small changes of an organization.
var edits = map[string]func(world *model.World){
	"role": func(world *model.World) {
		world.Roles = slices.Clone(world.Roles)
		role := &world.Roles[0]
		role.Rules = append(slices.Clone(role.Rules), model.Rule{Selector: model.Selector{Permissions: []string{world.Catalog.Permissions[0].Name}}})
	},
	"user": func(world *model.World) {
		world.Assignments = slices.Clone(world.Assignments)
		world.Assignments[0].Grants = world.Assignments[0].Grants[1:]
	},
	"unit": func(world *model.World) {
		world.Structures = slices.Clone(world.Structures)
		structure := &world.Structures[1]
		structure.Units = slices.Clone(structure.Units)
		structure.Units[len(structure.Units)-1].Parent = structure.Units[0].Name
	},
}

// BenchmarkDifference measures the difference between two states, beside the resolutions that it needs: ratio is the time of both
// together, as a multiple of the resolutions alone.
func BenchmarkDifference(b *testing.B) {
	for _, users := range []int{1_000, 10_000, 100_000} {
		was := bench.World(users)
		for _, what := range []string{"nothing", "user", "role", "unit"} {
			is := *was
			if edit := edits[what]; edit != nil {
				edit(&is)
			}
			b.Run(fmt.Sprintf("%s/users=%d", what, users), func(b *testing.B) {
				var resolving, comparing time.Duration
				affected := 0
				for b.Loop() {
					start := time.Now()
					before, after := resolve.Organization(was), resolve.Organization(&is)
					resolving += time.Since(start)
					start = time.Now()
					difference, err := change.Between(before, after, change.Options{At: start})
					if err != nil {
						b.Fatal(err)
					}
					comparing += time.Since(start)
					affected = len(difference.Effects)
				}
				b.ReportMetric(float64(resolving+comparing)/float64(resolving), "ratio")
				b.ReportMetric(float64(affected), "effects")
			})
		}
	}
}
