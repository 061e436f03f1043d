// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// update reads some users anew, in copies of what is remembered.
type update struct {
	*scene
	*edition
	users map[string]document.User
	// changed names the users of whom something else may be published.
	changed set
	// crowded is set when anything changed about those who are bound together, related when users came or went, or have other
	// managers.
	crowded, related bool
}

// read reads one user, who has the assignments given.
func (u *update) read(id string, own []*model.Assignment) {
	former := u.of(id)
	u.changed.add(id)
	u.crowded = u.crowded || former.isCrowded()
	if _, given := u.given[id]; !given && len(own) == 0 {
		u.set(id, nil)
		delete(u.users, id)
		u.related = true
		return
	}
	h := u.readUser(id, own)
	if u.isCrowded(h) {
		u.crowded = true
		u.set(id, &person{records: recordsOf(own), notable: &notable{unbound: h}})
	} else {
		u.keep(h, u.bind(h), nil)
		h.forget()
	}
	u.related = u.related || former == nil || !slices.EqualFunc(former.records, u.of(id).records, sameManager)
}

// sameManager tells whether two states of an assignment name the same manager.
func sameManager(a, b record) bool { return a.name == b.name && a.manager == b.manager }

// bindTogether applies constraints to those users whom a bound on holders counts.
func (u *update) bindTogether() {
	var holders, unbound []*holder
	u.all(func(_ string, p *person) {
		if p.isCrowded() {
			unbound = append(unbound, p.notable.unbound)
			holders = append(holders, p.notable.unbound.copied())
		}
	})
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
	u.set(h.id, p)
	u.users[h.id] = h.published()
	u.changed.add(h.id)
}

// strangers finds managers who have no assignment. It goes through all users, because anybody may be anybody's manager.
func (u *update) strangers() []Finding {
	found := &findings{}
	u.all(func(id string, p *person) {
		for _, r := range p.records {
			if r.manager == "" {
				continue
			}
			if manager := u.of(r.manager); manager == nil || len(manager.records) == 0 {
				ref := model.Ref{Kind: model.KindAssignment, Namespace: u.organization.Namespace, Name: r.name}
				found.note(ref, "spec.manager", ReasonUnknownManager,
					"manager %q has no assignment in this organization, so the line of managers above %q ends there", r.manager, id)
			}
		}
	})
	return found.list
}
