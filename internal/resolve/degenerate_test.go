// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// degenerate draws worlds in which much comes to nothing: groups without units or without members, scopes without places or values,
// and names of what is gone, or is not yet there.
type degenerate struct{ *rapid.T }

// TestWhatComesToNothing: what assignments name may come to nothing, with or without a fault that anyone is told of, and come to
// something when anything else changes. Whatever it is that changes, the update is the resolution from scratch.
func TestWhatComesToNothing(t *testing.T) {
	// Unread counts the updates in which some users were not read again; told and untold those in which something came to be wrong,
	// or ceased to be, with what users have whose assignments stayed as they were.
	var updates, unread, told, untold int
	property.Check(t, func(t *rapid.T) {
		d := degenerate{t}
		before := d.world()
		resolution := resolve.Organization(before)
		for range rapid.IntRange(1, 6).Draw(t, "updates") {
			after, difference := d.changed(before)
			got, differs := resolve.Update(resolution, after, difference, byUser(after.Assignments))
			compareUpdate(t, got, resolve.Organization(after))
			d.comparePreview(got, after)
			updates++
			if got.ReadUsers < len(got.Document.Users) {
				unread++
			}
			for id, was := range resolution.Document.Users {
				is := got.Document.Users[id]
				if !reflect.DeepEqual(was, is) && !differs.Includes(id) {
					t.Fatalf("the documents may not differ in %s, who was\n%+v\nand is\n%+v", id, was, is)
				}
				if !difference.Includes(id) && len(is.Flaws) > len(was.Flaws) {
					told++
				}
				if !difference.Includes(id) && len(is.Flaws) < len(was.Flaws) {
					untold++
				}
			}
			before, resolution = after, got
		}
	}, func() string {
		if unread < updates/8 || told < updates/40 || untold < updates/40 {
			return fmt.Sprintf("%d updates, %d not of all users, %d with another fault, %d with one less", updates, unread, told, untold)
		}
		return ""
	})
}

