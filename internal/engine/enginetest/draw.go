// SPDX-License-Identifier: Apache-2.0

package enginetest

import (
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Pools are small, so that things meet. Some names mean something in a language that a reader is written in.
var (
	userNames       = []string{"ann", "ben", "__proto__", "zoë"}
	permissionNames = []string{"p1", "p2", "toString"}
	unitNames       = []string{"u1", "u2", "u3", "constructor"}
	groupNames      = []string{"g1", "hasOwnProperty"}
	dimensionNames  = []string{"d1", "valueOf"}
	valueNames      = []string{"v1", "v2"}
	roleNames       = []string{"r1", "r2", "__proto__"}
	featureNames    = []string{"f1", "f2"}
	entitlements    = []string{"e1", "e2"}
	kindNames       = []string{"", "site", "", "site", "", "site", "", "user"}

	subjectTypeNames = []string{"user", "person", "__proto__", ""}

	qualifierNames   = slices.Sorted(maps.Keys(Conditions))
	prohibitionNames = []string{"not-here", "not-open", "not-own", "not-sent"}
)

// unknown is a name that no document declares. Every object of JavaScript has it.
const unknown = "propertyIsEnumerable"

func rarely(t *rapid.T, label string) bool { return rapid.IntRange(0, 11).Draw(t, label) == 11 }

func one(t *rapid.T, label string, pool []string) string {
	if rarely(t, label+" is unknown") {
		return unknown
	}
	return rapid.SampledFrom(pool).Draw(t, label)
}

// few draws at least one name in most cases, and none in some.
func few(t *rapid.T, label string, pool []string, rare bool) []string {
	if rare && rapid.IntRange(0, 3).Draw(t, label+" are there") > 0 {
		return nil
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(append([]string{unknown}, pool...)), 1, 2, rapid.ID).Draw(t, label)
}

// DrawDocument draws a document that uses all that decisions read. Its moments are near Clock.
func DrawDocument(t *rapid.T) *document.Document {
	d := &document.Document{
		Namespace: "default", Organization: "acme", Catalog: "things",
		Features: few(t, "features", featureNames, false), Dimensions: map[string][]string{},
		Permissions: map[string]document.Permission{}, Units: map[string]document.Unit{},
		Qualifiers: map[string]document.Condition{}, Prohibitions: map[string]document.Condition{},
		UnitGroups: map[string][]string{}, Roles: map[string]document.Role{}, Users: map[string]document.User{},
	}
	for name, condition := range Conditions {
		d.Qualifiers[name] = document.Condition{Expression: condition.Expression}
		d.Prohibitions["not-"+name] = document.Condition{Expression: "!(" + condition.Expression + ")"}
	}
	for i := range max(0, rapid.IntRange(-2, 2).Draw(t, "dimensions")) {
		d.Dimensions[dimensionNames[i]] = valueNames
	}
	switch rapid.IntRange(0, 11).Draw(t, "names subject types") {
	case 0:
		d.SubjectTypes = few(t, "subject types", subjectTypeNames, false)
	case 1, 2:
		d.SubjectTypes = []string{"person", "user"}
	}
	drawPermissions(t, d)
	d.Schema = d.RequiredSchema()
	drawUnits(t, d)
	drawRoles(t, d)
	for i := range max(0, rapid.IntRange(-1, 2).Draw(t, "default grants")) {
		d.DefaultGrants = append(d.DefaultGrants, drawGrant(t, defaultSources[i]))
	}
	for _, id := range userNames {
		d.Users[id] = drawUser(t)
	}
	return d
}

// drawPermissions draws permissions, most of which anyone may hold.
func drawPermissions(t *rapid.T, d *document.Document) {
	for _, name := range permissionNames {
		var p document.Permission
		switch rapid.IntRange(0, 11).Draw(t, "guard") {
		case 0:
			p.Prohibitions = few(t, "prohibitions", prohibitionNames, false)
		case 1:
			p.Refused = "it does not compile"
		case 2, 3:
			p.RequiredFeatures = few(t, "required features", featureNames, false)
		}
		if rapid.IntRange(0, 17).Draw(t, "typed") == 0 {
			p.ResourceTypes = few(t, "resource types", []string{"doc", "site", "user", "constructor"}, false)
		}
		d.Permissions[name] = p
	}
}

// drawUnits draws a tree, and groups of its units.
func drawUnits(t *rapid.T, d *document.Document) {
	for i, name := range unitNames[:rapid.IntRange(1, len(unitNames)).Draw(t, "units")] {
		unit := document.Unit{Kind: rapid.SampledFrom(kindNames).Draw(t, "kind")}
		unit.Attributes, unit.UnknownAttributes = drawAttributes(t, "open")
		drawValues(t, d, &unit)
		if i > 0 && !rarely(t, "another root") {
			unit.Parent = rapid.SampledFrom(unitNames[:i]).Draw(t, "parent")
		}
		d.Units[name] = unit
	}
	if rarely(t, "kinds off the tree") {
		d.UnplacedKinds = []string{rapid.SampledFrom([]string{"doc", "site", "valueOf"}).Draw(t, "unplaced kind")}
	}
	for _, name := range groupNames {
		d.UnitGroups[name] = few(t, "group", unitNames, false)
	}
}

// drawValues draws what a unit sets for dimensions.
func drawValues(t *rapid.T, d *document.Document, unit *document.Unit) {
	for _, name := range slices.Sorted(maps.Keys(d.Dimensions)) {
		switch rapid.IntRange(0, 5).Draw(t, "sets "+name) {
		case 0, 1:
			unit.Attributes = maps.Clone(unit.Attributes)
			if unit.Attributes == nil {
				unit.Attributes = map[string]any{}
			}
			unit.Attributes[name] = rapid.SampledFrom([]any{"v1", "v2", "v1", "v2", "v3", nil, 1.0}).Draw(t, name)
		case 2:
			if rarely(t, name+" is unknown") {
				unit.UnknownAttributes = append(unit.UnknownAttributes, name)
			}
		}
	}
}

// drawRoles draws what roles hold, and under what.
func drawRoles(t *rapid.T, d *document.Document) {
	for _, name := range roleNames {
		held := map[string][]document.Alternative{}
		for _, permission := range permissionNames {
			for range rapid.IntRange(0, 2).Draw(t, "alternatives") {
				held[permission] = append(held[permission], document.Alternative{
					Qualifiers:           few(t, "qualifiers", qualifierNames, true),
					RequiredFeatures:     few(t, "required features", featureNames, true),
					RequiredEntitlements: few(t, "required entitlements", entitlements, true),
				})
			}
		}
		role := document.Role{Permissions: held}
		if rapid.Bool().Draw(t, "administers") {
			role.AdministrationRules = []document.AdministrationRule{drawRule(t)}
		}
		d.Roles[name] = role
	}
}

// drawRule draws which roles the holders of a role may give and take.
func drawRule(t *rapid.T) document.AdministrationRule {
	return document.AdministrationRule{
		Name: "drawn", Qualifiers: few(t, "rule's qualifiers", qualifierNames, true),
		UserActions: few(t, "actions", []string{document.ActionGiveRoles, document.ActionTakeRoles}, false),
		Roles: &document.RoleSelection{
			From:        one(t, "from", []string{document.RolesAll, document.RolesListed, document.RolesOwnRank, "Most"}),
			Roles:       few(t, "rule's roles", roleNames, false),
			ExceptRoles: few(t, "except", roleNames, true),
		},
	}
}

func drawUser(t *rapid.T) document.User {
	u := document.User{Suspended: rarely(t, "suspended")}
	switch rapid.IntRange(0, 3).Draw(t, "home") {
	case 0:
		u.HomeUnitUnknown = rapid.Bool().Draw(t, "home is unknown")
	default:
		u.HomeUnit = one(t, "home unit", unitNames)
	}
	attributes, unknown := drawAttributes(t, "__proto__", "senior", "open", "d1")
	u.Attributes, u.UnknownAttributes = attributes, document.SetOf(unknown...)
	if rarely(t, "flawed") {
		u.Flaws = map[string]document.Flaw{"UserAssignment/x grants[flawed]": {
			Role: one(t, "flawed role", roleNames), Scope: drawScope(t), Rejected: true,
			Findings: []document.Finding{{Reason: "UnknownUnit", Message: "no"}},
		}}
	}
	if rapid.IntRange(0, 3).Draw(t, "managed") == 0 {
		u.Manager = one(t, "manager", userNames)
	}
	for range rapid.IntRange(0, 4).Draw(t, "grants") {
		u.Grants = append(u.Grants, drawGrant(t, "UserAssignment/x grants[g]"))
	}
	u.WithoutDefaults = document.SetOf(few(t, "without", defaultSources, true)...)
	for range max(0, rapid.IntRange(-1, 2).Draw(t, "overrides")) {
		override := document.Override{
			Permission: one(t, "overridden", permissionNames), Deny: rapid.Bool().Draw(t, "deny"),
			Scope: drawScope(t), Window: drawWindow(t), RequiredFeatures: few(t, "override's features", featureNames, true),
		}
		if rapid.Bool().Draw(t, "names no dimension") {
			override.Dimensions = nil
		}
		u.Overrides = append(u.Overrides, override)
	}
	return u
}

// drawAttributes draws what the directory knows of a user or a unit: that an attribute is true, or false, or nothing.
func drawAttributes(t *rapid.T, names ...string) (known map[string]any, unknown []string) {
	for _, name := range names {
		switch rapid.IntRange(0, 7).Draw(t, name) {
		case 0, 1, 2:
			known = map[string]any{name: rapid.Bool().Draw(t, name+" is true")}
		case 3:
			unknown = append(unknown, name)
		}
	}
	return known, unknown
}

// defaultSources are those of default grants.
var defaultSources = []string{"Organization/x defaultGrants[a]", "Organization/x defaultGrants[b]"}

func drawGrant(t *rapid.T, source string) document.Grant {
	return document.Grant{
		Role: one(t, "role", roleNames), Scope: drawScope(t), Window: drawWindow(t),
		Entitlements: few(t, "entitlements", entitlements, false), Source: source,
	}
}

func drawScope(t *rapid.T) document.Scope {
	s := document.Scope{Dimensions: map[string]document.Values{}}
	switch rapid.IntRange(0, 6).Draw(t, "place") {
	case 0:
		s.UnitGroups = few(t, "scope's groups", groupNames, false)
	case 1, 2, 3:
		s.Everywhere = true
	case 4, 5:
		s.Units = few(t, "scope's units", unitNames, false)
	}
	for _, name := range append([]string{unknown}, dimensionNames...) {
		switch rapid.IntRange(0, 7).Draw(t, name) {
		case 0, 1, 2, 3, 4, 5:
			s.Dimensions[name] = document.Values{All: true}
		case 6:
			s.Dimensions[name] = document.Values{Values: few(t, "scope's values", valueNames, false)}
		}
	}
	return s
}

func drawWindow(t *rapid.T) document.Window {
	bound := func(label string) *time.Time {
		if rapid.IntRange(0, 3).Draw(t, label+" is there") > 0 {
			return nil
		}
		zone := time.FixedZone("", rapid.SampledFrom([]int{0, 19800}).Draw(t, "zone"))
		at := Clock.Add(rapid.SampledFrom([]time.Duration{0, -time.Hour, time.Second, -time.Second}).Draw(t, label)).In(zone)
		return &at
	}
	return document.Window{StartTime: bound("from"), EndTime: bound("until")}
}

// DrawRequest draws a request that mostly makes sense.
func DrawRequest(t *rapid.T) *access.Request {
	r := &access.Request{
		Subject:  access.Subject{Type: "user", ID: one(t, "subject", userNames)},
		Action:   access.Action{Name: one(t, "action", permissionNames)},
		Resource: access.Resource{Type: rapid.SampledFrom([]string{"doc", "site", ""}).Draw(t, "type"), ID: one(t, "resource", unitNames)},
	}
	if rapid.IntRange(0, 17).Draw(t, "called otherwise") == 0 {
		r.Subject.Type = rapid.SampledFrom([]string{"service", "person", "__proto__", ""}).Draw(t, "called")
	}
	if rapid.IntRange(0, 9).Draw(t, "about a user") == 0 {
		r.Resource.Type, r.Resource.ID = rapid.SampledFrom([]string{"user", "person"}).Draw(t, "who is called"), one(t, "about", userNames)
	}
	properties := map[string]any{}
	set := func(name string, pool []string) {
		switch {
		case rapid.IntRange(0, 3).Draw(t, "no "+name) == 3:
		case pool == nil:
			properties[name] = rapid.Bool().Draw(t, name)
		case rarely(t, name+" is odd"):
			properties[name] = rapid.SampledFrom([]any{"", nil, 1.0, true, []any{"u1"}, map[string]any{"u1": "v1"}}).Draw(t, "odd")
		default:
			properties[name] = one(t, name, pool)
		}
	}
	set(access.PropertyUnit, unitNames)
	for _, name := range dimensionNames {
		set(name, valueNames)
	}
	set("owner", userNames)
	set("open", nil)
	if len(properties) > 0 {
		r.Resource.Properties = properties
	}
	if rapid.Bool().Draw(t, "senior is sent") {
		r.Subject.Properties = map[string]any{"senior": rapid.Bool().Draw(t, "senior"), "__proto__": "x"}
	}
	if rapid.Bool().Draw(t, "softness is sent") {
		r.Action.Properties = map[string]any{"soft": rapid.Bool().Draw(t, "soft")}
	}
	if rapid.Bool().Draw(t, "context is sent") {
		r.Context = map[string]any{"sent": rapid.Bool().Draw(t, "sent")}
	}
	return r
}
