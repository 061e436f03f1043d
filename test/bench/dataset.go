// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"
	"math/rand/v2"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// The size of the generated organization, its users aside.
const (
	divisions           = 10
	sitesPerDivision    = 10
	departmentsPerSite  = 10
	sections            = 20
	permissionsPerGroup = 10
	roles               = 50
)

// ownQualifier is the one qualifier of the catalog.
const (
	ownQualifier  = "own"
	ownExpression = "resource.properties.owner == subject.id"
)

// Interpreted has a qualifier that means the same, and that only cel-go evaluates: closures know no bytes. The world is changed.
func Interpreted(world *model.World) *model.World {
	for i := range world.Catalog.Qualifiers {
		world.Catalog.Qualifiers[i].Expression += ` || false && b"" == b""`
	}
	return world
}

// World generates an organization of 1,110 units in three levels below the root, 200 permissions, 50 roles that inherit
// each other without circle, and users with one to three grants each. The same number of users gives the same world.
// Odd roles hold what they hold without condition, even ones with a qualifier.
func World(users int) *model.World {
	return Shape{Users: users, Divisions: divisions, Roles: roles}.World()
}

// Shape is the size of an organization. One of few users has fewer roles and units too.
type Shape struct{ Users, Divisions, Roles int }

// ShapeOf returns the size that an organization of so many users commonly has.
func ShapeOf(users int) Shape {
	return Shape{Users: users, Divisions: min(max(users/200, 1), divisions), Roles: min(max(users/20, 10), roles)}
}

// World generates an organization as the function World does, in another size.
func (s Shape) World() *model.World {
	random := rand.New(rand.NewPCG(1, uint64(s.Users)))
	catalog := catalog()
	world := &model.World{
		Namespace: "bench", Name: "bench", Catalog: catalog, Structures: structures(s.Divisions),
		Organization: &model.Organization{Object: object(model.KindOrganization, "bench"), Catalog: "bench"},
	}
	units := units(world)
	for i := range s.Roles {
		world.Roles = append(world.Roles, role(i, random))
	}
	for i := range s.Users {
		world.Assignments = append(world.Assignments, assignment(i, s.Roles, units, random))
	}
	return world
}

func object(kind, name string) model.Object {
	return model.Object{Ref: model.Ref{Kind: kind, Namespace: "bench", Name: name}}
}

func catalog() *model.Catalog {
	c := &model.Catalog{Object: object(model.KindCatalog, "bench")}
	for s := range sections {
		section := fmt.Sprintf("section-%02d", s)
		c.Sections = append(c.Sections, section)
		for p := range permissionsPerGroup {
			c.Permissions = append(c.Permissions, model.Permission{Name: permissionName(s*permissionsPerGroup + p), Section: section})
		}
	}
	c.Qualifiers = []model.Qualifier{{Name: ownQualifier, Expression: ownExpression}}
	return c
}

func permissionName(i int) string {
	return fmt.Sprintf("section-%02d.action-%d", i/permissionsPerGroup, i%permissionsPerGroup)
}

// structures are one of the company, and one of each division.
func structures(divisions int) []model.Structure {
	all := []model.Structure{{Object: object(model.KindStructure, "company"), Units: []model.Unit{{Name: "company", Kind: "company"}}}}
	for d := range divisions {
		division := fmt.Sprintf("division-%d", d)
		o := model.Structure{Object: object(model.KindStructure, division)}
		o.Units = append(o.Units, model.Unit{Name: division, Kind: "division", Parent: "company"})
		for s := range sitesPerDivision {
			site := fmt.Sprintf("%s-site-%d", division, s)
			o.Units = append(o.Units, model.Unit{Name: site, Kind: "site", Parent: division})
			for p := range departmentsPerSite {
				o.Units = append(o.Units, model.Unit{Name: fmt.Sprintf("%s-department-%d", site, p), Kind: "department", Parent: site})
			}
		}
		all = append(all, o)
	}
	return all
}

