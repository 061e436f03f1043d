// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// ChainCoverage is what an approval chain lacks.
type ChainCoverage struct {
	Name string
	// Steps are all of its steps.
	Steps []access.Coverage

	object model.Ref
}

// Coverage finds chains of which requests about some units cannot be decided at a time, as the condition Covered says in a cluster.
func Coverage(world *model.World, resolution *resolve.Resolution, now time.Time) []resolve.Finding {
	if resolution.Document == nil {
		return nil
	}
	index, err := engine.NewIndex(resolution.Document)
	if err != nil {
		return nil
	}
	return lacks(world.Organization, coverageOf(world, index.At(now)))
}

// cover finds out what each chain lacks at a time. Who may decide is told apart for every unit, which is looked for once.
func (o *Organization) cover(now time.Time) {
	if index, err := o.Index(); err == nil && index != nil {
		o.Chains = coverageOf(o.World, index.At(now))
	}
}

// coverageOf returns what each chain of a document lacks, by name.
func coverageOf(world *model.World, index *engine.Index) []ChainCoverage {
	var covered []ChainCoverage
	for i := range world.Chains {
		if chain, known := index.Chain(world.Chains[i].Name); known {
			covered = append(covered, ChainCoverage{Name: world.Chains[i].Name, Steps: index.Coverage(&chain), object: world.Chains[i].Ref})
		}
	}
	slices.SortFunc(covered, func(a, b ChainCoverage) int { return strings.Compare(a.Name, b.Name) })
	return covered
}

// lacks returns the findings about chains that lack something.
func lacks(organization *model.Organization, chains []ChainCoverage) []resolve.Finding {
	var found []resolve.Finding
	for i := range chains {
		for j := range chains[i].Steps {
			step := &chains[i].Steps[j]
			for _, problem := range step.Problems() {
				if slices.Contains(organization.Ignored, problem.Reason) {
					continue
				}
				severity := resolve.Warning
				if problem.Reason == access.CoverageSingle {
					severity = resolve.Info
				}
				found = append(found, resolve.Finding{
					Reason: problem.Reason, Severity: severity, Object: chains[i].object,
					Field: "spec.steps[" + step.Step + "].approvers", Message: problem.Message,
				})
			}
		}
	}
	return found
}