// TestWhoHidesSomethingIsReadAgain: whose assignment names something that is neither published nor wrong is read again when it may
// come to be, and nobody else is.
func TestWhoHidesSomethingIsReadAgain(t *testing.T) {
	void := model.Scope{Groups: []string{"void"}}
	grant := func(name string, scope model.Scope) func(w *model.World, a *model.Assignment) {
		return func(_ *model.World, a *model.Assignment) {
			a.Grants = []model.Grant{{Name: "a", Role: role(name), Scope: scope}}
		}
	}
	override := func(scope model.Scope) func(w *model.World, a *model.Assignment) {
		return func(_ *model.World, a *model.Assignment) {
			a.Overrides = []model.Override{{Name: "a", Permission: "open", Scope: scope}}
		}
	}
	cook := func(w *model.World) { w.Roles = slices.Delete(w.Roles, 3, 4) }
	fill := func(w *model.World) { w.Structures[0].UnitGroups[1].Units = []string{"south"} }
	drop := func(w *model.World) { w.Structures[0].UnitGroups = w.Structures[0].UnitGroups[:1] }
	annex := func(w *model.World) { w.Structures[0].Units = w.Structures[0].Units[:4] }
	for name, c := range map[string]struct {
		world  func(w *model.World, a *model.Assignment)
		change func(w *model.World)
	}{
		"a grant in a group without units, of a role that goes": {grant("cook", void), cook},
		"a grant in a group that comes to have units":           {grant("cook", void), fill},
		"a grant in a group without units that goes":            {grant("cook", void), drop},
		"a grant of no value of a dimension":                    {grant("cook", model.Scope{Everywhere: true, Dimensions: []model.DimensionScope{{Name: "shift"}}}), cook},
		"a grant everywhere, that names a unit that goes":       {grant("guard", model.Scope{Everywhere: true, Units: []string{"annex"}}), annex},
		"a grant everywhere, that names a group that goes":      {grant("guard", model.Scope{Everywhere: true, Groups: []string{"void"}}), drop},
		"an override in a group without units that goes":        {override(void), drop},
		"an override in a group that comes to have units":       {override(void), fill},
		"an override in a group without units, of what goes":    {override(void), func(w *model.World) { w.Catalog.Permissions = w.Catalog.Permissions[:3] }},
		"an override everywhere, that names a unit that goes":   {override(model.Scope{Everywhere: true, Units: []string{"annex"}}), annex},
		"a suspended user, of whose roles one covers the other": {
			func(w *model.World, a *model.Assignment) {
				w.PlatformAssignments = []model.PlatformAssignment{{User: a.User, Suspended: true}}
				w.Groups = append(w.Groups, model.Group{Object: object(model.KindGroup, "kitchen"), Members: []string{a.User}, Grants: []model.Grant{
					{Name: "a", Role: role("cook"), Scope: model.Scope{Units: []string{"annex"}}},
					{Name: "b", Role: role("head"), Scope: model.Scope{Units: []string{"north"}}},
				}})
			},
			func(w *model.World) { w.Structures[0].Units[4].Parent = "south" },
		},
	} {
		t.Run(name, func(t *testing.T) {
			world := func() *model.World {
				w := village()
				if strings.Contains(name, "dimension") {
					w = inShifts(w)
				}
				structure := &w.Structures[0]
				structure.Units = append(structure.Units, model.Unit{Name: "annex", Parent: "north"})
				structure.UnitGroups = append(structure.UnitGroups, model.UnitGroup{Name: "void"})
				w.Roles = append(w.Roles, model.Role{Object: object(model.KindRole, "cook"), Rules: []model.Rule{{Selector: named("open")}}})
				a := model.Assignment{Object: object(model.KindAssignment, "hider"), User: "hider"}
				c.world(w, &a)
				w.Assignments = append(w.Assignments, a)
				return w
			}
			after := world()
			c.change(after)
			before := resolve.Organization(world())
			got, differs := resolve.Update(before, after, model.AllButUsers(), byUser(after.Assignments))
			want := resolve.Organization(after)
			if !reflect.DeepEqual(got.Document, want.Document) || !slices.Equal(got.Findings, want.Findings) || got.Steps != want.Steps {
				t.Errorf("the update is\n%+v %v\nfrom scratch it is\n%+v %v", got.Document, got.Findings, want.Document, want.Findings)
			}
			if slices.Equal(before.Findings, want.Findings) && reflect.DeepEqual(before.Document.Users, want.Document.Users) {
				t.Error("the change changes nothing, so it shows nothing")
			}
			if !differs.Includes("hider") || differs.Includes("plain") || differs.Includes("placed") {
				t.Errorf("%d users are read again, not the one who hides something, or others", got.ReadUsers)
			}
		})
	}
}

// inShifts gives a world a dimension, of which every grant and override covers all.
func inShifts(w *model.World) *model.World {
	all := []model.DimensionScope{{Name: "shift", All: true}}
	w.Catalog.Dimensions = []model.Dimension{{Name: "shift", Values: []string{"day"}}}
	for i := range w.Assignments {
		for j := range w.Assignments[i].Grants {
			w.Assignments[i].Grants[j].Scope.Dimensions = all
		}
		for j := range w.Assignments[i].Overrides {
			w.Assignments[i].Overrides[j].Scope.Dimensions = all
		}
	}
	for i := range w.Groups {
		for j := range w.Groups[i].Grants {
			w.Groups[i].Grants[j].Scope.Dimensions = all
		}
	}
	return w
}

