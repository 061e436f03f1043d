// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestPerUnitAsUnitByUnit: what is found in one pass over branches is what is found by asking for each unit, in the order of names.
func TestPerUnitAsUnitByUnit(t *testing.T) {
	reached := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		tree := &unitTree{root: "unit-05", units: map[string]*model.Unit{}, groups: map[string][]string{}}
		names := make([]string, rapid.IntRange(1, 12).Draw(t, "units"))
		for i := range names {
			// Names are in another order than the tree.
			names[i] = fmt.Sprintf("unit-%02d", (i*7+5)%12)
			tree.units[names[i]] = &model.Unit{Name: names[i]}
			if i > 0 {
				tree.units[names[i]].Parent = names[rapid.IntRange(0, i-1).Draw(t, "parent")]
			}
		}
		tree.number()
		some := func(label string) []string { return rapid.SliceOfN(rapid.SampledFrom(names), 0, 3).Draw(t, label) }
		tree.groups["group"] = some("group")
		c := &separationCheck{
			env: &environment{units: tree}, branches: map[*binding][]span{},
			constraint: &constraint{spec: &model.Constraint{Separation: &model.Separation{AtMost: rapid.IntRange(1, 3).Draw(t, "at most"), PerUnit: true}}},
		}
		var live []duties
		for range rapid.IntRange(1, 5).Draw(t, "bindings") {
			scope := document.Scope{Units: some("scope"), Everywhere: rapid.IntRange(0, 5).Draw(t, "everywhere") == 0}
			if rapid.Bool().Draw(t, "by group") {
				scope.UnitGroups = []string{"group"}
			}
			live = append(live, duties{&binding{role: &role{}, grant: document.Grant{Scope: scope}}, rapid.Uint32Range(1, 31).Draw(t, "duties")})
		}
		last := live[len(live)-1].binding
		wanted, broken := uint32(0), false
		for _, unit := range slices.Sorted(slices.Values(names)) {
			var held uint32
			top := false
			for _, d := range live {
				top = top || slices.Contains(tree.tops(d.binding.scope()), unit)
				if tree.covers(d.binding.scope(), unit) {
					held |= d.mask
				}
			}
			if top && !broken && bits.OnesCount32(held) > c.constraint.spec.Separation.AtMost && tree.covers(last.scope(), unit) {
				wanted, broken = held, true
			}
		}
		if held, is := c.brokenIn(last, live, live); held != wanted || is != broken {
			t.Fatalf("one pass says %b, %t, and unit by unit %b, %t", held, is, wanted, broken)
		}
		reached[broken]++
	})
	t.Logf("%v", reached)
}
