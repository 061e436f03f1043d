// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// update reads some users anew, in copies of what is remembered.
type update struct {
	*scene
	people map[string]*person
	users  map[string]permissions.User
	// changed names the users of whom something else may be published.
	changed set
	// crowded is set when anything changed about those who are bound together, related when users came or went, or have other
	// managers.
	crowded, related bool
}

// read reads one user, who has the assignments given.
func (u *update) read(id string, own []*model.Assignment) {
	former := u.people[id]
	u.changed.add(id)
	u.crowded = u.crowded || former.isCrowded()
	if _, given := u.given[id]; !given && len(own) == 0 {
		delete(u.people, id)
		delete(u.users, id)
		u.related = true
		return
	}
	h := u.readUser(id, own)
	if u.isCrowded(h) {
		u.crowded = true
		u.people[id] = &person{assignments: h.assignments, notable: &notable{unbound: h}}
	} else {
		u.keep(h, u.bind(h), nil)
		h.forget()
	}
	u.related = u.related || former == nil || !slices.EqualFunc(former.assignments, h.assignments, sameManager)
}

// sameManager tells whether two states of an assignment name the same manager.
func sameManager(a, b *model.Assignment) bool { return a.Ref == b.Ref && a.Manager == b.Manager }

// bindTogether applies constraints to those users whom a bound on holders counts.
func (u *update) bindTogether() {
	var holders, unbound []*holder
	for _, p := range u.people {
		if p.isCrowded() {
			unbound = append(unbound, p.notable.unbound)
			holders = append(holders, p.notable.unbound.copied())
		}
	}
	broken := map[*holder][]breach{}
	for _, b := range u.bind(holders...) {
		broken[b.share.of] = append(broken[b.share.of], b)
	}
	for i, h := range holders {
		u.keep(h, broken[h], unbound[i])
		h.forget()
	}
}

// keep remembers a user to whom constraints were applied.
func (u *update) keep(h *holder, broken []breach, unbound *holder) {
	p := u.settle(h, broken)
	if unbound != nil {
		if p.notable == nil {
			p.notable = &notable{}
		}
		p.notable.unbound = unbound
	}
	u.people[h.id], u.users[h.id] = p, h.published()
	u.changed.add(h.id)
}

// strangers finds managers who have no assignment. It goes through all users, because anybody may be anybody's manager.
func (u *update) strangers() []Finding {
	found := &findings{}
	for id, p := range u.people {
		for _, a := range p.assignments {
			if a.Manager == "" {
				continue
			}
			if manager := u.people[a.Manager]; manager == nil || len(manager.assignments) == 0 {
				found.note(a.Ref, "spec.manager", ReasonUnknownManager,
					"manager %q has no assignment in this organization, so the line of managers above %q ends there", a.Manager, id)
			}
		}
	}
	return found.list
}
