// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// mostCombinations bounds how many combinations of dimension values are looked at; beyond, requests without values stand for all.
const mostCombinations = 64

// Coverage tells of each step of a chain for which places it has no approver, or only one. Conditions of steps are left aside.
func Cover(x *compiled.Index, chain *document.Chain) []access.Coverage {
	combinations := combinations(x)
	covered := make([]access.Coverage, len(chain.Steps))
	for i := range chain.Steps {
		step := &chain.Steps[i]
		c := coverageScan{index: x, approvers: slices.Concat(step.Approvers, step.Fallback)}
		covered[i] = access.Coverage{Step: step.Name, Approvers: c.count(), ManagerBased: c.byLine()}
		if covered[i].ManagerBased {
			continue
		}
		for _, values := range combinations {
			for unit := range x.UnitTable {
				c.look(uint32(unit), values)
			}
		}
		covered[i].Uncovered, covered[i].Single = c.uncovered, c.single
	}
	return covered
}

// combinations are the values that a request may have, one for each dimension.
func combinations(x *compiled.Index) []map[string]string {
	combinations := []map[string]string{nil}
	for i := range x.Dimensions {
		d := &x.Dimensions[i]
		if len(combinations)*len(d.Values) > mostCombinations {
			return []map[string]string{nil}
		}
		var next []map[string]string
		for _, value := range slices.SortedFunc(maps.Keys(d.Values), strings.Compare) {
			for _, before := range combinations {
				with := map[string]string{d.Name: value}
				maps.Copy(with, before)
				next = append(next, with)
			}
		}
		combinations = next
	}
	return combinations
}

// coverageScan looks at one place after the other.
type coverageScan struct {
	index             *compiled.Index
	approvers         []document.Approver
	uncovered, single []access.Gap
}

func (c *coverageScan) byLine() bool {
	return slices.ContainsFunc(c.approvers, func(a document.Approver) bool { return a.Manager != nil })
}

// at is a question about one unit and some values, whoever asks.
func (c *coverageScan) at(unit uint32, values map[string]string) *evaluation {
	q := &evaluation{submission: &access.ApprovalInput{}}
	q.decision.Index, q.decision.Request, q.decision.Unit = c.index, &q.asked, unit
	properties := make(map[string]any, len(values))
	for name, value := range values {
		properties[name] = value
	}
	q.decision.Values, _ = c.index.ValuesOf(&access.Resource{Properties: properties})
	return q
}

// count counts everybody who could decide somewhere.
func (c *coverageScan) count() int {
	everybody := map[string]struct{}{}
	q := c.at(compiled.Root, nil)
	for i := range c.approvers {
		if a := c.approvers[i].Role; a != nil {
			c.holdersAnywhere(q, a, everybody)
			continue
		}
		for id := range q.candidates(&c.approvers[i]) {
			if q.isActive(id) {
				everybody[id] = struct{}{}
			}
		}
	}
	return len(everybody)
}

// holdersAnywhere notes who holds a role now in a scope in which a request could be made.
func (c *coverageScan) holdersAnywhere(q *evaluation, a *document.RoleApprover, everybody map[string]struct{}) {
	p := c.index.ReverseIndex()
	for number := range p.HoldersByScope {
		scope := uint32(number)
		if !c.reaches(scope, a.NearestUnitKind) {
			continue
		}
		for _, list := range holdersIn(c.index, p, scope, a) {
			for _, holder := range list {
				if q.holdsIn(p.Holders[holder], scope, a) {
					everybody[p.IDs[holder]] = struct{}{}
				}
			}
		}
	}
}

// reaches tells whether a scope covers some request, about a unit of a kind if there is one.
func (c *coverageScan) reaches(number uint32, kind string) bool {
	s := &c.index.Scopes[number]
	for i := range s.Values {
		if !s.Values[i].All && s.Values[i].Named.Empty() {
			return false
		}
	}
	for i := range s.Intervals {
		for unit := i.From; unit < i.Until; unit++ {
			if kind == "" || c.index.UnitTable[unit].Kind == kind {
				return true
			}
		}
	}
	return false
}

// holdsIn tells whether a user has a live grant of a role in one scope.
func (q *evaluation) holdsIn(holder compiled.User, scope uint32, a *document.RoleApprover) bool {
	for i := holder.From; i < holder.Until; i++ {
		g := &q.decision.Index.Grants[i]
		if g.Scope == scope && q.decision.Index.Ranks(q.decision.Index.EffectiveRoles[g.EffectiveRole].Role, a.Role, a.Exactly) &&
			(g.Window == 0 || q.decision.Index.Windows[g.Window].Open(q.decision.Moment())) {
			return true
		}
	}
	return false
}

// look notes whether nobody, or only one, could decide for one unit and some values.
func (c *coverageScan) look(unit uint32, values map[string]string) {
	spot := access.Gap{Unit: c.index.UnitTable[unit].Name, Values: values}
	q := c.at(unit, values)
	for i := range c.approvers {
		for id := range q.candidates(&c.approvers[i]) {
			switch {
			case id == spot.Only || !q.isActive(id):
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
