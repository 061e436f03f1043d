// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// userParts is over how many parts users are spread: so few that changed and unchanged users share one.
const userParts = 3

// edits change a world as people do, a little at a time.
var edits = map[string]func(t *rapid.T, world *model.World){
	"an assignment more": func(t *rapid.T, world *model.World) {
		user := rapid.SampledFrom(users).Draw(t, "user")
		world.Assignments = append(world.Assignments, drawAssignment(t, fmt.Sprintf("b%d", len(world.Assignments)), user, world))
	},
	"an assignment less": func(t *rapid.T, world *model.World) {
		if len(world.Assignments) > 1 {
			at := rapid.IntRange(0, len(world.Assignments)-1).Draw(t, "assignment")
			world.Assignments = slices.Delete(world.Assignments, at, at+1)
		}
	},
	"another assignment": func(t *rapid.T, world *model.World) {
		a := anAssignment(t, world)
		*a = drawAssignment(t, a.Ref.Name, a.User, world)
	},
	"a suspension": func(t *rapid.T, world *model.World) {
		a := anAssignment(t, world)
		a.Suspended = !a.Suspended
	},
	"another manager": func(t *rapid.T, world *model.World) {
		anAssignment(t, world).Manager = rapid.SampledFrom(append([]string{""}, users...)).Draw(t, "manager")
	},
	"another role": func(t *rapid.T, world *model.World) {
		role := &world.Roles[rapid.IntRange(0, len(world.Roles)-1).Draw(t, "role")]
		*role = drawRole(t, role.Ref.Name)
	},
	"a role more or less": func(t *rapid.T, world *model.World) {
		if len(world.Roles) > 1 && sometimes(t, "less") {
			world.Roles = world.Roles[1:]
			return
		}
		world.Roles = append(world.Roles, drawRole(t, fmt.Sprintf("r%d", 10+len(world.Roles))))
	},
	"other groups of units": func(t *rapid.T, world *model.World) {
		world.Structures[0].UnitGroups = drawStructures(t)[0].UnitGroups
	},
	"another tree": func(t *rapid.T, world *model.World) { world.Structures = drawStructures(t) },
	"another catalog": func(t *rapid.T, world *model.World) {
		constraints := world.Catalog.Constraints
		world.Catalog = drawCatalog(t)
		world.Catalog.Constraints = constraints
	},
	"nothing": func(*rapid.T, *model.World) {},
}

func anAssignment(t *rapid.T, world *model.World) *model.Assignment {
	return &world.Assignments[rapid.IntRange(0, len(world.Assignments)-1).Draw(t, "assignment")]
}

// TestLiveIndexIsTheFreshOne: an index that a source made out of the one before answers as the index of the whole document
// does, in every word, and so do the indexes that were there before.
func TestLiveIndexIsTheFreshOne(t *testing.T) {
	var few, all int
	property.Check(t, func(t *rapid.T) {
		world := copied(drawWorld(t))
		source := permissions.NewSource(permissions.WithClock(func() time.Time { return clock }))
		type pair struct{ live, fresh *engine.Index }
		var pairs []pair
		var known []string
		for revision := range int64(rapid.IntRange(2, 12).Draw(t, "revisions")) {
			what := "nothing"
			if revision > 0 {
				what = rapid.SampledFrom(slices.Sorted(maps.Keys(edits))).Draw(t, "edit")
				edits[what](t, world)
			}
			doc := resolve.Organization(world).Document
			index, parts := cut(t, doc, revision+1)
			var read []string
			if err := source.Update(index, func(part document.Part) ([]byte, error) {
				read = append(read, part.Digest)
				return parts[part.Digest], nil
			}); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if revision > 0 {
				all++
				if !slices.ContainsFunc(read, func(digest string) bool { return slices.Contains(known, digest) }) {
					few++
				}
			}
			known = slices.Collect(maps.Keys(parts))
			pairs = append(pairs, pair{(*engine.Index)(source.Index()), indexed(t, doc)})
			for _, request := range drawRequests(t, world, requestsPerWorld/3) {
				for _, p := range pairs[max(0, len(pairs)-2):] {
					compareIndexes(t, what, p.live, p.fresh, request)
				}
			}
		}
	}, func() string { return fewer(few, all/2, "of %d indexes, %d were made of what changed", all, few) })
}

func compareIndexes(t *rapid.T, what string, live, fresh *engine.Index, request *access.Request) {
	t.Helper()
	if got, want := live.Check(request), fresh.Check(request); got != want {
		t.Fatalf("%s: the live index says %v, the fresh one %v, to\n%s\n%s", what, got, want, written(request), fresh.Explain(request))
	}
	if got, want := live.Explain(request), fresh.Explain(request); !reflect.DeepEqual(got, want) {
		t.Fatalf("%s: the live index explains\n%s\nthe fresh one\n%s", what, got, want)
	}
	got, want := slices.Collect(live.WhoCan(request, "")), slices.Collect(fresh.WhoCan(request, ""))
	if !slices.Equal(got, want) {
		t.Fatalf("%s: the live index lists %v, the fresh one %v", what, got, want)
	}
}

// cut publishes a document as a large one is: the base, units, roles, and users in several parts.
func cut(t failer, doc *document.Document, revision int64) (index []byte, parts map[string][]byte) {
	t.Helper()
	base := *doc
	base.Units, base.UnitGroups, base.Roles, base.Users = nil, nil, nil, nil
	fragments := []any{base,
		map[string]any{"units": doc.Units, "unitGroups": doc.UnitGroups},
		map[string]any{"roles": doc.Roles},
	}
	spread := make([]map[string]document.User, userParts)
	for id, user := range doc.Users {
		hash := fnv.New32a()
		hash.Write([]byte(id))
		if part := hash.Sum32() % userParts; spread[part] == nil {
			spread[part] = map[string]document.User{id: user}
		} else {
			spread[part][id] = user
		}
	}
	for _, some := range spread {
		if some != nil {
			fragments = append(fragments, map[string]any{"users": some})
		}
	}
	publication := document.Publication{
		Schema: document.PublicationSchema, Namespace: doc.Namespace, Organization: doc.Organization, UID: "1",
		Revision: revision, PublishTime: clock, Counts: doc.Counts(),
	}
	parts = map[string][]byte{}
	for _, fragment := range fragments {
		text, err := json.Marshal(fragment)
		if err != nil {
			t.Fatalf("%v", err)
		}
		part := document.Part{ConfigMap: fmt.Sprintf("part-%d", len(parts)), Name: "part.json", Digest: document.Digest(text), Bytes: len(text)}
		publication.Parts = append(publication.Parts, part)
		parts[part.Digest] = text
	}
	index, err := json.Marshal(publication)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return index, parts
}
