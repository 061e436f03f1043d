// SPDX-License-Identifier: Apache-2.0

package change

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// compareApprovers adds the chains that differ, and who would decide otherwise in steps that both states have.
func (c *comparison) compareApprovers(d *Difference) error {
	was, is := c.docs[before].Chains, c.docs[after].Chains
	if len(was)+len(is) == 0 {
		return nil
	}
	d.Chains = chainChanges(was, is)
	if len(was) == 0 || len(is) == 0 || !c.approversMayDiffer(d) {
		return nil
	}
	a := &approverComparison{comparison: c}
	if err := a.compile(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(is)) {
		chain, before := is[name], was[name]
		for i := range chain.Steps {
			for j := range before.Steps {
				if before.Steps[j].Name == chain.Steps[i].Name {
					a.compareStep(name, chainStep{&before, &before.Steps[j]}, chainStep{&chain, &chain.Steps[i]})
				}
			}
		}
	}
	d.Approvers = a.changes
	return a.failure
}

func chainChanges(was, is map[string]document.Chain) []ChainChange {
	var changes []ChainChange
	for name, chain := range is {
		former, knew := was[name]
		if !knew {
			changes = append(changes, ChainChange{name, Added})
		} else if !reflect.DeepEqual(former, chain) {
			changes = append(changes, ChainChange{name, Changed})
		}
	}
	for name := range was {
		if _, still := is[name]; !still {
			changes = append(changes, ChainChange{name, Removed})
		}
	}
	slices.SortFunc(changes, func(a, b ChainChange) int { return compareTexts(a.Chain, b.Chain) })
	return changes
}

// approversMayDiffer reports whether anything differs on which approvers depend.
func (c *comparison) approversMayDiffer(d *Difference) bool {
	was, is := c.docs[before], c.docs[after]
	return len(d.Chains)+len(d.Roles)+len(c.changedUsers)+len(c.directory.changed) > 0 || c.suspectDefaults || !c.units.same ||
		!reflect.DeepEqual(was.UnitGroups, is.UnitGroups) || !reflect.DeepEqual(was.Groups, is.Groups) ||
		!reflect.DeepEqual(was.Dimensions, is.Dimensions) || !slices.Equal(was.Features, is.Features)
}

// approverComparison compares who would decide.
type approverComparison struct {
	comparison *comparison
	// indexes are those of both states, of the users alone on whom approvers may depend.
	indexes [states]*engine.Index
	// some are the users whom the indexes know, if these are not all: of the others, the same may decide in both states. It is nil if
	// indexes know all.
	some map[string]struct{}
	// all is an index of the state before with all users, once it was needed, and failure is why there is none.
	all     *engine.Index
	failure error
	changes []ApproverChange
}

// chainStep is a step of a chain.
type chainStep struct {
	chain *document.Chain
	step  *document.Step
}

// compareStep compares a step for each role that its approvers depend on.
func (a *approverComparison) compareStep(chain string, was, is chainStep) {
	roles := slices.Concat(a.indexes[before].AskedRoles(was.chain, was.step), a.indexes[after].AskedRoles(is.chain, is.step))
	slices.Sort(roles)
	roles = slices.Compact(roles)
	if len(roles) > 1 && roles[0] == "" {
		roles = roles[1:]
	}
	for _, role := range roles {
		a.compareFor(role, chain, was.step, is.step)
	}
}

// grantOf returns what a request asks for; nil if the role is empty.
func grantOf(role string) *access.ApprovalGrant {
	if role == "" {
		return nil
	}
	return &access.ApprovalGrant{Role: role}
}

// compareFor compares a step for every unit or, if it asks managers, for requests of those whose managers differ.
func (a *approverComparison) compareFor(role, chain string, was, is *document.Step) {
	found := map[string]*ApproverChange{}
	numbers := map[*ApproverChange][]int32{}
	note := func(input *access.ApprovalInput, values map[string]string) *ApproverChange {
		input.Grant = grantOf(role)
		change := a.changeOf(was, is, input)
		if change == nil {
			return nil
		}
		change.Chain, change.Step, change.Role, change.Values = chain, is.Name, role, values
		key := fmt.Sprintf("%q%q%q%t%v", change.Gained, change.Lost, change.Left, change.SomeLeft, values)
		if found[key] == nil {
			found[key] = change
		}
		return found[key]
	}
	if a.indexes[before].AsksManagers(was) || a.indexes[after].AsksManagers(is) {
		for _, id := range a.requesters() {
			input := &access.ApprovalInput{Requester: id, Unit: a.homeOf(id), Now: a.comparison.options.At}
			if change := note(input, nil); change != nil {
				change.Requesters = append(change.Requesters, id)
			}
		}
	} else {
		for _, values := range a.combinations() {
			for _, unit := range a.comparison.units.trees[after].order {
				input := &access.ApprovalInput{Unit: unit, Attributes: attributes(values), Now: a.comparison.options.At}
				if change := note(input, values); change != nil {
					numbers[change] = append(numbers[change], a.comparison.units.numbers[place{unit: unit}])
				}
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		change := found[key]
		if of := numbers[change]; len(of) > 0 {
			change.Where = a.comparison.place(after, numbersOf(of))
		}
		a.changes = append(a.changes, *change)
	}
}

// changeOf returns how the approvers of a step for one request differ; nil if they do not.
func (a *approverComparison) changeOf(was, is *document.Step, input *access.ApprovalInput) *ApproverChange {
	pools, others := a.pools(was, is, input)
	change := difference(pools[before], pools[after])
	if change == nil {
		return nil
	}
	change.SomeLeft = others || len(change.Left) > 0
	if a.comparison.options.OmitLeft {
		change.Left = nil
	}
	return change
}

// requesters are users of the state after of whose line of managers someone differs.
func (a *approverComparison) requesters() []string {
	c := a.comparison
	differs := func(id string) bool {
		_, user := c.changedUsers[id]
		_, line := c.directory.changed[id]
		return user || line
	}
	was, is := c.directory.below(before, differs), c.directory.below(after, differs)
	var ids []string
	for id := range c.resolutions[after].Users() {
		if is(id) || was(id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// homeOf returns the home unit of a user in the state after.
func (a *approverComparison) homeOf(id string) string {
	user, _ := a.comparison.resolutions[after].User(id)
	return user.HomeUnit
}

// combinations are those of dimension values of the state after.
func (a *approverComparison) combinations() []map[string]string {
	return a.indexes[after].ValueCombinations()
}

func attributes(values map[string]string) map[string]any {
	all := make(map[string]any, len(values))
	for name, value := range values {
		all[name] = value
	}
	return all
}

// difference returns who began and ceased to be an approver; nil if nobody did.
func difference(was, is []string) *ApproverChange {
	former, gained := setOf(was), set{}
	change := &ApproverChange{}
	for _, id := range is {
		if _, still := former[id]; still {
			delete(former, id)
			change.Left = append(change.Left, id)
		} else {
			gained[id] = struct{}{}
		}
	}
	if len(former)+len(gained) == 0 {
		return nil
	}
	change.Gained, change.Lost, change.Left = slices.Sorted(maps.Keys(gained)), slices.Sorted(maps.Keys(former)), sorted(change.Left)
	return change
}
