// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
)

// clock is the moment at which all decisions of these tests are made.
var clock = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// Pools are small, so that things meet. The name that ends in 9 is never declared.
var (
	sections   = []string{"s1", "s2"}
	names      = []string{"p1", "p2", "p3", "p4", "p5", "p6"}
	plans      = []string{"n1", "n2"}
	features   = []string{"f1", "f2"}
	qualifiers = []string{"q1", "q2", "q3"}
	units      = []string{"u1", "u2", "u3", "u4", "u5", "u6"}
	kinds      = []string{"site", "ward"}
	groups     = []string{"g1", "g2"}
	dimensions = []string{"d1", "d2"}
	values     = []string{"v1", "v2"}
	roles      = []string{"r1", "r2", "r3", "r4"}
	// Roles of the platform have names of custom roles, too; those assignable to the platform begin with l.
	platformRoles = []string{"r1", "r2", "l1", "l2"}
	users         = []string{"ann", "ben", "cem", "dia"}
	entitlements  = []string{"e1", "e2"}
	expressions   = []string{
		`true`,
		`resource.properties.owner == subject.id`,
		`subject.properties.level > 1`,
		`resource.unit.open`,
		`resource.properties.open == true`,
		`directory.isAbove(subject.id, resource.properties.owner)`,
		`directory.isManager(subject.id, resource.properties.owner)`,
		`now < timestamp('2026-03-01T12:00:01Z')`,
		`context.mfa == true`,
		`has(subject.properties.level)`,
		`!has(resource.unit.open)`,
		`action.properties.reason != ''`,
		`resource.properties.open`,
		`subject.nme == 'ann'`,
		`subject.`,
	}
	refusals = []string{
		`false`,
		`resource.properties.owner == subject.id`,
		`has(context.frozen)`,
		`has(resource.unit.open) && !resource.unit.open`,
		`context.frozen`,
		`subject.`,
	}
)

// one draws a name of a pool, and now and then one that nothing declares.
func one(t *rapid.T, label string, pool []string) string {
	if rarely(t, label+" is unknown") {
		return pool[0][:1] + "9"
	}
	return rapid.SampledFrom(pool).Draw(t, label)
}

// some draws up to most names of a pool, each once.
func some(t *rapid.T, label string, pool []string, least, most int) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(pool), least, min(most, len(pool)), rapid.ID).Draw(t, label)
}

// few draws as some does, and now and then adds a name that nothing declares.
func few(t *rapid.T, label string, pool []string, least, most int) []string {
	drawn := some(t, label, pool, least, most)
	if len(drawn) > 0 && rarely(t, label+" names an unknown one") {
		drawn = append(drawn, pool[0][:1]+"9")
	}
	return drawn
}

func sometimes(t *rapid.T, label string) bool { return rapid.IntRange(0, 3).Draw(t, label) == 3 }

func rarely(t *rapid.T, label string) bool { return rapid.IntRange(0, 29).Draw(t, label) == 29 }

func drawWorld(t *rapid.T) *model.World {
	world := &model.World{
		Namespace: "default", Name: "acme",
		Catalog:      drawCatalog(t),
		Organization: drawOrganization(t),
		Structures:   drawStructures(t),
	}
	for _, name := range roles[:rapid.IntRange(1, len(roles)).Draw(t, "roles")] {
		world.Roles = append(world.Roles, drawRole(t, name))
	}
	for _, name := range some(t, "platform roles", platformRoles, 0, len(platformRoles)) {
		world.PlatformRoles = append(world.PlatformRoles, drawPlatformRole(t, name))
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "assignments") {
		user := rapid.SampledFrom(users).Draw(t, "user")
		world.Assignments = append(world.Assignments, drawAssignment(t, fmt.Sprintf("a%d", i), user, world))
	}
	for i := range max(0, rapid.IntRange(-1, 2).Draw(t, "user groups")) {
		world.Groups = append(world.Groups, drawGroup(t, fmt.Sprintf("a%d", i), world))
	}
	for i := range max(0, rapid.IntRange(-1, 2).Draw(t, "platform assignments")) {
		world.PlatformAssignments = append(world.PlatformAssignments, drawPlatformAssignment(t, fmt.Sprintf("a%d", i)))
	}
	for i := range max(0, rapid.IntRange(-1, 2).Draw(t, "default grants")) {
		grant := drawGrant(t, world)
		grant.Name = fmt.Sprintf("d%d", i)
		world.Organization.DefaultGrants = append(world.Organization.DefaultGrants, grant)
	}
	world.Catalog.Constraints = drawConstraints(t, "c", world)
	for i := range world.Structures {
		world.Structures[i].Constraints = drawConstraints(t, rapid.SampledFrom([]string{"o", "o", "c"}).Draw(t, "names"), world)
	}
	constraints := slices.Concat(world.Catalog.Constraints, constraintsOf(world))
	world.Organization.Waivers = drawWaivers(t, constraints)
	for i := range world.Structures {
		world.Structures[i].Waivers = drawWaivers(t, constraints)
	}
	return world
}

