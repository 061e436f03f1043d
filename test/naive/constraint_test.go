// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
)

func drawConstraints(t *rapid.T, prefix string, world *model.World) []model.Constraint {
	var drawn []model.Constraint
	for i := range max(0, rapid.IntRange(-2, 2).Draw(t, "constraints "+prefix)) {
		drawn = append(drawn, drawConstraint(t, fmt.Sprintf("%s%d", prefix, i+1), world))
	}
	return drawn
}

func drawConstraint(t *rapid.T, name string, world *model.World) model.Constraint {
	constraint := model.Constraint{Name: name, Enforce: !sometimes(t, "audited")}
	switch rapid.SampledFrom([]string{"separation", "holders", "prerequisite"}).Draw(t, "sort") {
	case "separation":
		constraint.Separation = drawSeparation(t, world)
	case "holders":
		constraint.Holders = &model.Holders{Role: drawRoleRef(t, world)}
		if most := rapid.IntRange(0, 2).Draw(t, "at most"); !constraint.Enforce && rapid.Bool().Draw(t, "at least") {
			constraint.Holders.AtLeast = &most
		} else {
			constraint.Holders.AtMost = &most
		}
	case "prerequisite":
		constraint.Prerequisite = &model.Prerequisite{Role: drawRoleRef(t, world), RequiredRole: drawRoleRef(t, world), PerUnit: rapid.Bool().Draw(t, "per unit")}
	}
	return constraint
}

func drawSeparation(t *rapid.T, world *model.World) *model.Separation {
	separation := &model.Separation{PerUnit: rapid.Bool().Draw(t, "per unit")}
	for i := range rapid.IntRange(2, 3).Draw(t, "duties") {
		duty := model.Duty{Name: fmt.Sprintf("duty%d", i)}
		if rapid.Bool().Draw(t, "of permissions") {
			duty.Permissions = few(t, "duty's permissions", permissionsOf(world), 1, 2)
		} else {
			duty.Roles = []model.RoleRef{drawRoleRef(t, world)}
		}
		if sometimes(t, "another role") {
			duty.Roles = append(duty.Roles, drawRoleRef(t, world))
		}
		separation.Duties = append(separation.Duties, duty)
	}
	if sometimes(t, "an exempt role") {
		separation.Except = []model.RoleRef{drawRoleRef(t, world)}
	}
	separation.AtMost = rapid.IntRange(1, len(separation.Duties)-1).Draw(t, "at most duties")
	return separation
}

func drawWaivers(t *rapid.T, constraints []model.Constraint) []model.Waiver {
	var waivers []model.Waiver
	for i := range max(0, rapid.IntRange(-2, 2).Draw(t, "waivers")) {
		waiver := model.Waiver{
			Name: fmt.Sprintf("w%d", i), Constraint: "c9", Owner: "ann", Reason: "for now", Users: some(t, "waived users", users, 0, 2), AllUsers: sometimes(t, "waived for all"),
			EndTime: rapid.SampledFrom([]time.Time{clock.Add(-time.Minute), clock, clock.Add(time.Minute), clock.Add(time.Hour), clock.Add(2 * time.Hour)}).Draw(t, "waived until"),
		}
		if len(constraints) > 0 && !rarely(t, "waives nothing") {
			waiver.Constraint = rapid.SampledFrom(constraints).Draw(t, "waived").Name
		}
		waivers = append(waivers, waiver)
	}
	return waivers
}

// unconstrained is a world in which no constraint withholds anything.
func unconstrained(world *model.World) *model.World {
	free := copied(world)
	free.Catalog.Constraints = audited(free.Catalog.Constraints)
	for i := range free.Structures {
		free.Structures[i].Constraints = audited(free.Structures[i].Constraints)
	}
	return free
}

// audited are constraints that only show what breaks them.
func audited(constraints []model.Constraint) []model.Constraint {
	shown := slices.Clone(constraints)
	for i := range shown {
		shown[i].Enforce = false
	}
	return shown
}
