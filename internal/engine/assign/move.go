// SPDX-License-Identifier: Apache-2.0

package assign

import (
	"iter"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Move is one role in one scope that is given to a user, or taken from them, at one moment: what different actors are asked about.
type Move struct {
	question *question
	// refused is set if nobody may, because the role is unknown or not given in the organization.
	refused bool
	// unit is one in which every rule must be held that allows the move, and depth how many units it lies below, itself included.
	unit  uint32
	depth int
	// about remembers which granted roles have a rule that is about the role.
	about map[string]bool
}

// NewMove returns the move of a role in a scope; the resource of the request is not looked at. A user who is unknown, because they left,
// counts as one whose home unit is not known.
func NewMove(x *compiled.Index, r *access.AssignmentRequest, scope *document.Scope, now time.Time) *Move {
	q := newQuestion(x, r, now)
	q.scope = *scope
	return q.move()
}

// move returns the move of the role that is asked about, in the scope of the question.
func (q *question) move() *Move {
	m := &Move{question: q, refused: q.isRole().reason != "", about: map[string]bool{}, unit: compiled.Root}
	if unit, known := q.someUnit(); known {
		m.unit = unit
	}
	for range q.x.Ancestors(m.unit) {
		m.depth++
	}
	return m
}

// AboutAnyUser leaves aside who the user is, and what they hold.
func (m *Move) AboutAnyUser() { m.question.anyUser = true }

// MayBeBy reports whether an actor may do so.
func (m *Move) MayBeBy(actor string) bool {
	q := m.question
	q.setActor(actor)
	return !m.refused && len(q.actor.Rules) > 0 && q.isActor().reason == "" && q.allowed()
}

// Steps returns how many steps it takes to ask about an actor, in names that are looked at: each grant may have to be found in the tree.
func (m *Move) Steps(actor compiled.User) int {
	return (1 + m.depth) * (1 + int(actor.Until-actor.From))
}

// Actors yields who may do so, sorted. Only those are asked who are granted a role with a rule about it in a scope that covers the
// place. Each call of spend is told how many steps it takes.
func (m *Move) Actors(spend func(steps int)) iter.Seq[string] { return m.actorsAfter("", spend) }

// actorsAfter yields those of Actors with ids greater than one.
func (m *Move) actorsAfter(after string, spend func(steps int)) iter.Seq[string] {
	return func(yield func(string) bool) {
		if m.refused {
			return
		}
		p := m.question.x.ReverseIndex()
		lists := m.candidates(p, spend)
		lists.Merge(func(number uint32, _ bool) bool {
			if p.IDs[number] <= after {
				return true
			}
			spend(m.Steps(p.Holders[number]))
			return !m.MayBeBy(p.IDs[number]) || yield(p.IDs[number])
		})
	}
}

// stepsOfRole is what it takes to find out whether a granted role has a rule about the moved one.
const stepsOfRole = 8

// candidates are the lists of those who are granted a role with a rule about the moved one where a unit of its scope lies: a rule
// must be held in all of them.
func (m *Move) candidates(p *compiled.ReverseIndex, spend func(steps int)) compiled.UserLists {
	x := m.question.x
	spend(m.depth)
	var lists compiled.UserLists
	for above := range x.Ancestors(m.unit) {
		for _, scope := range p.ScopesByUnit[above] {
			spend(1 + stepsOfRole*len(p.HoldersByScope[scope]))
			for i := range p.HoldersByScope[scope] {
				held := &p.HoldersByScope[scope][i]
				if m.isAboutRole(x.EffectiveRoles[held.EffectiveRole].Role) {
					lists = append(lists, compiled.UserList{Users: held.Users})
				}
			}
		}
	}
	return lists
}

// someUnit returns a unit that the scope names. The second result is false if it is everywhere, or names none that is known.
func (q *question) someUnit() (unit uint32, known bool) {
	if q.scope.Everywhere {
		return 0, false
	}
	for name := range (administration.Place{Doc: q.x.Core, Scope: &q.scope}).Named() {
		if unit, known = q.x.Units.Get(name); known {
			return unit, true
		}
	}
	return 0, false
}

// isAboutRole reports whether holders of a role have a rule that is about the moved one, and lets it be given or taken.
func (m *Move) isAboutRole(granted string) bool {
	answer, known := m.about[granted]
	if !known {
		q := m.question
		answer = slices.ContainsFunc(q.x.AdministrationRoles().HeldEverywhere(granted), func(h administration.Held) bool {
			return slices.Contains(h.Rule.UserActions, q.action()) && h.Names(q.asked.Role)
		})
		m.about[granted] = answer
	}
	return answer
}
