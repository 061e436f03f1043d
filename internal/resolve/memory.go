// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// Memory resolves one organization over and over, and reads anew only what is not what it was. What it remembers hangs on
// the identity of what it was read from: values that are reached by the same pointer must be the same values. So a
// resolution with a memory and one without come to the same, and an empty Memory is ready for use.
//
// Users are remembered one by one, as long as the world around them is the same. What depends on several users is found
// anew every time. A Memory must not be used by several goroutines at once; the resolutions that it returned may be.
type Memory struct {
	world *model.World
	scene *scene
	// people and users are those of the last resolution. Both are replaced, never changed.
	people map[string]*person
	users  map[string]permissions.User
	// written is how many assignments the users were read from.
	written int
	// strangers are the findings about managers that nobody knows.
	strangers []Finding
}

// Organization resolves the organization of a world, whose assignments are those given instead of the world's own.
func (m *Memory) Organization(world *model.World, assignments []*model.Assignment) *Resolution {
	if world.Organization == nil || world.Catalog == nil {
		*m = Memory{}
		return missing(world, assignments)
	}
	fresh := m.world != world
	if fresh {
		*m = Memory{world: world, scene: readScene(world)}
	}
	changed := m.read(assignments)
	if fresh {
		changed = nil
	}
	all := m.scene.addUp(m.people)
	all.found.list = append(all.found.list, m.strangers...)
	all.checkApprovers(m.people)
	all.report()
	all.advise()
	document := m.scene.document
	document.Users = m.users
	return &Resolution{
		Document: &document, Findings: shown(all.found.list, world.Organization),
		Holders: all.holdersByRole(), Changed: changed, Fresh: fresh, people: m.people,
		later: &timed{organization: world.Organization, constraints: m.scene.constraints, shares: all.timed, broken: all.broken},
	}
}

// read brings people and users up to date, and returns the ids of the users of whom something else may be published.
func (m *Memory) read(assignments []*model.Assignment) (changed []string) {
	stale := m.stale(assignments)
	if m.people != nil && len(stale) == 0 {
		return nil
	}
	u := &update{scene: m.scene, people: maps.Clone(m.people), users: maps.Clone(m.users), changed: set{}}
	if m.people == nil {
		u.people, u.users = make(map[string]*person, len(stale)), make(map[string]permissions.User, len(stale))
	}
	for id, own := range stale {
		u.read(id, own)
	}
	if u.crowded {
		u.bindTogether()
	}
	if u.related {
		m.strangers = u.strangers()
	}
	m.people, m.users, m.written = u.people, u.users, len(assignments)
	return slices.Collect(maps.Keys(u.changed))
}

// stale returns the users whose assignments are not those that they were read from, with those that they have now. At first
// that is everybody.
func (m *Memory) stale(assignments []*model.Assignment) map[string][]*model.Assignment {
	stale := map[string][]*model.Assignment{}
	if m.people == nil {
		for id := range m.scene.given {
			stale[id] = nil
		}
	}
	known := 0
	for _, a := range assignments {
		if m.knows(a) {
			known++
		} else {
			stale[a.User] = nil
		}
	}
	gone := m.written - known
	if len(stale) > 0 {
		for _, a := range assignments {
			if own, is := stale[a.User]; is {
				stale[a.User] = append(own, a)
			}
		}
	}
	for id, own := range stale {
		gone -= len(m.without(id, own))
	}
	if gone > 0 {
		m.addBereft(stale, assignments)
	}
	return stale
}

// knows reports whether a user was read from an assignment.
func (m *Memory) knows(a *model.Assignment) bool {
	p := m.people[a.User]
	return p != nil && slices.Contains(p.assignments, a)
}

// without returns the assignments that a user was read from and that are not among others.
func (m *Memory) without(id string, others []*model.Assignment) []*model.Assignment {
	p := m.people[id]
	if p == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.assignments), func(a *model.Assignment) bool { return slices.Contains(others, a) })
}

// addBereft adds the users who only lost assignments.
func (m *Memory) addBereft(stale map[string][]*model.Assignment, assignments []*model.Assignment) {
	present := make(map[*model.Assignment]struct{}, len(assignments))
	for _, a := range assignments {
		present[a] = struct{}{}
	}
	for id, p := range m.people {
		left := slices.DeleteFunc(slices.Clone(p.assignments), func(a *model.Assignment) bool {
			_, is := present[a]
			return !is
		})
		if _, known := stale[id]; !known && len(left) < len(p.assignments) {
			stale[id] = left
		}
	}
}
