// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// furtherEdits change what edits leave alone.
var furtherEdits = map[string]func(t *rapid.T, world *model.World){
	"other features": func(t *rapid.T, world *model.World) { world.Organization.Features = few(t, "features", features, 0, 2) },
	"another plan": func(t *rapid.T, world *model.World) {
		world.Organization.Plan = one(t, "plan", append(slices.Clone(plans), ""))
	},
	"other default grants": func(t *rapid.T, world *model.World) {
		world.Organization.DefaultGrants = nil
		for i := range rapid.IntRange(0, 2).Draw(t, "default grants") {
			grant := drawGrant(t, world)
			grant.Name = fmt.Sprintf("d%d", i)
			world.Organization.DefaultGrants = append(world.Organization.DefaultGrants, grant)
		}
	},
	"another group": func(t *rapid.T, world *model.World) {
		world.Groups = nil
		for i := range rapid.IntRange(0, 2).Draw(t, "groups") {
			world.Groups = append(world.Groups, drawGroup(t, fmt.Sprintf("a%d", i), world))
		}
	},
	"other attributes": func(t *rapid.T, world *model.World) { anAssignment(t, world).Attributes = drawAttributes(t) },
	"another home unit": func(t *rapid.T, world *model.World) {
		anAssignment(t, world).HomeUnit = rapid.SampledFrom(append(unitsOf(world), "", "u9")).Draw(t, "home unit")
	},
	"other attributes of units": func(t *rapid.T, world *model.World) {
		structure := &world.Structures[0]
		structure.Units = slices.Clone(structure.Units)
		for i := range structure.Units {
			structure.Units[i].Attributes = drawAttributes(t)
		}
	},
	"another expression": func(t *rapid.T, world *model.World) {
		world.Catalog.Qualifiers = slices.Clone(world.Catalog.Qualifiers)
		world.Catalog.Qualifiers[0].Expression = rapid.SampledFrom(expressions).Draw(t, "expression")
	},
	"another prohibition": func(t *rapid.T, world *model.World) {
		world.Catalog.Prohibitions = []model.Prohibition{{
			Name: "i1", Selector: drawSelector(t), Expression: rapid.SampledFrom(refusals).Draw(t, "refusal"),
		}}
	},
	"other types": func(t *rapid.T, world *model.World) {
		world.Catalog.SubjectTypes = some(t, "subject types", []string{"user", "person"}, 0, 2)
		world.Catalog.Permissions = slices.Clone(world.Catalog.Permissions)
		world.Catalog.Permissions[0].ResourceTypes = some(t, "resource types", []string{"doc", "site", "user"}, 0, 2)
	},
	"another world": func(t *rapid.T, world *model.World) { *world = *drawWorld(t) },
}

// TestDifferenceIsComplete: whenever Check differs between two states, the difference says so of that user, permission and place,
// in that direction; what it says to be gained is so, and nothing that it says not to be lost is.
func TestDifferenceIsComplete(t *testing.T) {
	var differ, gained, conditional, all int
	property.Check(t, func(t *rapid.T) {
		was := drawWorld(t)
		is := copied(was)
		for range rapid.IntRange(1, 3).Draw(t, "edits") {
			drawEdit(t, is)
		}
		for _, order := range [][2]*model.World{{was, is}, {is, was}} {
			c := newComparison(t, order[0], order[1])
			for request := range c.requests(t) {
				all++
				if c.compare(t, request) {
					differ++
				}
			}
			certain, others := c.requireGains(t)
			gained += certain
			conditional += others
		}
	}, func() string {
		if few := fewer(differ, all/200, "of %d answers, %d differ", all, differ); few != "" {
			return few
		}
		return fewer(min(gained, conditional), 5, "of what is gained, %d are without a condition, %d on one", gained, conditional)
	})
}

func drawEdit(t *rapid.T, world *model.World) {
	every := maps.Clone(edits)
	maps.Copy(every, furtherEdits)
	every[rapid.SampledFrom(slices.Sorted(maps.Keys(every))).Draw(t, "edit")](t, world)
}

// compared are two states with what is said to differ between them.
type compared struct {
	worlds     [2]*model.World
	docs       [2]*document.Document
	indexes    [2]*engine.Index
	difference *change.Difference
	now        time.Time
	// byUser are the effects of each user.
	byUser map[string][]*change.Effect
}

