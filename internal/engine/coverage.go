// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// mostCombinations bounds how many combinations of dimension values are looked at; beyond, requests without values stand for all.
const mostCombinations = 64

// Coverage tells of each step of a chain for which places it has no approver, or only one. Conditions of steps are left aside.
func (x *Index) Coverage(chain *document.Chain) []access.Coverage {
	combinations := x.combinations()
	covered := make([]access.Coverage, len(chain.Steps))
	for i := range chain.Steps {
		step := &chain.Steps[i]
		c := coverer{index: x, approvers: slices.Concat(step.Approvers, step.Fallback)}
		covered[i] = access.Coverage{Step: step.Name, Approvers: c.count(), ManagerBased: c.byLine()}
		if covered[i].ManagerBased {
			continue
		}
		for _, values := range combinations {
			for unit := range x.unitTable {
				c.look(uint32(unit), values)
			}
		}
		covered[i].Uncovered, covered[i].Single = c.uncovered, c.single
	}
	return covered
}

// combinations are the values that a request may have, one for each dimension.
func (x *Index) combinations() []map[string]string {
	combinations := []map[string]string{nil}
	for i := range x.dimensions {
		d := &x.dimensions[i]
		if len(combinations)*len(d.values) > mostCombinations {
			return []map[string]string{nil}
		}
		var next []map[string]string
		for _, value := range slices.SortedFunc(maps.Keys(d.values), strings.Compare) {
			for _, before := range combinations {
				with := map[string]string{d.name: value}
				maps.Copy(with, before)
				next = append(next, with)
			}
		}
		combinations = next
	}
	return combinations
}

// coverer looks at one place after the other.
type coverer struct {
	index             *Index
	approvers         []document.Approver
	uncovered, single []access.Gap
}

func (c *coverer) byLine() bool {
	return slices.ContainsFunc(c.approvers, func(a document.Approver) bool { return a.Manager != nil })
}

// at is a question about one unit and some values, whoever asks.
func (c *coverer) at(unit uint32, values map[string]string) *inquiry {
	q := &inquiry{submission: &access.ApprovalInput{}}
	q.index, q.request, q.unit = c.index, &q.asked, unit
	properties := make(map[string]any, len(values))
	for name, value := range values {
		properties[name] = value
	}
	q.values, _ = c.index.valuesOf(&access.Resource{Properties: properties})
	return q
}

// count counts everybody who could decide somewhere.
func (c *coverer) count() int {
	everybody := map[string]struct{}{}
	q := c.at(root, nil)
	for i := range c.approvers {
		if a := c.approvers[i].Role; a != nil {
			c.holdersAnywhere(q, a, everybody)
			continue
		}
		for id := range q.candidates(&c.approvers[i]) {
			if q.active(id) {
				everybody[id] = struct{}{}
			}
		}
	}
	return len(everybody)
}

// holdersAnywhere notes who holds a role now in a scope in which a request could be made.
func (c *coverer) holdersAnywhere(q *inquiry, a *document.RoleApprover, everybody map[string]struct{}) {
	p := c.index.postings()
	for number := range p.granted {
		scope := uint32(number)
		if !c.reaches(scope, a.NearestUnitKind) {
			continue
		}
		for _, list := range c.index.holdersIn(p, scope, a) {
			for _, holder := range list {
				if q.holdsIn(p.holders[holder], scope, a) {
					everybody[p.ids[holder]] = struct{}{}
				}
			}
		}
	}
}

// reaches tells whether a scope covers some request, about a unit of a kind if there is one.
func (c *coverer) reaches(number uint32, kind string) bool {
	s := &c.index.scopes[number]
	for i := range s.values {
		if !s.values[i].all && s.values[i].named.empty() {
			return false
		}
	}
	for i := range s.intervals {
		for unit := i.from; unit < i.until; unit++ {
			if kind == "" || c.index.unitTable[unit].kind == kind {
				return true
			}
		}
	}
	return false
}

// holdsIn tells whether a user has a live grant of a role in one scope.
func (q *inquiry) holdsIn(holder user, scope uint32, a *document.RoleApprover) bool {
	for i := holder.from; i < holder.until; i++ {
		g := &q.index.grants[i]
		if g.scope == scope && q.index.ranks(q.index.capabilities[g.capability].role, a.Role, a.Exactly) &&
			(g.window == 0 || q.index.windows[g.window].open(q.moment())) {
			return true
		}
	}
	return false
}

// look notes whether nobody, or only one, could decide for one unit and some values.
func (c *coverer) look(unit uint32, values map[string]string) {
	spot := access.Gap{Unit: c.index.unitTable[unit].name, Values: values}
	q := c.at(unit, values)
	for i := range c.approvers {
		for id := range q.candidates(&c.approvers[i]) {
			switch {
			case id == spot.Only || !q.active(id):
			case spot.Only == "":
				spot.Only = id
			default:
				return
			}
		}
	}
	if spot.Only == "" {
		c.uncovered = append(c.uncovered, spot)
	} else {
		c.single = append(c.single, spot)
	}
}