// constraintsOf lists those of all structures.
func constraintsOf(world *model.World) []model.Constraint {
	var all []model.Constraint
	for _, structure := range world.Structures {
		all = append(all, structure.Constraints...)
	}
	return all
}

// declared lists the names of things, of which there is at least one.
func declared[T any](things []T, name func(T) string) []string {
	list := make([]string, len(things))
	for i, thing := range things {
		list[i] = name(thing)
	}
	return list
}

func permissionsOf(world *model.World) []string {
	return declared(world.Catalog.Permissions, func(p model.Permission) string { return p.Name })
}

func unitsOf(world *model.World) []string {
	var names []string
	for _, structure := range world.Structures {
		names = append(names, declared(structure.Units, func(u model.Unit) string { return u.Name })...)
	}
	if len(names) == 0 {
		return []string{world.Name}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func rolesOf(world *model.World) []string {
	return declared(world.Roles, func(r model.Role) string { return r.Name })
}

// usersOf lists those with an assignment, a group or a platform assignment.
func usersOf(world *model.World) []string {
	named := declared(world.Assignments, func(a model.Assignment) string { return a.User })
	for _, group := range world.Groups {
		named = append(named, group.Members...)
	}
	return append(named, declared(world.PlatformAssignments, func(a model.PlatformAssignment) string { return a.User })...)
}

func object(kind, name string) model.Object {
	return model.Object{Ref: model.Ref{Kind: kind, Namespace: "default", Name: name}}
}

// drawObject draws an object that is as old as others are.
func drawObject(t *rapid.T, kind, name string) model.Object {
	drawn := object(kind, name)
	drawn.Created = clock.Add(-time.Duration(rapid.IntRange(1, 3).Draw(t, "age")) * time.Hour)
	return drawn
}

func drawCatalog(t *rapid.T) *model.Catalog {
	catalog := &model.Catalog{
		Object: object(model.KindCatalog, "things"), Sections: sections, Features: features,
		Entitlements: few(t, "declared entitlements", entitlements, 1, len(entitlements)),
	}
	catalog.Namespace = ""
	for _, name := range some(t, "permissions", names, 4, 6) {
		permission := model.Permission{Name: name, Section: rapid.SampledFrom(sections).Draw(t, "section"), Platform: rarely(t, "platform") || rarely(t, "platform too")}
		if sometimes(t, "implies") {
			permission.Implies = few(t, "implied", names, 0, 2)
		}
		if sometimes(t, "requires a feature") {
			permission.RequiredFeatures = few(t, "required", features, 1, 2)
		}
		catalog.Permissions = append(catalog.Permissions, permission)
	}
	for _, name := range some(t, "qualifiers", qualifiers, 2, 3) {
		catalog.Qualifiers = append(catalog.Qualifiers, model.Qualifier{Name: name, Expression: rapid.SampledFrom(expressions).Draw(t, name)})
	}
	for _, name := range some(t, "prohibitions", []string{"i1", "i2"}, 0, 2) {
		catalog.Prohibitions = append(catalog.Prohibitions, model.Prohibition{
			Name: name, Selector: drawSelector(t), Expression: rapid.SampledFrom(refusals).Draw(t, name),
		})
	}
	for _, name := range some(t, "dimensions", dimensions, 0, sizes(t)) {
		catalog.Dimensions = append(catalog.Dimensions, model.Dimension{Name: name, Values: some(t, name, values, 1, 2)})
	}
	for _, name := range some(t, "plans", plans, 0, 2) {
		plan := model.Plan{Name: name, Features: few(t, "plan's features", features, 0, 2)}
		if rapid.Bool().Draw(t, "bounded") {
			most := rapid.IntRange(0, 4).Draw(t, "most custom roles")
			plan.CustomRolesLimit = &most
		}
		catalog.Plans = append(catalog.Plans, plan)
	}
	return catalog
}

// drawTypes draws what a catalog calls users, and what its permissions are about, in some worlds.
func drawTypes(t *rapid.T, world *model.World) {
	if sometimes(t, "names subject types") {
		world.Catalog.SubjectTypes = some(t, "subject types", []string{"user", "person", "site", "user2"}, 1, 3)
	}
	for i := range world.Catalog.Permissions {
		if rarely(t, "typed") || rarely(t, "typed too") {
			world.Catalog.Permissions[i].ResourceTypes = few(t, "resource types", []string{"doc", "site", "user"}, 1, 2)
		}
	}
}

func drawSelector(t *rapid.T) model.Selector {
	if sometimes(t, "by section") {
		return model.Selector{Sections: few(t, "selected sections", append([]string{"*"}, sections...), 1, 1)}
	}
	return model.Selector{Permissions: few(t, "selected permissions", names, 2, 4)}
}

func drawOrganization(t *rapid.T) *model.Organization {
	organization := &model.Organization{Object: object(model.KindOrganization, "acme"), Catalog: "things", Features: few(t, "features", features, 0, 2)}
	if sometimes(t, "has a plan") {
		organization.Plan = one(t, "plan", plans)
	}
	return organization
}

// drawStructures draws at least one. Mostly a single one declares a tree; else several declare parts of it, and some of the
// same things in other ways.
func drawStructures(t *rapid.T) []model.Structure {
	structures := []model.Structure{{Object: drawObject(t, model.KindStructure, "t1")}}
	if sometimes(t, "several structures") {
		structures = append(structures, model.Structure{Object: drawObject(t, model.KindStructure, "t2")})
	}
	drawn := func() *model.Structure {
		return &structures[rapid.IntRange(0, len(structures)-1).Draw(t, "structure")]
	}
	if rarely(t, "no unit is declared") {
		return structures
	}
	count := rapid.IntRange(1, len(units)).Draw(t, "units")
	for i, name := range units[:count] {
		structure := drawn()
		structure.Units = append(structure.Units, drawUnit(t, name, units[:i]))
	}
	for _, name := range some(t, "groups", groups, 0, 2) {
		structure := drawn()
		structure.UnitGroups = append(structure.UnitGroups, model.UnitGroup{Name: name, Units: few(t, name, units, 1, 2)})
	}
	if len(structures) > 1 && sometimes(t, "declared twice") {
		drawAgain(t, structures)
	}
	return structures
}

// drawAgain declares a unit and a group in structures that do not declare them yet, whether or not others do.
func drawAgain(t *rapid.T, structures []model.Structure) {
	for i := range structures {
		again := &structures[i]
		name := rapid.SampledFrom(units).Draw(t, "unit again")
		if !slices.ContainsFunc(again.Units, func(u model.Unit) bool { return u.Name == name }) {
			again.Units = append(again.Units, drawUnit(t, name, units))
		}
		group := rapid.SampledFrom(groups).Draw(t, "group again")
		if !slices.ContainsFunc(again.UnitGroups, func(g model.UnitGroup) bool { return g.Name == group }) {
			again.UnitGroups = append(again.UnitGroups, model.UnitGroup{Name: group, Units: few(t, group, units, 1, 2)})
		}
	}
}

// drawUnit draws a unit below one of others, if there are any.
func drawUnit(t *rapid.T, name string, others []string) model.Unit {
	unit := model.Unit{Name: name, Attributes: drawAttributes(t)}
	if dimension := one(t, "dimension", dimensions); sometimes(t, "sets a dimension") {
		unit.Attributes[dimension] = rapid.SampledFrom([]any{"v1", "v2", "v1", "v2", "v9", nil, large}).Draw(t, dimension)
	}
	if len(others) > 0 {
		unit.Parent = rapid.SampledFrom(others).Draw(t, "parent")
	}
	if rarely(t, "parent is odd") {
		unit.Parent = rapid.SampledFrom(append([]string{"", "u9"}, units...)).Draw(t, "odd parent")
	}
	if sometimes(t, "unit has a kind") {
		unit.Kind = rapid.SampledFrom(kinds).Draw(t, "kind")
	}
	if rarely(t, "unit has the kind of users") {
		unit.Kind = "user"
	}
	return unit
}

// drawAttributes draws attributes that the conditions of these tests read. Half of the values make a condition true.
func drawAttributes(t *rapid.T) model.Attributes {
	attributes := model.Attributes{}
	if rapid.Bool().Draw(t, "level") {
		attributes["level"] = rapid.SampledFrom([]any{2.0, 1.0, 2.0, "high", nil}).Draw(t, "level is")
	}
	if rapid.Bool().Draw(t, "open") {
		attributes["open"] = rapid.SampledFrom([]any{true, false, true, "yes", large, []any{large}}).Draw(t, "open is")
	}
	return attributes
}

// large is a text that no attribute may have.
var large = strings.Repeat("y", 5000)

func drawRole(t *rapid.T, name string) model.Role {
	role := model.Role{Object: drawObject(t, model.KindRole, name)}
	drawRules(t, &role)
	for _, parent := range few(t, "parents", roles, 0, 2) {
		drawInheritance(t, &role, model.RoleRef{Kind: model.KindRole, Name: parent})
	}
	if sometimes(t, "inherits a platform role") {
		drawInheritance(t, &role, model.RoleRef{Kind: model.KindPlatformRole, Name: one(t, "parent", platformRoles)})
	}
	return role
}

func drawRules(t *rapid.T, role *model.Role) {
	for range rapid.IntRange(1, 3).Draw(t, "rules") {
		rule := model.Rule{Selector: drawSelector(t)}
		if sometimes(t, "qualified") {
			rule.Qualifiers = few(t, "rule's qualifiers", qualifiers, 1, 2)
		}
		if sometimes(t, "gated by features") {
			rule.RequiredFeatures = few(t, "rule's features", features, 1, 2)
		}
		if sometimes(t, "gated by entitlements") {
			rule.RequiredEntitlements = few(t, "rule's entitlements", entitlements, 1, 2)
		}
		role.Rules = append(role.Rules, rule)
	}
}

func drawInheritance(t *rapid.T, role *model.Role, parent model.RoleRef) {
	inheritance := model.Inheritance{Role: parent}
	if sometimes(t, "except") {
		inheritance.Except = drawSelector(t)
	}
	role.Inherits = append(role.Inherits, inheritance)
}

func drawAssignment(t *rapid.T, name, user string, world *model.World) model.Assignment {
	assignment := model.Assignment{
		Object: drawObject(t, model.KindAssignment, name), User: user, Suspended: rarely(t, "suspended"), Attributes: drawAttributes(t),
	}
	if sometimes(t, "has a manager") {
		assignment.Manager = one(t, "manager", users)
	}
	if sometimes(t, "has a home") {
		assignment.HomeUnit = one(t, "home", units)
	}
	for range rapid.IntRange(1, 3).Draw(t, "grants") {
		assignment.Grants = append(assignment.Grants, drawGrant(t, world))
	}
	for range max(0, rapid.IntRange(-3, 2).Draw(t, "overrides")) {
		deny := sometimes(t, "deny")
		assignment.Overrides = append(assignment.Overrides, model.Override{
			Permission: one(t, "overridden", permissionsOf(world)), Deny: deny, Scope: drawScope(t, world, deny), Window: drawWindow(t),
		})
	}
	nameGrants(t, assignment.Grants)
	nameOverrides(t, assignment.Overrides)
	return assignment
}

// nameGrants gives grants different names, in no order.
func nameGrants(t *rapid.T, grants []model.Grant) {
	for i, name := range drawNames(t, len(grants)) {
		grants[i].Name = name
	}
}

// nameOverrides gives overrides different names, in no order.
func nameOverrides(t *rapid.T, overrides []model.Override) {
	for i, name := range drawNames(t, len(overrides)) {
		overrides[i].Name = name
	}
}

func drawNames(t *rapid.T, count int) []string {
	return rapid.Permutation([]string{"n1", "n2", "n3", "n4"}).Draw(t, "names")[:count]
}

func drawGrant(t *rapid.T, world *model.World) model.Grant {
	return model.Grant{
		Role: drawRoleRef(t, world), Scope: drawScope(t, world, false),
		Window: drawWindow(t), Entitlements: few(t, "entitlements", entitlements, 0, 2),
	}
}

// sizes is 0 half of the time: most organizations have no dimension.
func sizes(t *rapid.T) int { return max(0, rapid.IntRange(-2, 2).Draw(t, "dimensions")) }

// drawScope draws a scope that mostly says something of each dimension. A partial one often leaves something out.
func drawScope(t *rapid.T, world *model.World, partial bool) model.Scope {
	var scope model.Scope
	omit := rarely
	if partial {
		omit = sometimes
	}
	switch {
	case omit(t, "no place"):
	case sometimes(t, "everywhere"):
		scope.Everywhere = true
	case sometimes(t, "by group"):
		scope.Groups = few(t, "scope's groups", groups, 1, 2)
	default:
		scope.Units = few(t, "scope's units", unitsOf(world), 1, 2)
	}
	for _, dimension := range world.Catalog.Dimensions {
		if omit(t, "no dimension") {
			continue
		}
		named := model.DimensionScope{Name: dimension.Name, All: rapid.Bool().Draw(t, "all")}
		if !named.All {
			named.Values = few(t, "scope's values", values, 1, 2)
		}
		scope.Dimensions = append(scope.Dimensions, named)
	}
	if rarely(t, "unknown dimension") {
		scope.Dimensions = append(scope.Dimensions, model.DimensionScope{Name: "d9", All: true})
	}
	return scope
}

func drawWindow(t *rapid.T) model.Window {
	moments := []time.Time{{}, clock, clock.Add(-time.Hour), clock.Add(time.Second), clock.Add(time.Hour)}
	if !sometimes(t, "windowed") {
		return model.Window{}
	}
	return model.Window{StartTime: rapid.SampledFrom(moments).Draw(t, "from"), EndTime: rapid.SampledFrom(moments).Draw(t, "until")}
}

// copied is a world whose lists may be changed without touching those of the original. Attributes are shared.
func copied(world *model.World) *model.World {
	fresh := *world
	fresh.PlatformRoles, fresh.Groups = slices.Clone(world.PlatformRoles), slices.Clone(world.Groups)
	fresh.PlatformAssignments = slices.Clone(world.PlatformAssignments)
	organization, catalog := *world.Organization, *world.Catalog
	fresh.Organization, fresh.Catalog, fresh.Structures = &organization, &catalog, slices.Clone(world.Structures)
	fresh.Roles, fresh.Assignments = slices.Clone(world.Roles), slices.Clone(world.Assignments)
	for _, written := range [][]model.Role{fresh.Roles, fresh.PlatformRoles} {
		for i := range written {
			written[i].Rules = slices.Clone(written[i].Rules)
			written[i].Inherits = slices.Clone(written[i].Inherits)
		}
	}
	for i := range fresh.Groups {
		fresh.Groups[i].Grants = slices.Clone(fresh.Groups[i].Grants)
	}
	for i := range fresh.PlatformAssignments {
		fresh.PlatformAssignments[i].Grants = slices.Clone(fresh.PlatformAssignments[i].Grants)
	}
	for i := range fresh.Assignments {
		fresh.Assignments[i].Grants = slices.Clone(fresh.Assignments[i].Grants)
		fresh.Assignments[i].Overrides = slices.Clone(fresh.Assignments[i].Overrides)
	}
	return &fresh
}
