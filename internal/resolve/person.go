// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// person is what one user comes to, beside what is published of them. It depends on the scene and on the user's assignments
// alone, unless the user is bound together with others, and never changes.
type person struct {
	// records are of the assignments that the user was read from, sorted.
	records []record
	standing
	// notable is what only few have; nil for the others.
	notable *notable
}

// record is what is kept of an assignment that a person was read from: the object's name, and the manager that it names.
type record struct {
	model.Origin
	name, manager string
}

func recordsOf(assignments []*model.Assignment) []record {
	records := make([]record, len(assignments))
	for i, a := range assignments {
		records[i] = record{Origin: a.Origin, name: a.Name, manager: a.Manager}
	}
	return records
}

// isOf tells whether the person was read from a state of an assignment.
func (p *person) isOf(origin model.Origin) bool {
	return p != nil && origin.UID != "" && slices.ContainsFunc(p.records, func(r record) bool { return r.Origin == origin })
}

// notable is what there is to say of a person beside what they hold.
type notable struct {
	found  []Finding
	broken []breach
	// timed are the shares that may be found to be something at some time.
	timed []*share
	// unbound is set for a person who is bound together with others: what was read, before any constraint.
	unbound *holder
}

// settle sums up a user once all constraints are applied.
func (s *scene) settle(h *holder, broken []breach) *person {
	p := &person{records: recordsOf(h.assignments), standing: s.standingOf(h)}
	n := notable{found: h.found, broken: broken}
	for _, given := range h.shares {
		if s.tells(given) {
			n.timed = append(n.timed, given)
		}
	}
	if len(n.found)+len(n.broken)+len(n.timed) > 0 {
		p.notable = &n
	}
	return p
}

// isCrowded tells whether the person is bound together with others.
func (p *person) isCrowded() bool { return p != nil && p.notable != nil && p.notable.unbound != nil }

// tells reports whether something may be found about a share at some time.
func (s *scene) tells(given *share) bool {
	switch {
	case given.withheld:
		return false
	case given.of.profile.Suspended:
		return given.object.Kind == model.KindAssignment
	case !given.window.NotAfter.IsZero() && !given.waived:
		return true
	}
	return slices.ContainsFunc(s.constraints, func(c *constraint) bool {
		return c.Holders != nil && c.Holders.AtLeast != nil && given.holdsRole(c.Holders.Role)
	})
}

// forget drops what nobody asks for any more once a user is settled.
func (h *holder) forget() {
	h.assignments, h.shares, h.revoked, h.lost, h.found = nil, nil, nil, nil, nil
}