func newComparison(t *rapid.T, was, is *model.World) *compared {
	c := &compared{worlds: [2]*model.World{was, is}, now: clock, byUser: map[string][]*change.Effect{}}
	var resolutions [2]*resolve.Resolution
	for i, world := range c.worlds {
		resolutions[i] = resolve.Organization(world)
		c.docs[i] = resolutions[i].Document
		index, err := engine.NewIndex(c.docs[i], engine.WithClock(func() time.Time { return c.now }))
		if err != nil {
			t.Fatal(err)
		}
		c.indexes[i] = index
	}
	var err error
	if c.difference, err = change.Between(resolutions[0], resolutions[1], change.Options{At: clock}); err != nil {
		t.Fatal(err)
	}
	for i := range c.difference.Effects {
		for _, user := range c.difference.Effects[i].Users {
			c.byUser[user.ID] = append(c.byUser[user.ID], &c.difference.Effects[i])
		}
	}
	return c
}

// requests yields, for each user, permission and unit of both states, requests with any values of dimensions, at several times.
func (c *compared) requests(t *rapid.T) func(yield func(*access.Request) bool) {
	var drawn []*access.Request
	for _, world := range c.worlds {
		drawn = append(drawn, drawRequests(t, world, 2)...)
	}
	places := slices.Concat([]string{"", "u9"}, unitsOf(c.worlds[0]), unitsOf(c.worlds[1]))
	slices.Sort(places)
	return func(yield func(*access.Request) bool) {
		for _, after := range []time.Duration{0, -2 * time.Hour, time.Minute, 2 * time.Hour} {
			c.now = clock.Add(after)
			for _, request := range drawn {
				for _, user := range append([]string{"zoe"}, users...) {
					for _, permission := range names {
						for _, place := range slices.Compact(places) {
							asked := *request
							asked.Subject.ID, asked.Action.Name = user, permission
							asked.Resource.Properties = maps.Clone(request.Resource.Properties)
							if asked.Resource.Properties == nil {
								asked.Resource.Properties = map[string]any{}
							}
							asked.Resource.Properties["unit"] = place
							if place == "" {
								delete(asked.Resource.Properties, "unit")
							}
							if !yield(&asked) {
								return
							}
						}
					}
				}
			}
		}
	}
}

// compare fails if both answers to a request differ and the difference does not say so, or if it says that they cannot. It reports whether
// they differ.
func (c *compared) compare(t *rapid.T, request *access.Request) bool {
	t.Helper()
	had, has := c.indexes[0].Check(request), c.indexes[1].Check(request)
	said, denied := c.movedRequest(request), ""
	for _, e := range c.byUser[request.Subject.ID] {
		if !slices.Contains(e.Permissions, request.Action.Name) || !c.within(e, request) {
			continue
		}
		said = said || had != has && (has && e.Kind.Gains() || had && e.Kind.Loses())
		if e.Kind == change.Gained && had || e.Kind == change.Lost && has || e.Kind == change.Widened && had && !has ||
			e.Kind == change.Narrowed && has && !had {
			denied = written(e)
		}
	}
	if had != has && !said {
		t.Fatalf("the answer turns from %t to %t, and the difference does not say so:\n%s\nat %s\nbefore: %s\nafter: %s\n%s", had, has,
			written(request), c.now, c.indexes[0].Explain(request), c.indexes[1].Explain(request), written(c.difference.Effects))
	}
	if denied != "" && !c.movedRequest(request) {
		t.Fatalf("the answer turns from %t to %t, and the difference says otherwise:\n%s\nat %s\n%s", had, has, written(request), c.now, denied)
	}
	return had != has
}

// movedRequest reports whether the difference says that requests of a type are about units in one of the states only.
func (c *compared) movedRequest(request *access.Request) bool {
	return slices.ContainsFunc(c.difference.Moved, func(m change.Moved) bool { return m.Type == request.Resource.Type }) ||
		c.isAboutUser(request) && slices.ContainsFunc(c.difference.About, func(about change.AboutUsers) bool {
			return slices.Contains(about.Users, request.Resource.ID)
		}) ||
		slices.ContainsFunc(c.difference.Types, func(of change.TypeChange) bool {
			differs := func(word string) bool { return slices.Contains(of.Before, word) != slices.Contains(of.After, word) }
			if of.Permission == "" {
				return differs(request.Subject.Type) || differs(request.Resource.Type)
			}
			return of.Permission == request.Action.Name && (differs(request.Resource.Type) || len(of.Before)*len(of.After) == 0)
		})
}

