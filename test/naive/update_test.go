// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"bytes"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/test/property"
)

// TestUpdateIsResolution: whatever happens to an organization, a resolution that is updated from the one before is the one from
// scratch, and names every user whose entry in the document differs.
func TestUpdateIsResolution(t *testing.T) {
	var edits, changed int
	property.Check(t, func(t *rapid.T) {
		e := &edited{world: drawWorld(t)}
		for i := range e.world.Assignments {
			e.assignments = append(e.assignments, e.stored(e.world.Assignments[i]))
		}
		former, _ := resolve.Update(nil, e.world, model.Everything(), cached(e.assignments))
		for range rapid.IntRange(1, 6).Draw(t, "edits") {
			kept := encoded(t, former.Document)
			before, world := e.assignments, e.world
			e.edit(t)
			difference := model.Everything()
			if e.world == world || e.changedRequest != "" {
				difference = differing(before, e.assignments, e.changedRequest)
			}
			got, differs := resolve.Update(former, e.world, difference, cached(shuffled(t, e.assignments)))
			want := resolve.Organization(e.written())
			compareResolutions(t, want, got)
			requireChanges(t, former, got, differs)
			if !bytes.Equal(kept, encoded(t, former.Document)) {
				t.Fatalf("a later resolution changed the document of a former one, which was\n%s", kept)
			}
			edits++
			if !bytes.Equal(kept, encoded(t, got.Document)) {
				changed++
			}
			former = got
		}
	}, func() string { return fewer(changed, edits/4, "of %d edits, %d changed the document", edits, changed) })
}

// TestCatalogGoesAndComesBack: a catalog that goes and comes back leaves nothing behind.
func TestCatalogGoesAndComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := &edited{world: drawWorld(t)}
		for i := range e.world.Assignments {
			e.assignments = append(e.assignments, e.stored(e.world.Assignments[i]))
		}
		without := *e.world
		without.Catalog = nil
		before, _ := resolve.Update(nil, e.world, model.Everything(), cached(e.assignments))
		gone, _ := resolve.Update(before, &without, model.Everything(), cached(e.assignments))
		if want := resolve.Organization(&without); gone.Document != nil || !slices.Equal(want.Findings, gone.Findings) {
			t.Fatalf("without its catalog the organization resolves to\n%s", lines(gone.Findings))
		}
		again, differs := resolve.Update(gone, e.world, model.Difference{}, cached(e.assignments))
		compareResolutions(t, resolve.Organization(e.written()), again)
		if !differs.IsEverything() {
			t.Fatal("the resolution claims to know what readers of the one before see")
		}
	})
}

// cached are assignments as a cache holds them.
type cached []*model.Assignment

func (c cached) Len() int { return len(c) }

func (c cached) Of(difference model.Difference) iter.Seq2[string, []*model.Assignment] {
	byUser := map[string][]*model.Assignment{}
	for _, a := range c {
		if difference.Includes(a.User) {
			byUser[a.User] = append(byUser[a.User], a)
		}
	}
	return maps.All(byUser)
}

// differing returns the users with an assignment that was added, removed or changed, and more.
func differing(before, after []*model.Assignment, more ...string) model.Difference {
	changed := more
	for _, lists := range [][2][]*model.Assignment{{before, after}, {after, before}} {
		for _, a := range lists[0] {
			if !slices.Contains(lists[1], a) {
				changed = append(changed, a.User)
			}
		}
	}
	return model.OfUsers(slices.Values(changed))
}

// edited is a world on which edits are made, as a cache sees them.
type edited struct {
	world       *model.World
	assignments []*model.Assignment
	count       int
	// changedRequest is the user to whom the last edit gave something by a request, or no longer does; empty if it did not.
	changedRequest string
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
	if e.changedRequest = ""; sometimes(t, "a request") {
		e.editRequest(t)
		return
	}
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

// editRequest has a request begin or cease to give a role.
func (e *edited) editRequest(t *rapid.T) {
	world := *e.world
	e.count++
	if len(world.Requested) > 0 && rapid.Bool().Draw(t, "ceases") {
		e.changedRequest = world.Requested[0].User
		world.Requested = world.Requested[1:]
	} else {
		begun := drawRequested(t, fmt.Sprintf("request-%d", e.count), &world)
		for _, a := range e.assignments {
			if a.User == begun.User && rapid.Bool().Draw(t, "is known by the assignment") {
				begun.Records = append(begun.Records, model.UserRecord{Kind: model.KindAssignment, Origin: a.Origin})
			}
		}
		e.changedRequest = begun.User
		world.Requested = append(slices.Clone(world.Requested), begun)
	}
	e.world = &world
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
		t.Fatalf("updated the holders are %v, from scratch %v", got.Holders, want.Holders)
	}
	for _, now := range []time.Time{clock.Add(-24 * time.Hour), clock, clock.Add(time.Second), clock.AddDate(0, 0, 30)} {
		wantFound, wantNext := want.At(now)
		gotFound, gotNext := got.At(now)
		if !slices.Equal(wantFound, gotFound) || !wantNext.Equal(gotNext) {
			t.Fatalf("updated, findings until %s:\n%s\nfrom scratch, until %s:\n%s", gotNext, lines(gotFound), wantNext, lines(wantFound))
		}
	}
}

// requireChanges fails when a difference does not name a user whose entry is another than in the former one.
func requireChanges(t *rapid.T, former, got *resolve.Resolution, differs model.Difference) {
	t.Helper()
	if differs.IsEverything() {
		return
	}
	for _, id := range users {
		was, knew := former.Document.Users[id]
		is, known := got.Document.Users[id]
		if (knew != known || !reflect.DeepEqual(was, is)) && !differs.Includes(id) {
			t.Fatalf("user %s is not told to have changed from\n%s\nto\n%s", id, written(was), written(is))
		}
	}
	was, is := *former.Document, *got.Document
	was.Users, is.Users = nil, nil
	if !reflect.DeepEqual(was, is) {
		t.Fatal("something beside users changed, and the resolution does not say so")
	}
}
