// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// mostCombinations bounds how many combinations of dimension values are looked at; beyond, only requests without values are.
const mostCombinations = 64

// Cover returns, for each step of a chain, the places for which it has too few approvers, for requests whose requester and beneficiary
// are none of them. Of conditions and qualifiers it takes those for true that let users decide, and those of steps that need the step.
func Cover(x *compiled.Index, chain *document.Chain) []access.Coverage {
	combinations := combinations(x)
	covered := make([]access.Coverage, len(chain.Steps))
	for i := range chain.Steps {
		step := &chain.Steps[i]
		c := coverageScan{
			index: x, combinations: combinations, step: step, distinct: chain.DistinctApprovers != "" && len(chain.Steps) > 1,
			approvers: slices.Concat(step.Approvers, step.Fallback),
		}
		for _, timeout := range step.Escalations() {
			c.approvers = append(c.approvers, step.Timeouts[timeout].Approvers...)
		}
		covered[i] = access.Coverage{
			Step: step.Name, Conditional: step.When != "", Approvers: c.count(), ManagerBased: c.managerBased(),
		}
		if covered[i].ManagerBased {
			continue
		}
		for _, values := range combinations {
			for unit := range x.UnitTable {
				c.look(uint32(unit), values)
			}
		}
		covered[i].Uncovered, covered[i].Single, covered[i].Short, covered[i].Undecidable = c.uncovered, c.single, c.short, c.undecidable
	}
	if chain.DistinctApprovers != "" && len(chain.Steps) > 1 {
		coverTogether(x, chain, combinations, covered)
	}
	return covered
}

// coverTogether finds the places for which the steps have too few approvers between them, if each of these decides one step only.
func coverTogether(x *compiled.Index, chain *document.Chain, combinations []map[string]string, covered []access.Coverage) {
	var steps []int
	conditional, tries := false, 0
	for i := range chain.Steps {
		if !covered[i].ManagerBased {
			steps, conditional = append(steps, i), conditional || covered[i].Conditional
		}
	}
	for _, values := range combinations {
		for unit := range x.UnitTable {
			asking := make([]stepPools, len(steps))
			for i, step := range steps {
				c := coverageScan{index: x, step: &chain.Steps[step]}
				asking[i] = c.pools(uint32(unit), values)
			}
			if short := distinctShortage(chain, asking, &tries); short >= 0 {
				c := &covered[steps[short]]
				c.Shared = append(c.Shared, access.Gap{Unit: x.UnitTable[unit].Name, Values: values})
				c.SharedConditional = conditional
			}
		}
	}
}