// named gives a request types that both states know: of a subject, and of a resource that its permission is about. It fails if there are none.
func (c *compared) named(request *access.Request) bool {
	both := func(words [2][]string) string {
		for _, word := range words[0] {
			if slices.Contains(words[1], word) {
				return word
			}
		}
		return ""
	}
	var subjects, resources [2][]string
	for i, doc := range c.docs {
		subjects[i] = doc.EffectiveSubjectTypes()
		for _, word := range []string{request.Resource.Type, "doc"} {
			permission, known := doc.Permissions[request.Action.Name]
			if (!known || permission.IsAbout(word)) && (word == request.Resource.Type || request.Resource.Type == "") {
				resources[i] = append(resources[i], word)
			}
		}
	}
	isAny := slices.Contains(resources[0], request.Resource.Type) && slices.Contains(resources[1], request.Resource.Type)
	if request.Subject.Type = both(subjects); !isAny {
		request.Resource.Type = both(resources)
	}
	return request.Subject.Type != "" && (isAny || request.Resource.Type != "")
}

// within reports whether an effect is about the place, the values and the time of a request.
func (c *compared) within(e *change.Effect, request *access.Request) bool {
	if w := e.Where.Window; w.StartTime != nil && c.now.Before(*w.StartTime) || w.EndTime != nil && !c.now.Before(*w.EndTime) {
		return false
	}
	properties := c.propertiesOf(request)
	for _, values := range e.Where.Values {
		value, given := properties[values.Dimension]
		text, isText := value.(string)
		_, known := find(c.docs, values.Dimension, text)
		if !given && !values.None || given && isText && known && !slices.Contains(values.Values, text) || given && (!isText || !known) && !values.Other {
			return false
		}
	}
	if slices.ContainsFunc(c.docs[:], func(doc *document.Document) bool { return isKind(doc, request.Resource.Type) }) {
		return e.Where.IncludesResource(change.Resource{Type: request.Resource.Type, ID: request.Resource.ID})
	}
	return e.Where.Includes(c.placeOf(e, properties))
}

// isAboutUser reports whether the resource of a request is a user in one of the states.
func (c *compared) isAboutUser(request *access.Request) bool {
	return slices.ContainsFunc(c.indexes[:], func(x *engine.Index) bool { return x.IsSubjectType(request.Resource.Type) })
}

// propertiesOf returns the properties of the resource of a request: of a user, what the directory knows of them stands.
func (c *compared) propertiesOf(request *access.Request) map[string]any {
	if !c.isAboutUser(request) {
		return request.Resource.Properties
	}
	properties := maps.Clone(request.Resource.Properties)
	delete(properties, "unit")
	// If the states differ in the user, the difference says so whatever the properties.
	for _, doc := range c.docs {
		user := doc.Users[request.Resource.ID]
		maps.Copy(properties, user.Attributes)
		if user.HomeUnit != "" {
			properties["unit"] = user.HomeUnit
		}
	}
	return properties
}

// isKind holds for the kind of a unit, whether or not that counts.
func isKind(doc *document.Document, kind string) bool {
	if slices.Contains(doc.UnplacedKinds, kind) {
		return true
	}
	for name := range doc.Units {
		if kind != "" && doc.Units[name].Kind == kind {
			return true
		}
	}
	return false
}

func find(docs [2]*document.Document, dimension, value string) (int, bool) {
	for i, doc := range docs {
		if slices.Contains(doc.Dimensions[dimension], value) {
			return i, true
		}
	}
	return 0, false
}

// placeOf returns the unit in which a resource with some properties lies.
func (c *compared) placeOf(e *change.Effect, properties map[string]any) string {
	unit, given := properties["unit"]
	if given {
		name, _ := unit.(string)
		return name
	}
	if e.Where.Includes("") {
		return ""
	}
	if was, is := rootOf(c.docs[0]), rootOf(c.docs[1]); was != is {
		return "no unit"
	}
	return rootOf(c.docs[0])
}

func rootOf(doc *document.Document) string {
	for name, unit := range doc.Units {
		if unit.Parent == "" {
			return name
		}
	}
	return ""
}

