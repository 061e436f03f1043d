// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Floor is the least that any engine does for a decision: it looks up the user, the permission and the unit by name,
// tests a bit, and compares the unit with an interval. It knows one grant for each user, and nothing else.
type Floor struct {
	users       map[string]floorUser
	permissions map[string]int
	units       map[string]int
}

type floorUser struct {
	held        [(sections*permissionsPerGroup + 63) / 64]uint64
	from, until int
}

// NewFloor gives each user all that their grants' roles hold, in an interval of units.
func NewFloor(world *model.World, doc *document.Document) *Floor {
	f := &Floor{
		users:       make(map[string]floorUser, len(world.Assignments)),
		permissions: make(map[string]int, len(doc.Permissions)),
		units:       make(map[string]int, len(doc.Units)),
	}
	for i := range sections * permissionsPerGroup {
		f.permissions[permissionName(i)] = i
	}
	for i, name := range units(world) {
		f.units[name] = i
	}
	for i := range world.Assignments {
		a := &world.Assignments[i]
		user := floorUser{from: f.units[a.Grants[0].Scope.Units[0]]}
		user.until = user.from + departmentsPerSite
		for _, g := range a.Grants {
			for name := range doc.Roles[g.Role.Name].Permissions {
				number := f.permissions[name]
				user.held[number/64] |= 1 << (number % 64)
			}
		}
		f.users[a.User] = user
	}
	return f
}

// Check answers from the user's bits and interval. Its three names are the user's, the permission's and the unit's.
func (f *Floor) Check(user, permission, unit string) bool {
	u, known := f.users[user]
	if !known {
		return false
	}
	p, known := f.permissions[permission]
	if !known {
		return false
	}
	at, known := f.units[unit]
	return known && u.held[p/64]&(1<<(p%64)) != 0 && at >= u.from && at < u.until
}

// CheckRequest is Check of the names in a request, which every engine that is asked with one has to read first.
func (f *Floor) CheckRequest(r *access.Request) bool { return f.Check(namesIn(r)) }

// Names returns the user, the permission and the unit of each request, as the floor takes them.
func Names(questions []access.Request) [][3]string {
	names := make([][3]string, 0, len(questions))
	for i := range questions {
		user, permission, unit := namesIn(&questions[i])
		names = append(names, [3]string{user, permission, unit})
	}
	return slices.Clip(names)
}

func namesIn(r *access.Request) (user, permission, unit string) {
	unit, _ = r.Resource.Properties[access.PropertyUnit].(string)
	return r.Subject.ID, r.Action.Name, unit
}
