// SPDX-License-Identifier: Apache-2.0

package view

import (
	"maps"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/requests"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// TestApproversOfUnits: those who may decide a step of a request about a unit, as rolewright chain says, are on the page of the unit, and what a
// chain lacks, as its status says, is on the pages of exactly those units for which it does.
func TestApproversOfUnits(t *testing.T) {
	asked, lacks := 0, 0
	for _, sample := range []string{"quickstart", "contracts", "homehealth", "performance", "staffing", "workorders"} {
		o := read(t, "../../../config/samples/"+sample)
		index, err := o.IndexAt(now)
		if err != nil {
			t.Fatal(err)
		}
		marked := map[string]Lack{}
		tree := NewTree(o, "", "")
		for nodes := []UnitNode{tree.Root}; len(nodes) > 0; nodes = append(nodes[1:], nodes[0].Children...) {
			marked[nodes[0].Name] = nodes[0].Lack
		}
		gaps := map[string]int{}
		for _, chain := range o.Chains {
			for i := range chain.Steps {
				for _, list := range gapsOf(&chain.Steps[i]) {
					for _, gap := range *list {
						gaps[gap.Unit]++
					}
				}
			}
		}
		for unit := range o.Document.Units {
			page := NewUnit(o, unit, "", "", now)
			problems := 0
			for i := range page.Approvers {
				problems += len(page.Approvers[i].Problems)
			}
			if problems > 0 != (gaps[unit] > 0) || problems > 0 != (marked[unit] != "") {
				t.Errorf("%s: %d problems on the page of %s, %d gaps, and the tree says %q", sample, problems, unit, gaps[unit], marked[unit])
			}
			lacks += problems
			for _, requester := range o.Users() {
				for _, chain := range o.Document.Chains {
					input := &access.ApprovalInput{RequestType: chain.RequestType, Requester: requester, Unit: unit, Now: now}
					name, plan, err := requests.Plan(index, input)
					if err != nil {
						continue
					}
					for i := range plan.Steps {
						step := &plan.Steps[i]
						at := slices.IndexFunc(page.Approvers, func(s UnitStep) bool { return s.Chain == name && s.Step == step.Name })
						if at < 0 {
							t.Fatalf("%s: the page of %s lacks step %s of %s", sample, unit, step.Name, name)
						}
						shown, omitted := map[string]bool{}, 0
						for _, pool := range page.Approvers[at].Pools {
							omitted += pool.Omitted
							for _, user := range pool.Users {
								shown[user] = true
							}
						}
						for _, user := range step.Approvers {
							asked++
							if !shown[user] && omitted == 0 && !page.Approvers[at].ManagerBased {
								t.Errorf("%s: %s may decide %s of %s in %s for %s, and is not among %v", sample, user, step.Name, name, unit, requester,
									slices.Sorted(maps.Keys(shown)))
							}
						}
					}
				}
			}
		}
	}
	if asked < 100 || lacks == 0 {
		t.Errorf("%d approvers and %d problems were compared", asked, lacks)
	}
}
