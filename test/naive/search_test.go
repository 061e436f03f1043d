// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/naive"
	"github.com/rolewright/rolewright/test/property"
)

// searchesPerWorld is how many requests are turned into searches in each world.
const searchesPerWorld = 10

// sought is a world with what answers about it.
type sought struct {
	*rapid.T
	world    *model.World
	document *document.Document
	index    *engine.Index
	reader   *naive.Reader
}

// drawSought draws a world with more to find than others have: users, units of a kind, rules with qualifiers.
func drawSought(t *rapid.T) *sought {
	world := drawWorld(t)
	drawTypes(t, world)
	for _, structure := range world.Structures {
		for i := range structure.Units {
			if unit := &structure.Units[i]; unit.Kind == "" && rapid.Bool().Draw(t, "has a kind after all") {
				unit.Kind = rapid.SampledFrom(kinds).Draw(t, "kind")
			}
		}
	}
	for i := range world.Catalog.Qualifiers {
		if rapid.Bool().Draw(t, "reads the resource") {
			world.Catalog.Qualifiers[i].Expression = rapid.SampledFrom([]string{
				`resource.properties.owner == subject.id`, `resource.properties.open == true || resource.unit.open`, `resource.id == '17'`,
			}).Draw(t, "expression")
		}
	}
	for i := range world.Roles {
		for j := range world.Roles[i].Rules {
			if rule := &world.Roles[i].Rules[j]; rapid.Bool().Draw(t, "qualified after all") {
				rule.Qualifiers = some(t, "qualifiers", declared(world.Catalog.Qualifiers, func(q model.Qualifier) string { return q.Name }), 1, 2)
			}
		}
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "more assignments") {
		user := rapid.SampledFrom([]string{"gil", "hal", "ida", "jim", "Kim", "ann"}).Draw(t, "user")
		world.Assignments = append(world.Assignments, drawAssignment(t, fmt.Sprintf("b%d", i), user, world))
	}
	doc := resolve.Organization(world).Document
	return &sought{T: t, world: world, document: doc, index: indexed(t, doc), reader: naive.Read(world)}
}

// TestSearchesAgreeWithNaive asks the naive evaluator about each candidate by itself, and compares that with what the
// searches find in one run and page by page.
func TestSearchesAgreeWithNaive(t *testing.T) {
	found, asked := map[string]int{}, 0
	property.Check(t, func(t *rapid.T) {
		s := drawSought(t)
		for _, request := range drawRequests(t, s.world, searchesPerWorld) {
			asked++
			users := slices.Concat(usersOf(s.world), slices.Collect(maps.Keys(s.document.Users)), []string{"", "z9"})
			found["users"] += s.compare("WhoCan", request, s.index.WhoCan, users, func(r *access.Request, id string) { r.Subject.ID = id })
			all := append(permissionsOf(s.world), names...)
			found["permissions"] += s.compare("WhatCan", request, s.index.WhatCan, all, func(r *access.Request, name string) { r.Action.Name = name })
			ofUnits := *request
			if rapid.Bool().Draw(t, "of a kind") {
				ofUnits.Resource.Type = rapid.SampledFrom(kinds).Draw(t, "kind")
			}
			users = slices.DeleteFunc(users, func(id string) bool { return id == "" })
			if s.index.IsSubjectType(ofUnits.Resource.Type) {
				found["users asked about"] += s.compare("ResourcesCan", &ofUnits, s.index.ResourcesCan, users, func(r *access.Request, id string) { r.Resource.ID = id })
				continue
			}
			ofKind := slices.DeleteFunc(unitsOf(s.world), func(name string) bool {
				return ofUnits.Resource.Type == "" || s.document.Units[name].Kind != ofUnits.Resource.Type
			})
			found["units"] += s.compare("ResourcesCan", &ofUnits, s.index.ResourcesCan, ofKind, func(r *access.Request, name string) { r.Resource.ID = name })
		}
	}, func() string {
		return fewer(min(found["users"], found["permissions"], found["units"], found["users asked about"]), asked/100, "%d searches of each sort found %v", asked, found)
	})
}

