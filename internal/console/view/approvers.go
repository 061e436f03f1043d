// SPDX-License-Identifier: Apache-2.0

package view

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// gapsOf returns the lists of places that a step lacks approvers for.
func gapsOf(c *access.Coverage) []*[]access.Gap {
	return []*[]access.Gap{&c.Uncovered, &c.Short, &c.Shared, &c.Undecidable, &c.Single}
}

// lacking returns the units for which some step of a chain lacks approvers.
func lacking(chains []validation.ChainCoverage) map[string]Lack {
	units := map[string]Lack{}
	for i := range chains {
		for j := range chains[i].Steps {
			step := &chains[i].Steps[j]
			for _, gaps := range gapsOf(step) {
				for _, gap := range *gaps {
					if gaps != &step.Single {
						units[gap.Unit] = LackBlocks
					} else if units[gap.Unit] == "" {
						units[gap.Unit] = LackSingle
					}
				}
			}
		}
	}
	return units
}

// Lack is what approval chains lack for a unit; empty for nothing.
type Lack string

// What approval chains may lack for a unit.
const (
	// LackBlocks is that some requests about it cannot pass.
	LackBlocks Lack = "blocks"
	// LackSingle is that a step has just as many approvers as it needs.
	LackSingle Lack = "single"
)

// UnitStep is who may decide a step of a chain for requests about a unit.
type UnitStep struct {
	Chain, Step string
	// Conditional is set if the step is not needed for every request, and ManagerBased if it asks managers too, who depend on who asks.
	Conditional, ManagerBased bool
	Pools                     []UnitPool
	Problems                  []access.CoverageProblem
}

// UnitPool is who may decide where requests have some values of dimensions.
type UnitPool struct {
	// Values are the combinations of values, all of them if there is none.
	Values []map[string]string
	Users  []string
	// Omitted counts the users who are not named.
	Omitted int
}

const (
	// mostPoolUsers is how many approvers of a step are named.
	mostPoolUsers = 20
	// mostCombinations is how many combinations of values are looked at.
	mostCombinations = 64
)

// stepsOf returns who may decide each step of each chain for requests about a unit, and what lacks.
func stepsOf(o *state.Organization, unit string, now time.Time) []UnitStep {
	index, err := o.IndexAt(now)
	if err != nil {
		return nil
	}
	var list []UnitStep
	for _, covered := range o.Chains {
		chain := o.Document.Chains[covered.Name]
		for i := range covered.Steps {
			at := covered.Steps[i]
			for _, gaps := range gapsOf(&at) {
				*gaps = slices.DeleteFunc(slices.Clone(*gaps), func(gap access.Gap) bool { return gap.Unit != unit })
			}
			list = append(list, UnitStep{
				Chain: covered.Name, Step: at.Step, Conditional: at.Conditional, ManagerBased: at.ManagerBased,
				Pools: poolsOf(index, &chain.Steps[i], unit, now), Problems: at.Problems(),
			})
		}
	}
	return list
}

// poolsOf returns who may decide a step for requests about a unit, where that differs by the values of dimensions.
func poolsOf(index *engine.Index, step *document.Step, unit string, now time.Time) []UnitPool {
	var pools []UnitPool
	combinations := index.ValueCombinations()
	for _, values := range combinations[:min(len(combinations), mostCombinations)] {
		attributes := make(map[string]any, len(values))
		for name, value := range values {
			if value != "" {
				attributes[name] = value
			}
		}
		users := index.Pool(step, &access.ApprovalInput{Unit: unit, Attributes: attributes, Now: now})
		shown := users[:min(len(users), mostPoolUsers)]
		same := slices.IndexFunc(pools, func(p UnitPool) bool {
			return p.Omitted == len(users)-len(shown) && slices.Equal(p.Users, shown)
		})
		if same < 0 {
			same = len(pools)
			pools = append(pools, UnitPool{Users: shown, Omitted: len(users) - len(shown)})
		}
		pools[same].Values = append(pools[same].Values, values)
	}
	if len(pools) == 1 {
		pools[0].Values = nil
	}
	return pools
}
