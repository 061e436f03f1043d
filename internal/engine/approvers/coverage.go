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
// If it takes too much work, nothing is known of any step.
func Cover(x *compiled.Index, chain *document.Chain) []access.Coverage {
	return cover(x, chain, &work{left: coverageBudget / max(1, len(x.Chains))})
}

func cover(x *compiled.Index, chain *document.Chain, w *work) []access.Coverage {
	covered := make([]access.Coverage, len(chain.Steps))
	if w.within(func() { coverSteps(x, chain, w, covered) }) {
		return covered
	}
	for i := range chain.Steps {
		covered[i] = access.Coverage{Step: chain.Steps[i].Name, Conditional: chain.Steps[i].When != "", Unknown: true}
	}
	return covered
}

func coverSteps(x *compiled.Index, chain *document.Chain, w *work, covered []access.Coverage) {
	combinations := combinations(x)
	for i := range chain.Steps {
		step := &chain.Steps[i]
		c := coverageScan{
			index: x, work: w, combinations: combinations, step: step, distinct: chain.DistinctApprovers != "" && len(chain.Steps) > 1,
			approvers: approversOf(step), roles: rolesOf(x, chain, step, w),
		}
		covered[i] = access.Coverage{
			Step: step.Name, Conditional: step.When != "", Approvers: c.count(), ManagerBased: c.managerBased(),
		}
		if covered[i].ManagerBased {
			continue
		}
		for _, values := range combinations {
			c.lookEverywhere(values)
		}
		covered[i].Uncovered, covered[i].Single = c.gaps[uncovered], c.gaps[single]
		covered[i].Short, covered[i].Undecidable = c.gaps[short], c.gaps[undecidable]
	}
	if chain.DistinctApprovers != "" && len(chain.Steps) > 1 {
		coverTogether(x, chain, w, covered)
	}
}

// approversOf lists the approvers of a step, its fallback and those of its escalations.
func approversOf(step *document.Step) []document.Approver {
	all := slices.Concat(step.Approvers, step.Fallback)
	for _, timeout := range step.Escalations() {
		all = append(all, step.Timeouts[timeout].Approvers...)
	}
	return all
}

// coverTogether finds the places for which the steps have too few approvers between them, if each of these decides one step only.
func coverTogether(x *compiled.Index, chain *document.Chain, w *work, covered []access.Coverage) {
	var steps []int
	var approvers []document.Approver
	roles := []string{""}
	conditional := false
	for i := range chain.Steps {
		if !covered[i].ManagerBased {
			steps, conditional = append(steps, i), conditional || covered[i].Conditional
			approvers = append(approvers, approversOf(&chain.Steps[i])...)
			if asksAdministrators(&chain.Steps[i]) {
				roles = rolesOf(x, chain, &chain.Steps[i], w)
			}
		}
	}
	for _, values := range combinations(x) {
		everywhere(x, w, approvers, func(unit uint32) int {
			for _, role := range roles {
				asking := make([]stepPools, len(steps))
				for i, step := range steps {
					c := coverageScan{index: x, work: w, step: &chain.Steps[step]}
					asking[i] = c.pools(unit, values, role)
				}
				if short := distinctShortage(chain, asking, w); short >= 0 {
					return short
				}
			}
			return -1
		}, func(unit uint32, short int) {
			if short < 0 {
				return
			}
			w.spend(stepsOfGap)
			c := &covered[steps[short]]
			c.Shared = append(c.Shared, access.Gap{Unit: x.UnitTable[unit].Name, Values: values})
			c.SharedConditional = conditional
		})
	}
}