// compare compares a search with one decision after another, and returns how many it found.
func (s *sought) compare(
	search string, request *access.Request, run func(*access.Request, string) iter.Seq[string],
	candidates []string, set func(*access.Request, string),
) int {
	s.Helper()
	var want []string
	for _, name := range slices.Compact(slices.Sorted(slices.Values(candidates))) {
		each := *request
		set(&each, name)
		decided := s.reader.Decide(&each, clock)
		if got := s.index.Check(&each); got != decided {
			s.Fatalf("check says %v, the naive evaluator %v, to\n%s\nin\n%s", got, decided, written(each), written(s.world))
		}
		if decided {
			want = append(want, name)
		}
	}
	if got := slices.Collect(run(request, "")); !slices.Equal(got, want) {
		s.Fatalf("%s finds %q; asked one by one, it is %q, for\n%s\nin\n%s\nresolved to\n%s", search, got, want, written(request), written(s.world), encoded(s, s.document))
	}
	size := rapid.IntRange(1, 3).Draw(s.T, "page size")
	var paged []string
	for {
		after, page := "", 0
		if len(paged) > 0 {
			after = paged[len(paged)-1]
		}
		for name := range run(request, after) {
			if paged = append(paged, name); page == size-1 {
				break
			}
			page++
		}
		if len(paged) == 0 || paged[len(paged)-1] == after {
			break
		}
	}
	if !slices.Equal(paged, want) {
		s.Fatalf("the pages of %s hold %q; one run %q, for\n%s\nin\n%s", search, paged, want, written(request), encoded(s, s.document))
	}
	return len(want)
}

// TestWhereAgreesWithNaive: a resource in a unit is decided as what Where leaves says of it.
func TestWhereAgreesWithNaive(t *testing.T) {
	var unconditional, conditional, guarded int
	property.Check(t, func(t *rapid.T) {
		s := drawSought(t)
		for _, request := range drawRequests(t, s.world, searchesPerWorld) {
			if s.index.IsSubjectType(request.Resource.Type) {
				request.Resource.Type = "doc" // users are in one unit each: TestWhereOfUsers
			}
			places := map[string]access.Place{}
			last := ""
			for _, place := range s.index.Where(request) {
				if place.Unit <= last {
					t.Fatalf("%s follows %s", place.Unit, last)
				}
				last = place.Unit
				places[place.Unit] = place
				if len(place.Unless) > 0 {
					guarded++
				}
				if len(place.Alternatives) > 0 {
					conditional++
				} else {
					unconditional++
				}
			}
			for _, unit := range unitsOf(s.world) {
				in := s.resourceIn(request, unit)
				place, listed := places[unit]
				want := s.reader.Decide(in, clock)
				if got := listed && s.met(in, &place); got != want {
					t.Fatalf("what is left in %s, %s, says %v; the naive evaluator %v, to\n%s\nin\n%s\nresolved to\n%s\n%s",
						unit, written(place), got, want, written(in), written(s.world), encoded(t, s.document), s.index.Explain(in))
				}
			}
		}
	}, func() string {
		all := unconditional + conditional
		return fewer(min(conditional*10, guarded*100), all/5, "of %d places, %d have qualifiers, %d prohibitions", all, conditional, guarded)
	})
}

// resourceIn is the request about a resource with other properties, that lies in a unit or, if its type is the unit's
// kind, is that unit.
func (s *sought) resourceIn(request *access.Request, unit string) *access.Request {
	in := *request
	properties := drawAttributes(s.T)
	if sometimes(s.T, "someone's") {
		properties["owner"] = rapid.SampledFrom([]any{"ann", "ben", 3.0, request.Subject.ID}).Draw(s.T, "whose")
	}
	for _, dimension := range s.world.Catalog.Dimensions {
		if value, given := request.Resource.Properties[dimension.Name]; given {
			properties[dimension.Name] = value
		}
	}
	in.Resource.ID = "17"
	if s.document.Units[unit].Kind == request.Resource.Type {
		in.Resource.ID = unit
	}
	properties["unit"] = unit
	in.Resource.Properties = properties
	return &in
}

// met reports whether a resource meets what is left in its unit.
func (s *sought) met(in *access.Request, place *access.Place) bool {
	for _, name := range place.Unless {
		prohibition, known := s.index.Prohibition(name)
		if refused, err := s.reader.Evaluate(in, prohibition.Expression, clock); !known || refused || err != nil {
			return false
		}
	}
	isTrue := func(name string) bool {
		qualifier, known := s.index.Qualifier(name)
		result, err := s.reader.Evaluate(in, qualifier.Expression, clock)
		return known && err == nil && result
	}
	return len(place.Alternatives) == 0 || slices.ContainsFunc(place.Alternatives, func(alternative []string) bool {
		return len(alternative) > 0 && !slices.ContainsFunc(alternative, func(name string) bool { return !isTrue(name) })
	})
}
