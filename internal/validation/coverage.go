// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Coverage finds chains of which requests about some units cannot be decided at a time, as the condition Covered says in a cluster.
func Coverage(world *model.World, resolution *resolve.Resolution, now time.Time) []resolve.Finding {
	if resolution.Document == nil {
		return nil
	}
	index, err := engine.NewIndex(resolution.Document)
	if err != nil {
		return nil
	}
	return coverage(world, index.At(now))
}

// coverage is Coverage of one that was resolved.
func (o *Organization) coverage(now time.Time) []resolve.Finding {
	if index, err := o.Index(); err == nil && index != nil {
		return coverage(o.World, index.At(now))
	}
	return nil
}

func coverage(world *model.World, index *engine.Index) []resolve.Finding {
	var found []resolve.Finding
	for i := range world.Chains {
		chain, known := index.Chain(world.Chains[i].Name)
		if !known {
			continue
		}
		for _, step := range index.Coverage(&chain) {
			for _, problem := range step.Problems() {
				if slices.Contains(world.Organization.Ignored, problem.Reason) {
					continue
				}
				severity := resolve.Warning
				if problem.Reason == access.CoverageSingle {
					severity = resolve.Info
				}
				found = append(found, resolve.Finding{
					Reason: problem.Reason, Severity: severity, Object: world.Chains[i].Ref,
					Field: "spec.steps[" + step.Step + "].approvers", Message: problem.Message,
				})
			}
		}
	}
	return found
}