// units are the names of those of all structures.
func units(world *model.World) []string {
	var names []string
	for _, structure := range world.Structures {
		for i := range structure.Units {
			names = append(names, structure.Units[i].Name)
		}
	}
	return names
}

func roleName(i int) string { return fmt.Sprintf("role-%02d", i) }

func role(i int, random *rand.Rand) model.Role {
	r := model.Role{Object: object(model.KindRole, roleName(i))}
	rule := model.Rule{}
	for range 8 {
		rule.Permissions = append(rule.Permissions, permissionName(random.IntN(sections*permissionsPerGroup)))
	}
	if i%2 == 0 {
		rule.Qualifiers = []string{ownQualifier}
	}
	r.Rules = []model.Rule{rule}
	for range min(i, 2) {
		// Inheriting only roles of the same kind keeps qualified roles qualified.
		if parent := i - 2*(1+random.IntN(3)); parent >= 0 {
			r.Inherits = append(r.Inherits, model.Inheritance{Role: model.RoleRef{Kind: model.KindRole, Name: roleName(parent)}})
		}
	}
	return r
}

func userID(i int) string { return fmt.Sprintf("user-%06d@example.com", i) }

func assignment(i, roles int, units []string, random *rand.Rand) model.Assignment {
	a := model.Assignment{Object: object(model.KindAssignment, fmt.Sprintf("user-%06d", i)), User: userID(i)}
	for place := range 1 + random.IntN(3) {
		a.Grants = append(a.Grants, model.Grant{
			Name:  fmt.Sprintf("grant-%d", place),
			Role:  model.RoleRef{Kind: model.KindRole, Name: roleName(random.IntN(roles))},
			Scope: model.Scope{Units: []string{units[random.IntN(len(units))]}},
		})
	}
	return a
}

// Questions generates requests. About half are to be answered yes: for those the user, the permission and the unit
// come from a grant; the others ask for another unit. With qualified set, the permission is one that a role of the
// user holds under the qualifier, else one that none of them does.
func Questions(world *model.World, doc *document.Document, count int, qualified bool) []access.Request {
	random, units := rand.New(rand.NewPCG(2, uint64(count))), units(world)
	questions := make([]access.Request, 0, count)
	for len(questions) < count {
		a := &world.Assignments[random.IntN(len(world.Assignments))]
		g := &a.Grants[random.IntN(len(a.Grants))]
		permission, found := pick(doc.Roles[g.Role.Name], qualified, random)
		if !found || (!qualified && anyQualified(a.Grants, doc, permission)) {
			continue
		}
		unit := g.Scope.Units[0]
		if len(questions)%2 == 1 {
			unit = units[random.IntN(len(units))]
		}
		properties := map[string]any{access.PropertyUnit: unit}
		if qualified {
			properties["owner"] = a.User
		}
		questions = append(questions, access.Request{
			Subject:  access.Subject{Type: access.SubjectTypeUser, ID: a.User},
			Action:   access.Action{Name: permission},
			Resource: access.Resource{Type: "record", ID: "1", Properties: properties},
		})
	}
	return questions
}

// pick returns a permission that a role holds under the qualifier, or without.
func pick(role document.Role, qualified bool, random *rand.Rand) (string, bool) {
	var held []string
	for i := range sections * permissionsPerGroup {
		name := permissionName(i)
		if alternatives := role.Permissions[name]; len(alternatives) > 0 && alternatives[0].Unconditional() != qualified {
			held = append(held, name)
		}
	}
	if len(held) == 0 {
		return "", false
	}
	return held[random.IntN(len(held))], true
}

// anyQualified reports whether any of the grants' roles holds a permission under the qualifier.
func anyQualified(grants []model.Grant, doc *document.Document, permission string) bool {
	for _, g := range grants {
		for _, alternative := range doc.Roles[g.Role.Name].Permissions[permission] {
			if !alternative.Unconditional() {
				return true
			}
		}
	}
	return false
}