// comparePreview compares a preview of other requests with the resolution from scratch.
func (d degenerate) comparePreview(from *resolve.Resolution, world *model.World) {
	d.Helper()
	asked := *world
	d.requests(&asked)
	var ids []string
	for _, requested := range slices.Concat(world.Requested, asked.Requested) {
		ids = append(ids, requested.User)
	}
	got := resolve.Preview(from, &asked, model.OfUsers(slices.Values(ids)), byUser(asked.Assignments))
	want := resolve.Organization(&asked)
	if len(ids) > 0 && got.Document.Users != nil {
		d.Fatalf("the document of a preview has users: %+v", got.Document.Users)
	}
	whole := *got.Document
	whole.Users = map[string]document.User{}
	for id := range got.Users() {
		whole.Users[id], _ = got.User(id)
	}
	if !reflect.DeepEqual(&whole, want.Document) || !slices.Equal(got.Findings, want.Findings) || !maps.Equal(got.Holders, want.Holders) {
		d.Fatalf("the preview is\n%+v %v %v\nfrom scratch it is\n%+v %v %v",
			whole, got.Findings, got.Holders, want.Document, want.Findings, want.Holders)
	}
}

func compareUpdate(t *rapid.T, got, want *resolve.Resolution) {
	t.Helper()
	if !reflect.DeepEqual(got.Document, want.Document) {
		t.Fatalf("the update is\n%+v\nfrom scratch it is\n%+v", got.Document, want.Document)
	}
	for days := range 3 {
		gotFound, gotNext := got.At(day(days - 1))
		wantFound, wantNext := want.At(day(days - 1))
		if !slices.Equal(gotFound, wantFound) || !gotNext.Equal(wantNext) {
			t.Fatalf("the update finds until %s\n%v\nfrom scratch there is found until %s\n%v", gotNext, gotFound, wantNext, wantFound)
		}
	}
	if !maps.Equal(got.Holders, want.Holders) {
		t.Fatalf("the update has the holders %v, from scratch they are %v", got.Holders, want.Holders)
	}
	// The order in which names are looked at counts for a few steps.
	if off := got.Steps - want.Steps; max(off, -off) > 10+want.Steps/100 {
		t.Fatalf("the update takes %d steps, from scratch it takes %d", got.Steps, want.Steps)
	}
}

var (
	degenerateUsers  = []string{"ann", "ben", "cem", "dia"}
	degenerateUnits  = []string{"north", "south", "ward"}
	degenerateGroups = []string{"void", "pilots"}
	degenerateRoles  = []string{"clerk", "guard", "head"}
)

func (d degenerate) once(in int, label string) bool {
	return rapid.IntRange(1, in).Draw(d.T, label) == in
}

func (d degenerate) one(label string, pool ...string) string {
	return rapid.SampledFrom(pool).Draw(d.T, label)
}

func (d degenerate) some(label string, most int, pool ...string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(pool), 0, most, rapid.ID).Draw(d.T, label)
}

func (d degenerate) world() *model.World {
	w := &model.World{
		Namespace: "health", Name: "hamlet",
		Organization: &model.Organization{Object: object(model.KindOrganization, "hamlet"), Catalog: "care"},
		Catalog: &model.Catalog{
			Object: model.Object{Ref: model.Ref{Kind: model.KindCatalog, Name: "care"}}, Sections: []string{"all"}, Features: []string{"trials"},
			Entitlements: []string{"key"}, Qualifiers: []model.Qualifier{{Name: "own", Expression: "resource.properties.owner == subject.id"}},
		},
		Structures: []model.Structure{{Object: object(model.KindStructure, "sites")}},
	}
	if d.once(3, "dimension") {
		w.Catalog.Dimensions = []model.Dimension{{Name: "shift", Values: []string{"day", "night"}}}
	}
	d.permissions(w)
	d.units(w)
	d.unitGroups(w)
	d.roles(w)
	for _, id := range degenerateUsers {
		w.Assignments = append(w.Assignments, d.assignment(id))
	}
	d.groups(w)
	d.defaults(w)
	return w
}