// combinations are the values that a request may have, one for each dimension.
func combinations(x *compiled.Index) []map[string]string {
	combinations := []map[string]string{nil}
	for i := range x.Dimensions {
		d := &x.Dimensions[i]
		if len(combinations)*len(d.Values) > mostCombinations {
			return []map[string]string{withoutValues(x)}
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

// withoutValues are the values of a request that has none.
func withoutValues(x *compiled.Index) map[string]string {
	values := make(map[string]string, len(x.Dimensions))
	for i := range x.Dimensions {
		values[x.Dimensions[i].Name] = ""
	}
	return values
}

// coverageScan looks at one place after the other.
type coverageScan struct {
	index        *compiled.Index
	combinations []map[string]string
	step         *document.Step
	approvers    []document.Approver
	// distinct is set if different users must decide different steps: then a fallback may decide because its approvers decide others.
	distinct          bool
	uncovered, single []access.Gap
	// short and undecidable are found of steps that need several approvals or denials.
	short, undecidable []access.Gap
}

// pools lists the users who could decide the step for one unit and some values.
func (c *coverageScan) pools(unit uint32, values map[string]string) stepPools {
	e := c.at(unit, values)
	p := stepPools{step: c.step, approvers: e.list(c.step.Approvers), fallback: e.list(c.step.Fallback)}
	for _, timeout := range c.step.Escalations() {
		p.escalations = append(p.escalations, e.list(c.step.Timeouts[timeout].Approvers))
	}
	return p
}

func (c *coverageScan) managerBased() bool {
	return slices.ContainsFunc(c.approvers, func(a document.Approver) bool {
		return a.Type == document.ApproverTypeManager && a.Manager != nil && isLine(a.Manager.LineOf) && a.Manager.Level > 0 ||
			a.Type == document.ApproverTypeManagerWithRole && a.ManagerWithRole != nil && isLine(a.ManagerWithRole.LineOf)
	})
}

// at returns an evaluation about one unit and some values, for any requester.
func (c *coverageScan) at(unit uint32, values map[string]string) *evaluation {
	e := &evaluation{input: &access.ApprovalInput{}, anyAttributes: true}
	e.decision.Index, e.decision.Request, e.decision.Unit = c.index, &e.asked, unit
	properties := make(map[string]any, len(values))
	for name, value := range values {
		if value != "" {
			properties[name] = value
		}
	}
	e.decision.Values, _ = c.index.ValuesOf(properties, unit, false)
	return e
}

// count counts everybody who could decide somewhere.
func (c *coverageScan) count() int {
	everybody := map[string]struct{}{}
	e := c.at(compiled.Root, nil)
	for i := range c.approvers {
		a := &c.approvers[i]
		for id := range c.selectedAnywhere(e, a) {
			if e.isActive(id) && (a.RequiredPermission == "" || c.decidesSomewhere(a, id, a.RequiredPermission)) {
				everybody[id] = struct{}{}
			}
		}
	}
	return len(everybody)
}

// selectedAnywhere yields whom one approver names in some place; some may not be active.
func (c *coverageScan) selectedAnywhere(e *evaluation, a *document.Approver) iter.Seq[string] {
	switch a.Type {
	case document.ApproverTypeRole:
		holders := map[string]struct{}{}
		c.holdersAnywhere(e, a.Role, holders)
		return maps.Keys(holders)
	case document.ApproverTypePermission:
		return func(yield func(string) bool) {
			for _, id := range c.index.ReverseIndex().IDs {
				if c.decidesSomewhere(a, id, a.Permission) && !yield(id) {
					return
				}
			}
		}
	}
	return e.selected(a)
}

// holdersAnywhere notes who holds a role now in a scope in which a request could be made.
func (c *coverageScan) holdersAnywhere(e *evaluation, a *document.RoleApprover, everybody map[string]struct{}) {
	if a == nil {
		return
	}
	p := c.index.ReverseIndex()
	for number := range p.HoldersByScope {
		scope := uint32(number)
		if !c.reaches(scope, a.NearestUnitKind) {
			continue
		}
		for _, list := range holdersIn(p, scope, roleFilter(c.index, a)) {
			for _, holder := range list {
				if e.holdsIn(p.Holders[holder], scope, a) {
					everybody[p.IDs[holder]] = struct{}{}
				}
			}
		}
	}
}

// reaches reports whether a scope covers some request, about a unit of a kind if there is one.
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

// holdsIn reports whether a user has a live grant of a role in one scope.
func (e *evaluation) holdsIn(holder compiled.User, scope uint32, a *document.RoleApprover) bool {
	for i := holder.From; i < holder.Until; i++ {
		g := &e.decision.Index.Grants[i]
		if g.Scope == scope && e.decision.Index.Ranks(e.decision.Index.EffectiveRoles[g.EffectiveRole].Role, a.Role, isExact(a.Match)) &&
			(g.Window == 0 || e.decision.Index.Windows[g.Window].Open(e.decision.Moment())) {
			return true
		}
	}
	return false
}

// look notes whether too few could decide for one unit and some values.
func (c *coverageScan) look(unit uint32, values map[string]string) {
	if c.step.Needs() == 1 && c.step.RequiredDenials <= 1 {
		c.lookForOne(unit, values)
		return
	}
	pools := c.pools(unit, values)
	gap, users := access.Gap{Unit: c.index.UnitTable[unit].Name, Values: values}, pools.everybody()
	switch needs := c.step.Needs(); {
	case len(users) == 0:
		c.uncovered = append(c.uncovered, gap)
	case len(users) < needs && c.distinct && len(pools.anybody()) >= needs:
		// What is wrong, if anything, is found of all steps together.
	case len(users) < needs:
		c.short = append(c.short, gap)
	case c.step.Undecidable(len(users)):
		c.undecidable = append(c.undecidable, gap)
	case len(users) == needs:
		gap.Only = strings.Join(users, ", ")
		c.single = append(c.single, gap)
	}
}

// lookForOne notes whether nobody, or only one, could decide for one unit and some values.
func (c *coverageScan) lookForOne(unit uint32, values map[string]string) {
	gap := access.Gap{Unit: c.index.UnitTable[unit].Name, Values: values}
	e := c.at(unit, values)
	for i := range c.approvers {
		for id := range e.candidates(&c.approvers[i]) {
			switch {
			case id == gap.Only || !e.isActive(id):
			case gap.Only == "":
				gap.Only = id
			default:
				return
			}
		}
	}
	if gap.Only == "" {
		c.uncovered = append(c.uncovered, gap)
	} else {
		c.single = append(c.single, gap)
	}
}
