// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// TestMemoryAgreesWithNone: whatever happens to an organization, one that is resolved over and over with a memory comes to
// what it comes to without one; and the memory tells of every user of whom something else is to be published.
func TestMemoryAgreesWithNone(t *testing.T) {
	var edits, changed int
	rapid.Check(t, func(t *rapid.T) {
		e := &edited{world: drawWorld(t)}
		for i := range e.world.Assignments {
			e.assignments = append(e.assignments, e.stored(e.world.Assignments[i]))
		}
		memory := &resolve.Memory{}
		former := memory.Organization(e.world, cached(e.assignments))
		for range rapid.IntRange(1, 6).Draw(t, "edits") {
			kept := encoded(t, former.Document)
			e.edit(t)
			got, want := memory.Organization(e.world, cached(shuffled(t, e.assignments))), resolve.Organization(e.written())
			compareResolutions(t, want, got)
			requireChanges(t, former, got)
			if !bytes.Equal(kept, encoded(t, former.Document)) {
				t.Fatalf("a later resolution changed the document of a former one, which was\n%s", kept)
			}
			edits++
			if !bytes.Equal(kept, encoded(t, got.Document)) {
				changed++
			}
			former = got
		}
	})
	t.Logf("%d of %d edits changed the document", changed, edits)
	if changed < edits/4 {
		t.Errorf("only %d of %d edits changed the document: the edits do too little", changed, edits)
	}
}

// TestMemoryForgetsWhatIsMissing: a catalog that goes and comes back leaves nothing behind.
func TestMemoryForgetsWhatIsMissing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := &edited{world: drawWorld(t)}
		for i := range e.world.Assignments {
			e.assignments = append(e.assignments, e.stored(e.world.Assignments[i]))
		}
		memory, without := &resolve.Memory{}, *e.world
		without.Catalog = nil
		memory.Organization(e.world, cached(e.assignments))
		gone := memory.Organization(&without, cached(e.assignments))
		if want := resolve.Organization(&without); gone.Document != nil || !slices.Equal(want.Findings, gone.Findings) {
			t.Fatalf("without its catalog the organization comes to\n%s", lines(gone.Findings))
		}
		again := memory.Organization(e.world, cached(e.assignments))
		compareResolutions(t, resolve.Organization(e.written()), again)
		if !again.Fresh {
			t.Fatal("the memory claims to know what readers of the one before see")
		}
	})
}

// cached are assignments as a cache holds them.
type cached []*model.Assignment

func (c cached) Len() int { return len(c) }

func (c cached) Origin(i int) (user string, origin model.Origin) { return c[i].User, c[i].Origin }

func (c cached) Read(i int) *model.Assignment { return c[i] }

// edited is a world on which edits are made, as a cache sees them.
type edited struct {
	world       *model.World
	assignments []*model.Assignment
	count       int
}

// written is the world with the assignments that it has now.
func (e *edited) written() *model.World {
	world := *e.world
	world.Assignments = nil
	for _, a := range e.assignments {
		world.Assignments = append(world.Assignments, *a)
	}
	return &world
}

func (e *edited) edit(t *rapid.T) {
	e.assignments = slices.Clone(e.assignments)
	if len(e.assignments) == 0 || sometimes(t, "another assignment") {
		name := fmt.Sprintf("b%d", e.count)
		e.assignments = append(e.assignments, e.draw(t, name, rapid.SampledFrom(users).Draw(t, "user")))
		return
	}
	at := rapid.IntRange(0, len(e.assignments)-1).Draw(t, "which")
	former := e.assignments[at]
	switch rapid.IntRange(0, 9).Draw(t, "edit") {
	case 0, 1:
		e.assignments = slices.Delete(e.assignments, at, at+1)
	case 2:
		e.assignments[at] = e.draw(t, former.Name, rapid.SampledFrom(users).Draw(t, "another user"))
	case 3:
		world := copied(e.world)
		world.Roles[0] = drawRole(t, world.Roles[0].Name)
		e.world = world
	case 4:
		// Its status changed: the cache holds another object of the same origin.
		equal := *former
		e.assignments[at] = &equal
	case 5:
		nameless := *e.draw(t, former.Name, former.User)
		nameless.Origin = model.Origin{}
		e.assignments[at] = &nameless
	case 6, 7:
		next := *e.draw(t, former.Name, former.User)
		next.Created, next.Origin = former.Created, model.Origin{UID: former.UID, Generation: former.Generation + 1}
		e.assignments[at] = &next
	default:
		e.assignments[at] = e.draw(t, former.Name, former.User)
	}
}

// stored gives an assignment an origin of its own.
func (e *edited) stored(a model.Assignment) *model.Assignment {
	e.count++
	a.Origin = model.Origin{UID: fmt.Sprintf("uid-%d", e.count), Generation: 1}
	return &a
}

func (e *edited) draw(t *rapid.T, name, user string) *model.Assignment {
	return e.stored(drawAssignment(t, name, user, e.world))
}

func compareResolutions(t *rapid.T, want, got *resolve.Resolution) {
	t.Helper()
	compareDocuments(t, want, got)
	if !maps.Equal(want.Holders, got.Holders) {
		t.Fatalf("with a memory the holders are %v, without %v", got.Holders, want.Holders)
	}
	for _, now := range []time.Time{clock.Add(-24 * time.Hour), clock, clock.Add(time.Second), clock.AddDate(0, 0, 30)} {
		wantFound, wantNext := want.At(now)
		gotFound, gotNext := got.At(now)
		if !slices.Equal(wantFound, gotFound) || !wantNext.Equal(gotNext) {
			t.Fatalf("with a memory, findings until %s:\n%s\nwithout, until %s:\n%s", gotNext, lines(gotFound), wantNext, lines(wantFound))
		}
	}
}

// requireChanges fails when a resolution does not name a user whose entry is another than in the former one.
func requireChanges(t *rapid.T, former, got *resolve.Resolution) {
	t.Helper()
	if got.Fresh {
		return
	}
	for _, id := range users {
		was, knew := former.Document.Users[id]
		is, known := got.Document.Users[id]
		if (knew != known || !reflect.DeepEqual(was, is)) && !slices.Contains(got.Changed, id) {
			t.Fatalf("user %s is not told to have changed from\n%s\nto\n%s", id, written(was), written(is))
		}
	}
	was, is := *former.Document, *got.Document
	was.Users, is.Users = nil, nil
	if !reflect.DeepEqual(was, is) {
		t.Fatal("something beside users changed, and the resolution does not say so")
	}
}
