// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// cutCycles takes out every inheritance both ends of which stand in one cycle: each role of a cycle keeps its own
// rules and its parents outside of it.
func cutCycles(roles map[model.RoleRef]*role, found *findings) {
	cycle := cycles(roles)
	for _, r := range roles {
		r.parents = slices.DeleteFunc(r.parents, func(p parent) bool {
			if cycle[r] == nil || cycle[r] != cycle[p.role] {
				return false
			}
			found.reject(r.spec.Ref, p.field+".roleRef", ReasonInheritanceCycle, "%s", cycle[r].wrong())
			return true
		})
	}
}

// cycleMembers are the roles of one cycle, sorted by name.
type cycleMembers struct{ names []string }

// wrong says what is wrong with the cycle.
func (m *cycleMembers) wrong() string {
	if len(m.names) == 1 {
		return fmt.Sprintf("the role %s inherits itself, which gives it nothing: take the inheritance out", m.names[0])
	}
	return fmt.Sprintf("the roles %s inherit each other in a cycle, so nothing is inherited within it: take one of the inheritances out",
		few(m.names))
}

// cycles maps each role that stands in a cycle to the members of it: the strongly connected components of the
// inheritance that have an edge inside, by Tarjan's algorithm.
func cycles(roles map[model.RoleRef]*role) map[*role]*cycleMembers {
	t := &tarjan{number: map[*role]int{}, low: map[*role]int{}, onStack: map[*role]bool{}, cycle: map[*role]*cycleMembers{}}
	for _, r := range roles {
		if t.number[r] == 0 {
			t.visit(r)
		}
	}
	return t.cycle
}

type tarjan struct {
	count       int
	number, low map[*role]int
	stack       []*role
	onStack     map[*role]bool
	cycle       map[*role]*cycleMembers
}

func (t *tarjan) visit(r *role) {
	t.count++
	t.number[r], t.low[r] = t.count, t.count
	t.stack = append(t.stack, r)
	t.onStack[r] = true
	for _, p := range r.parents {
		if t.number[p.role] == 0 {
			t.visit(p.role)
			t.low[r] = min(t.low[r], t.low[p.role])
		} else if t.onStack[p.role] {
			t.low[r] = min(t.low[r], t.number[p.role])
		}
	}
	if t.low[r] == t.number[r] {
		t.close(r)
	}
}

// close takes the component that r is the first of off the stack.
func (t *tarjan) close(r *role) {
	at := len(t.stack) - 1
	for t.stack[at] != r {
		at--
	}
	component := t.stack[at:]
	t.stack = t.stack[:at]
	inCycle := &cycleMembers{}
	for _, member := range component {
		t.onStack[member] = false
		inCycle.names = append(inCycle.names, member.ref().Key())
	}
	slices.Sort(inCycle.names)
	if len(component) == 1 && !slices.ContainsFunc(r.parents, func(p parent) bool { return p.role == r }) {
		return
	}
	for _, member := range slices.Clone(component) {
		t.cycle[member] = inCycle
	}
}