// requireGains fails unless what is gained or lost without a condition is. It counts those, and those on a condition.
func (c *compared) requireGains(t *rapid.T) (certain, conditional int) {
	t.Helper()
	for i := range c.difference.Effects {
		e := &c.difference.Effects[i]
		if e.Kind != change.Gained && e.Kind != change.Lost {
			continue
		}
		condition := e.After
		if e.Kind == change.Lost {
			condition = e.Before
		}
		if !condition.Unconditional() {
			conditional++
			continue
		}
		request := &access.Request{
			Subject: access.Subject{Type: "user", ID: e.Users[0].ID}, Action: access.Action{Name: e.Permissions[0]},
			Resource: access.Resource{Properties: map[string]any{}},
		}
		if len(e.Where.Names()) == 0 {
			request.Resource.Type, request.Resource.ID = e.Where.Resources[0].Type, e.Where.Resources[0].ID
		} else if unit := e.Where.Names()[0]; unit != "" {
			request.Resource.Properties["unit"] = unit
		}
		for _, values := range e.Where.Values {
			switch {
			case len(values.Values) > 0:
				request.Resource.Properties[values.Dimension] = values.Values[0]
			case values.Other:
				request.Resource.Properties[values.Dimension] = "another"
			}
		}
		if !c.named(request) {
			continue
		}
		certain++
		switch w := e.Where.Window; {
		case w.StartTime != nil:
			c.now = *w.StartTime
		case w.EndTime != nil:
			c.now = w.EndTime.Add(-time.Second)
		default:
			c.now = clock
		}
		if had, has := c.indexes[0].Check(request), c.indexes[1].Check(request); had != (e.Kind == change.Lost) || has != (e.Kind == change.Gained) {
			t.Fatalf("the answer is %t before and %t after to\n%s\nat %s, for\n%s", had, has, written(request), c.now, written(e))
		}
	}
	return certain, conditional
}

// factExpressions read what the directory knows.
var factExpressions = []string{
	`subject.properties.level > 1`, `has(subject.properties.level)`, `'level' in subject.properties`, `resource.unit.open`,
	`!has(resource.unit.open)`, `resource.properties.open == true`, `directory.isAbove(subject.id, resource.properties.owner)`,
	`directory.isManager(subject.id, resource.properties.owner)`, `directory.isAbove(resource.properties.owner, subject.id)`,
	`directory.isManager(resource.properties.owner, subject.id)`, `directory.isAbove(resource.properties.owner, 'ben')`,
}

// TestDifferenceOfFacts: the same of conditions that depend on facts alone, where these change and nothing that is written of roles
// and grants does.
func TestDifferenceOfFacts(t *testing.T) {
	var differ, all int
	property.Check(t, func(t *rapid.T) {
		was := drawWorld(t)
		was.Catalog.Prohibitions = nil
		for i := range was.Catalog.Qualifiers {
			was.Catalog.Qualifiers[i].Expression = rapid.SampledFrom(factExpressions).Draw(t, "expression")
		}
		for i := range was.Roles {
			was.Roles[i].Rules = append(was.Roles[i].Rules, model.Rule{
				Selector: model.Selector{Sections: []string{"*"}}, Qualifiers: []string{was.Catalog.Qualifiers[0].Name},
			})
		}
		is := copied(was)
		for i := range is.Assignments {
			a := &is.Assignments[i]
			if rapid.Bool().Draw(t, "another manager") {
				a.Manager = rapid.SampledFrom(append([]string{""}, users...)).Draw(t, "manager")
			}
			if sometimes(t, "other attributes") {
				a.Attributes = drawAttributes(t)
			}
			if sometimes(t, "another home unit") {
				a.HomeUnit = one(t, "home unit", unitsOf(is))
			}
		}
		if rapid.Bool().Draw(t, "other attributes of units") {
			furtherEdits["other attributes of units"](t, is)
		}
		for _, order := range [][2]*model.World{{was, is}, {is, was}} {
			c := newComparison(t, order[0], order[1])
			for request := range c.requests(t) {
				for _, owner := range users {
					request.Resource.Properties["owner"] = owner
					all++
					if c.compare(t, request) {
						differ++
					}
				}
			}
		}
	}, func() string { return fewer(differ, all/500, "of %d answers, %d differ", all, differ) })
}
