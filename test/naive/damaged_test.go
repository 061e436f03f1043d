// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/naive"
	"github.com/rolewright/rolewright/test/property"
)

// TestDamagedTreesGiveNothing damages structures in ways that take units off the tree, and asks about resources of their kinds.
// Nobody may do more than before, all ways to an answer agree, and a kind of which no unit is left on the tree says no.
func TestDamagedTreesGiveNothing(t *testing.T) {
	var lost, allowed, all int
	property.Check(t, func(t *rapid.T) {
		world := drawWorld(t)
		withoutConstraints(world) // a grant that covers nothing keeps no other from being given
		was := resolve.Organization(world).Document
		if rootOf(was) == "" {
			return // of two roots, damage can take one away, and what is left is a tree
		}
		before := indexed(t, was)
		damaged := *world
		damaged.Structures = drawDamage(t, world, rootOf(was))
		doc := resolve.Organization(&damaged).Document
		after, reader := indexed(t, doc), naive.Read(&damaged)
		read, err := document.Parse(encoded(t, doc))
		if err != nil {
			t.Fatalf("the document cannot be read back: %v", err)
		}
		reread := indexed(t, read)
		for _, request := range drawRequests(t, world, requestsPerWorld) {
			request.Resource.Type = rapid.SampledFrom(kinds).Draw(t, "kind")
			got, want := after.Check(request), reader.Decide(request, clock)
			if got != want || reread.Check(request) != want || after.Explain(request).Decision != want {
				t.Fatalf("check says %v, the naive evaluator %v, to\n%s\nin\n%s", got, want, written(request), written(damaged))
			}
			if !isKind(was, request.Resource.Type) {
				continue
			}
			all++
			if before.Check(request) {
				allowed++
			}
			if got && !before.Check(request) {
				t.Fatalf("the damage allows\n%s\nin\n%s\nresolved to\n%s", written(request), written(damaged), encoded(t, doc))
			}
			if slices.Contains(doc.UnplacedKinds, request.Resource.Type) {
				lost++
				if got {
					t.Fatalf("allowed on a resource of a kind that is off the tree:\n%s\nin\n%s", written(request), written(damaged))
				}
			}
		}
	}, func() string {
		return fewer(lost, all/50, "%d of %d requests are about kinds off the tree", lost, all) +
			fewer(allowed, all/200, "%d of %d requests were allowed before", allowed, all)
	})
}

func withoutConstraints(world *model.World) {
	world.Catalog.Constraints = nil
	for i := range world.Structures {
		world.Structures[i].Constraints = nil
	}
}

// drawDamage draws what becomes of the structures of a world whose root stays: parents are misspelt, name the unit itself, one below
// it or nothing.
func drawDamage(t *rapid.T, world *model.World, root string) []model.Structure {
	structures := slices.Clone(world.Structures)
	kind := rapid.SampledFrom(kinds).Draw(t, "damaged kind")
	for i := range structures {
		structures[i].Units = slices.Clone(structures[i].Units)
		for j := range structures[i].Units {
			unit := &structures[i].Units[j]
			if unit.Name == root || unit.Kind != kind && !rarely(t, "another is damaged") {
				continue
			}
			below := []string{unit.Name}
			for _, other := range structures[i].Units {
				if other.Parent == unit.Name && other.Name != root {
					below = append(below, other.Name)
				}
			}
			unit.Parent = rapid.SampledFrom(append([]string{"u9", unit.Name + "x"}, below...)).Draw(t, "parent of "+unit.Name)
		}
	}
	return structures
}