// changed returns a world in which one or two things are others, and the difference.
func (d degenerate) changed(w *model.World) (*model.World, model.Difference) {
	next, organization, catalog, structure := *w, *w.Organization, *w.Catalog, w.Structures[0]
	next.Organization, next.Catalog, next.Structures = &organization, &catalog, []model.Structure{structure}
	next.Assignments = slices.Clone(w.Assignments)
	changes := []func(*model.World){
		d.permissions, d.units, d.unitGroups, d.roles, d.roles, d.groups, d.defaults, d.platform, d.requests, d.constraints, d.expression,
	}
	difference := model.AllButUsers()
	for range rapid.IntRange(1, 2).Draw(d.T, "changes") {
		rapid.SampledFrom(changes).Draw(d.T, "change")(&next)
	}
	if d.once(4, "an assignment") {
		at := rapid.IntRange(0, len(next.Assignments)-1).Draw(d.T, "which")
		next.Assignments[at] = d.assignment(next.Assignments[at].User)
		difference = difference.Then(model.OfUsers(slices.Values([]string{next.Assignments[at].User})))
	}
	return &next, difference
}

func (d degenerate) permissions(w *model.World) {
	w.Catalog.Permissions = nil
	for _, name := range []string{"read", "write", "lock"} {
		p := model.Permission{Name: name, Section: "all", Implies: d.some("implied", 1, "read", "write", "lock")}
		if d.once(4, "requires a feature") {
			p.RequiredFeatures = []string{d.one("feature", "trials", "gone")}
		}
		p.Platform = d.once(6, "of level Platform")
		if !d.once(6, "no permission") {
			w.Catalog.Permissions = append(w.Catalog.Permissions, p)
		}
	}
}

func (d degenerate) expression(w *model.World) {
	w.Catalog.Prohibitions = nil
	if d.once(2, "a prohibition") {
		w.Catalog.Prohibitions = []model.Prohibition{{
			Name: "frozen", Selector: named("lock"), Expression: d.one("expression", "subject.properties.level == 1", "?"),
		}}
	}
}

func (d degenerate) units(w *model.World) {
	units := []model.Unit{{Name: "all"}}
	for _, name := range degenerateUnits {
		if !d.once(4, "no unit") {
			units = append(units, model.Unit{Name: name, Parent: d.one("parent", "all", "all", "north", "south")})
		}
	}
	w.Structures[0].Units = units
}

func (d degenerate) unitGroups(w *model.World) {
	w.Structures[0].UnitGroups = nil
	for _, name := range degenerateGroups {
		if !d.once(5, "no unit group") {
			group := model.UnitGroup{Name: name}
			if !d.once(2, "void") {
				group.Units = d.some("grouped", 2, degenerateUnits...)
			}
			w.Structures[0].UnitGroups = append(w.Structures[0].UnitGroups, group)
		}
	}
}

func (d degenerate) constraints(w *model.World) {
	w.Structures[0].Constraints = nil
	if d.once(3, "a constraint") {
		w.Structures[0].Constraints = []model.Constraint{apart(d.once(2, "per unit"), "clerk", "guard")}
	}
	if d.once(5, "holders") {
		w.Structures[0].Constraints = append(w.Structures[0].Constraints, limited("clerk", 1))
	}
}

func (d degenerate) roles(w *model.World) {
	w.Roles, w.PlatformRoles = nil, nil
	for _, name := range degenerateRoles {
		if d.once(3, "no role") {
			continue
		}
		r := trade(name, d.some("given", 2, "read", "write", "lock")...)
		if d.once(4, "entitled") {
			r.Rules[0].RequiredEntitlements = []string{"key"}
		}
		if d.once(5, "inherits") {
			r.Inherits = []model.Inheritance{{Role: d.role()}}
		}
		w.Roles = append(w.Roles, r)
	}
	if d.once(2, "a PlatformRole") {
		w.PlatformRoles = []model.Role{{
			Object:  model.Object{Ref: model.Ref{Kind: model.KindPlatformRole, Name: "support"}},
			Catalog: "care", Platform: d.once(2, "of the platform"), Rules: []model.Rule{{Selector: named("read")}},
		}}
	}
}

