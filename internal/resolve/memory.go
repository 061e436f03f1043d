// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Assignments are those of one organization, in any order. There may be hundred thousands, so each is read only when it has
// to be.
type Assignments interface {
	Len() int
	// Origin names the user of an assignment, and which state of which object it is.
	Origin(i int) (user string, origin model.Origin)
	// Read reads an assignment: as long as its origin is the same, it says the same.
	Read(i int) *model.Assignment
}

// Memory resolves one organization over and over, and reads anew only what is not what it was: the whole world, unless it
// is reached by the same pointer and therefore the same; and each user whose assignments have other origins. So a
// resolution with a memory and one without come to the same. An empty Memory is ready for use; several goroutines must not
// use one at once, but may use the resolutions that it returned.
//
// Users are remembered as they are read and bound, one by one or with those whom the same constraint counts. All that
// depends on several users beyond that is found anew every time.
type Memory struct {
	world *model.World
	scene *scene
	// people and users are those of the last resolution. Both are replaced, never changed.
	people people
	users  map[string]document.User
	// written is how many assignments the users were read from.
	written int
	// strangers are the findings about managers that nobody knows.
	strangers []Finding
}

// Organization resolves the organization of a world, whose assignments are those given instead of the world's own.
func (m *Memory) Organization(world *model.World, assignments Assignments) *Resolution {
	if world.Organization == nil || world.Catalog == nil {
		*m = Memory{}
		return missing(world, assignments)
	}
	fresh := m.world != world
	if fresh {
		*m = Memory{world: world, scene: readScene(world)}
	}
	changed := m.read(assignments)
	all := m.scene.addUp(m.people)
	all.found.list = append(all.found.list, m.strangers...)
	all.checkApprovers(m.people)
	all.report()
	all.advise()
	doc := m.scene.document
	doc.Users = m.users
	return &Resolution{
		Document: &doc, Findings: shown(all.found.list, world.Organization),
		Holders: all.holdersByRole(), Changed: changed, Fresh: fresh, people: m.people,
		later: &timed{organization: world.Organization, constraints: m.scene.constraints, shares: all.timed, broken: all.broken},
	}
}

// read brings people and users up to date, and returns the ids of the users of whom something else may be published.
func (m *Memory) read(assignments Assignments) (changed []string) {
	stale := m.stale(assignments)
	if m.users != nil && len(stale) == 0 {
		return nil
	}
	u := &update{scene: m.scene, edition: m.people.edit(len(stale)), users: maps.Clone(m.users), changed: set{}}
	if m.users == nil {
		u.users = make(map[string]document.User, len(stale))
	}
	for id, places := range stale {
		own := make([]*model.Assignment, len(places))
		for i, place := range places {
			own[i] = assignments.Read(place)
		}
		u.read(id, own)
	}
	if u.crowded {
		u.bindTogether()
	}
	if u.related {
		m.strangers = u.strangers()
	}
	m.people, m.users, m.written = u.finish(m.scene), u.users, assignments.Len()
	return slices.Collect(maps.Keys(u.changed))
}

// stale returns the users whose assignments are not those that they were read from, with the places of those that they have
// now. At first that is everybody.
func (m *Memory) stale(assignments Assignments) map[string][]int {
	stale := map[string][]int{}
	if m.users == nil {
		for id := range m.scene.given {
			stale[id] = nil
		}
	}
	known := 0
	for i := range assignments.Len() {
		user, origin := assignments.Origin(i)
		if m.people.of(user).isOf(origin) {
			known++
		} else {
			stale[user] = nil
		}
	}
	if len(stale) > 0 {
		for i := range assignments.Len() {
			user, _ := assignments.Origin(i)
			if places, is := stale[user]; is {
				stale[user] = append(places, i)
			}
		}
	}
	if m.written-known > m.lost(stale, assignments) {
		m.addBereft(stale, assignments)
	}
	return stale
}

// lost counts the assignments that stale users were read from and that they no longer have.
func (m *Memory) lost(stale map[string][]int, assignments Assignments) int {
	lost := 0
	for id, places := range stale {
		p := m.people.of(id)
		if p == nil {
			continue
		}
		lost += len(p.records)
		for _, place := range places {
			if _, origin := assignments.Origin(place); p.isOf(origin) {
				lost--
			}
		}
	}
	return lost
}

// addBereft adds the users who only lost assignments.
func (m *Memory) addBereft(stale map[string][]int, assignments Assignments) {
	present := make(map[model.Origin]int, assignments.Len())
	for i := range assignments.Len() {
		_, origin := assignments.Origin(i)
		present[origin] = i
	}
	m.people.all(func(id string, p *person) {
		var left []int
		for i := range p.records {
			if place, is := present[p.records[i].Origin]; is && p.records[i].UID != "" {
				left = append(left, place)
			}
		}
		if _, known := stale[id]; !known && len(left) < len(p.records) {
			stale[id] = left
		}
	})
}

// listed are assignments that are read already.
type listed []model.Assignment

// Len implements Assignments.
func (l listed) Len() int { return len(l) }

// Origin implements Assignments.
func (l listed) Origin(i int) (user string, origin model.Origin) {
	return l[i].User, l[i].Origin
}

// Read implements Assignments.
func (l listed) Read(i int) *model.Assignment { return &l[i] }
