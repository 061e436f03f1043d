// SPDX-License-Identifier: Apache-2.0

package view

import (
	"maps"
	"slices"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/requests"
	"github.com/rolewright/rolewright/internal/suggest"
)

// Route is who would decide on a request.
type Route struct {
	Chain    string
	Parallel bool
	Steps    []RouteStep
	// Problems are why the steps may be left undecided.
	Problems []string
	// Outcome is what would become of a request that no chain governs; empty if one does. Wrong says why, or what is wrong with the request.
	Outcome, Wrong string
	// Hint is the name that was probably meant; nil if none was.
	Hint *Hint
	// Unread is set if the person may not read what decides on the route: then Said is what the manager says about it, to those who may
	// make the request.
	Unread bool
	Said   []string
}

// RouteStep is a step of a route: its first pool, and those that join or take over.
type RouteStep struct {
	requests.PlannedPool
	Others []requests.PlannedPool
}

// Hint is a name that does not exist, and one that does and is like it.
type Hint struct {
	Kind, Name, Guess string
}

// newRoute returns who would decide on a request.
func newRoute(o *state.Organization, request *v1alpha1.ApprovalRequest, now time.Time) *Route {
	if o.Document == nil {
		return &Route{Unread: true}
	}
	index, err := o.IndexAt(now)
	if err != nil {
		return &Route{Wrong: err.Error()}
	}
	name, plan, err := requests.Plan(index, approval.Input(request))
	if err != nil {
		return &Route{Outcome: requests.Outcome(err), Wrong: err.Error(), Hint: meant(o, request)}
	}
	chain, _ := index.Chain(name)
	route := &Route{Chain: name, Parallel: chain.Parallel, Problems: engine.PlanProblems(&chain, plan)}
	for _, pool := range requests.Pools(&chain, plan) {
		if pool.Step != "" {
			route.Steps = append(route.Steps, RouteStep{PlannedPool: pool})
			continue
		}
		last := &route.Steps[len(route.Steps)-1]
		last.Others = append(last.Others, pool)
	}
	return route
}

// meant returns the name that was probably meant, if the request names something unknown.
func meant(o *state.Organization, request *v1alpha1.ApprovalRequest) *Hint {
	input := approval.Input(request)
	closest := func(kind, name string, known []string) *Hint {
		if guess := suggest.Closest(name, known); name != "" && !slices.Contains(known, name) && guess != "" {
			return &Hint{Kind: kind, Name: name, Guess: guess}
		}
		return nil
	}
	hints := []*Hint{
		closest("user", input.Beneficiary, o.Users()), closest("unit", input.Unit, slices.Sorted(maps.Keys(o.Document.Units))),
	}
	if input.Grant != nil {
		hints = append(hints, closest("role", input.Grant.Role, slices.Sorted(maps.Keys(o.Document.Roles))))
	}
	for _, hint := range hints {
		if hint != nil {
			return hint
		}
	}
	return nil
}