func (d degenerate) role() model.RoleRef {
	if d.once(8, "a PlatformRole is named") {
		return model.RoleRef{Kind: model.KindPlatformRole, Name: "support"}
	}
	return role(d.one("role", degenerateRoles...))
}

func (d degenerate) scope() model.Scope {
	scope := model.Scope{
		Units: d.some("units", 1, append([]string{"all"}, degenerateUnits...)...), Groups: d.some("unit groups", 2, degenerateGroups...),
	}
	switch rapid.IntRange(0, 5).Draw(d.T, "place") {
	case 0:
		scope.Everywhere = true
	case 1:
		scope.Everywhere, scope.Units, scope.Groups = true, nil, nil
	case 2, 3:
		scope.Units, scope.Groups = nil, []string{"void"}
	}
	if !d.once(8, "nothing of the dimension") {
		// An organization without dimensions is told of one that is named.
		if named := (model.DimensionScope{Name: "shift", All: d.once(2, "all"), Values: d.some("values", 1, "day", "late")}); d.once(3, "named") {
			scope.Dimensions = []model.DimensionScope{named}
		}
	}
	return scope
}

func (d degenerate) grants(label string, most int) []model.Grant {
	var grants []model.Grant
	for i := range rapid.IntRange(0, most).Draw(d.T, label) {
		grants = append(grants, model.Grant{
			Name: fmt.Sprintf("g%d", i), Role: d.role(), Scope: d.scope(), Entitlements: d.some("entitlements", 1, "key", "gone"),
		})
		if d.once(8, "ends") {
			grants[i] = during(grants[i], -1, 1)
		}
	}
	return grants
}

func (d degenerate) assignment(user string) model.Assignment {
	a := holding(user, 1, d.grants("grants", 2)...)
	a.UID = "uid-" + user
	a.Suspended = d.once(8, "suspended")
	if d.once(5, "a home") {
		a.HomeUnit = d.one("home", degenerateUnits...)
	}
	if d.once(3, "an override") {
		a.Overrides = []model.Override{{
			Name: "o", Permission: d.one("permission", "read", "write", "lock"), Deny: d.once(3, "denied"), Scope: d.scope(),
		}}
	}
	return a
}

func (d degenerate) groups(w *model.World) {
	w.Groups = nil
	if d.once(2, "a group") {
		w.Groups = []model.Group{{
			Object: object(model.KindGroup, "night"), Members: d.some("members", 3, append([]string{"eva"}, degenerateUsers...)...),
			Grants: d.grants("of the group", 2),
		}}
	}
}

func (d degenerate) defaults(w *model.World) {
	w.Organization.DefaultGrants = nil
	if d.once(3, "a default grant") {
		w.Organization.DefaultGrants = d.grants("default grants", 1)
	}
}

func (d degenerate) platform(w *model.World) {
	w.PlatformAssignments = nil
	for i, id := range d.some("of the platform", 2, degenerateUsers...) {
		w.PlatformAssignments = append(w.PlatformAssignments, model.PlatformAssignment{
			Object: model.Object{Ref: model.Ref{Kind: model.KindPlatformAssignment, Name: fmt.Sprintf("p%d", i)}}, User: id,
			Suspended: d.once(2, "suspended by the platform"),
			Grants: []model.PlatformGrant{{
				Name: "g", Role: d.one("of all", "support", "gone"), Picks: d.once(2, "picks"), Unselected: d.once(4, "unselected"),
			}},
		})
	}
}

func (d degenerate) requests(w *model.World) {
	w.Requested = nil
	for i, id := range d.some("requested", 2, degenerateUsers...) {
		scope := d.scope()
		w.Requested = append(w.Requested, model.RequestedGrant{
			Object: object(model.KindRequest, fmt.Sprintf("q%d", i)), User: id, Role: d.role(), Scope: &scope,
			Records: []model.UserRecord{{Kind: model.KindAssignment, Origin: model.Origin{UID: "uid-" + id}}}, Window: model.Window{EndTime: day(1)},
		})
	}
}