// everywhere notes what is found of each unit. Where nothing that approvers depend on begins at a unit, it is what is found of the unit
// above.
func everywhere[T any](
	x *compiled.Index, w *work, approvers []document.Approver, find func(unit uint32) T, note func(unit uint32, found T),
) {
	kinds := map[string]bool{}
	for i := range approvers {
		if role := approvers[i].Role; role != nil && role.NearestUnitKind != "" {
			kinds[role.NearestUnitKind] = true
		}
	}
	begins, found := x.ReverseIndex().Begins, make([]T, len(x.UnitTable))
	w.spend(len(found))
	for number := range found {
		unit := uint32(number)
		if unit == compiled.Root || begins[unit] || kinds[x.UnitTable[unit].Kind] {
			found[unit] = find(unit)
		} else {
			found[unit] = found[x.Parent(unit)]
		}
		note(unit, found[unit])
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
	work         *work
	combinations []map[string]string
	step         *document.Step
	approvers    []document.Approver
	// roles are those that are asked for, if the step asks administrators: one of each class. Else it is empty once.
	roles []string
	// distinct is set if different users must decide different steps: then a fallback may decide because its approvers decide others.
	distinct bool
	// gaps are the places, by what is wrong there.
	gaps map[outlook][]access.Gap
}

// outlook is what becomes of a step in a place. The last two are found of steps that need several approvals or denials.
type outlook int

const (
	several outlook = iota
	uncovered
	single
	short
	undecidable
)

// gravity orders outlooks: the worst of several roles is told.
var gravity = map[outlook]int{several: 0, single: 1, undecidable: 2, short: 3, uncovered: 4}

// place is what was found of a place: the outlook, and the only users who could decide.
type place struct {
	outlook outlook
	only    string
}

// pools lists the users who could decide the step for one unit, some values and a role.
func (c *coverageScan) pools(unit uint32, values map[string]string, role string) stepPools {
	e := c.at(unit, values)
	e.askFor(role)
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
	c.work.spend(1)
	e := &evaluation{input: &access.ApprovalInput{}, anyAttributes: true, work: c.work}
	e.decision.Index, e.decision.Request, e.decision.Unit = c.index, &e.asked, unit
	properties := make(map[string]any, len(values))
	for name, value := range values {
		if value != "" {
			properties[name] = value
		}
	}
	e.asked.Resource.Properties = properties
	e.decision.Values, _ = c.index.ValuesOf(properties, compiled.Location{Unit: unit})
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
	case document.ApproverTypeAdministrator:
		return c.administratorsAnywhere()
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
			for _, holder := range list.Users {
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

// lookEverywhere notes whether too few could decide for each unit and some values.
func (c *coverageScan) lookEverywhere(values map[string]string) {
	if c.gaps == nil {
		c.gaps = map[outlook][]access.Gap{}
	}
	everywhere(c.index, c.work, c.approvers, func(unit uint32) place { return c.look(unit, values) }, func(unit uint32, found place) {
		if found.outlook == several {
			return
		}
		c.work.spend(stepsOfGap)
		gap := access.Gap{Unit: c.index.UnitTable[unit].Name, Values: values, Only: found.only}
		c.gaps[found.outlook] = append(c.gaps[found.outlook], gap)
	})
}

// look returns whether too few could decide for one unit and some values: the worst of what becomes of the roles.
func (c *coverageScan) look(unit uint32, values map[string]string) place {
	var worst place
	for _, role := range c.roles {
		if found := c.lookForRole(unit, values, role); gravity[found.outlook] > gravity[worst.outlook] {
			worst = found
		}
	}
	return worst
}

func (c *coverageScan) lookForRole(unit uint32, values map[string]string, role string) place {
	if c.step.Needs() == 1 && c.step.RequiredDenials <= 1 {
		return c.lookForOne(unit, values, role)
	}
	pools := c.pools(unit, values, role)
	users := pools.everybody()
	switch needs := c.step.Needs(); {
	case len(users) == 0:
		return place{outlook: uncovered}
	case len(users) < needs && c.distinct && len(pools.anybody()) >= needs:
		// What is wrong, if anything, is found of all steps together.
		return place{}
	case len(users) < needs:
		return place{outlook: short}
	case c.step.Undecidable(len(users)):
		return place{outlook: undecidable}
	case len(users) == needs:
		return place{outlook: single, only: strings.Join(users, ", ")}
	}
	return place{}
}

// lookForOne returns whether nobody, or only one, could decide for one unit, some values and a role.
func (c *coverageScan) lookForOne(unit uint32, values map[string]string, role string) place {
	e := c.at(unit, values)
	e.askFor(role)
	only := ""
	for i := range c.approvers {
		for id := range e.candidates(&c.approvers[i]) {
			switch {
			case id == only || !e.isActive(id):
			case only == "":
				only = id
			default:
				return place{}
			}
		}
	}
	if only == "" {
		return place{outlook: uncovered}
	}
	return place{outlook: single, only: only}
}
