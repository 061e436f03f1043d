// SPDX-License-Identifier: Apache-2.0

package view

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/requests"
	"github.com/rolewright/rolewright/internal/suggest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Wish is what a person asks for, as they wrote it.
type Wish struct {
	Type, Role, Unit, Scope, Duration, From string
	Beneficiary, Justification              string
	// Attributes hold a NAME=VALUE on each line.
	Attributes string
	// Renew names the request whose role is to be prolonged; then only Duration, From and Justification are asked.
	Renew string
}

// Asking is the page on which a person asks for a role, or for another approval.
type Asking struct {
	Wish
	User v1alpha1.UserID
	// Renewed is the request that is to be prolonged; nil if there is none.
	Renewed *RequestRow
	// Types, Roles, Units and Users complete what is typed.
	Types, Roles, Units, Users []string
	// Route is who would decide; nil if nothing is asked for yet.
	Route *Route
	// Wrong says why nothing was created; empty if nothing was to be.
	Wrong string
	// Token goes with the form.
	Token string
}

// mostCompleted is how many users complete a field.
const mostCompleted = 1000

// Route is who would decide on a request.
type Route struct {
	Chain    string
	Parallel bool
	Steps    []RouteStep
	// Problems are why the steps may be left undecided.
	Problems []string
	// Wrong says why no chain would govern the request, and Hint which name was probably meant.
	Wrong, Hint string
}

// RouteStep is a step of a route: its first pool, and those that join or take over.
type RouteStep struct {
	requests.PlannedPool
	Others []requests.PlannedPool
}

// NewAsking returns the page of a wish. The request that it renews is nil if it renews none.
func NewAsking(o *state.Organization, wish *Wish, renewed *v1alpha1.ApprovalRequest, user v1alpha1.UserID, now time.Time) *Asking {
	a := &Asking{Wish: *wish, User: user}
	a.complete(o)
	if renewed != nil {
		row := NewRequestRow(renewed, user, now)
		a.Renewed, a.Type = &row, row.Type
	}
	if renewed == nil && a.Type == "" && a.Role == "" {
		if len(a.Types) == 1 {
			a.Type = a.Types[0]
		}
		return a
	}
	request, err := a.Request(o, renewed)
	if err != nil {
		a.Route = &Route{Wrong: err.Error()}
		return a
	}
	a.Route = newRoute(o, request, now)
	return a
}

// complete collects what completes the fields.
func (a *Asking) complete(o *state.Organization) {
	types, roles := map[string]bool{}, map[string]bool{}
	for i := range o.Members.Chains {
		chain := &o.Members.Chains[i].Spec
		types[string(chain.RequestType)] = true
		if policy := chain.GrantPolicy; policy != nil {
			for _, role := range requests.NamedRoles(&policy.Roles) {
				roles[role] = true
			}
		}
	}
	if o.Document != nil {
		a.Units = slices.Sorted(maps.Keys(o.Document.Units))
		a.Users = o.Users()
		for _, chain := range o.Document.Chains {
			if policy := chain.GrantPolicy; policy != nil {
				addGiven(o.Document, &policy.Roles, roles)
			}
		}
		a.Users = a.Users[:min(len(a.Users), mostCompleted)]
	}
	a.Types, a.Roles = slices.Sorted(maps.Keys(types)), slices.Sorted(maps.Keys(roles))
}

// addGiven adds the roles that a chain may give besides those that it names.
func addGiven(d *document.Document, selection *document.RoleSelection, roles map[string]bool) {
	switch selection.From {
	case document.RolesAll:
		for role := range d.Roles {
			roles[role] = true
		}
	case document.RolesUpTo:
		waiting, seen := []string{selection.UpToRole}, map[string]bool{}
		for len(waiting) > 0 {
			role := waiting[0]
			waiting = waiting[1:]
			if seen[role] {
				continue
			}
			seen[role], roles[role] = true, true
			waiting = append(waiting, d.Roles[role].Inherits...)
		}
	}
	for _, role := range selection.ExceptRoles {
		delete(roles, role)
	}
}

// Request returns the request of the wish, without name.
func (a *Asking) Request(o *state.Organization, renewed *v1alpha1.ApprovalRequest) (*v1alpha1.ApprovalRequest, error) {
	spec, err := a.spec(renewed)
	if err != nil {
		return nil, err
	}
	spec.OrganizationRef.Name = o.Name
	request := requests.By(a.User, spec)
	request.Namespace = o.Namespace
	return request, nil
}

func (a *Asking) spec(renewed *v1alpha1.ApprovalRequest) (*v1alpha1.ApprovalRequestSpec, error) {
	during, err := a.during()
	if err != nil {
		return nil, err
	}
	if renewed != nil {
		return requests.Renew(renewed, during, a.Justification)
	}
	spec := &v1alpha1.ApprovalRequestSpec{
		RequestType: v1alpha1.Name(strings.TrimSpace(a.Type)), Beneficiary: v1alpha1.UserID(strings.TrimSpace(a.Beneficiary)),
		Unit: v1alpha1.Name(strings.TrimSpace(a.Unit)), Justification: v1alpha1.Description(a.Justification),
	}
	if spec.RequestType == "" {
		return nil, fmt.Errorf("kind of request: choose one of %s", strings.Join(a.Types, ", "))
	}
	if spec.Attributes, err = requests.ParseAttributes(lines(a.Attributes)); err != nil {
		return nil, fmt.Errorf("attributes: %w", err)
	}
	if _, twice := spec.Attributes[access.PropertyUnit]; twice {
		return nil, fmt.Errorf("attributes: %s has a field of its own", access.PropertyUnit)
	}
	if strings.TrimSpace(a.Role) == "" {
		if a.Scope != "" || a.Duration != "" || a.From != "" {
			return nil, errors.New("role: name one, or leave out for how long, from when and where it is to be held")
		}
		return spec, nil
	}
	spec.Grant = &during
	spec.Grant.RoleRef = requests.ParseRole(strings.TrimSpace(a.Role))
	if parts := strings.Fields(a.Scope); len(parts) > 0 {
		if spec.Grant.Scope, err = requests.ParseScope(parts); err != nil {
			return nil, fmt.Errorf("scope: %w", err)
		}
	}
	return spec, nil
}

// during returns a grant with nothing but its duration and its start.
func (a *Asking) during() (v1alpha1.RequestedGrant, error) {
	var grant v1alpha1.RequestedGrant
	if strings.TrimSpace(a.Duration) != "" {
		seconds, err := requests.ParseDuration(a.Duration)
		if err != nil {
			return grant, fmt.Errorf("for how long: %w", err)
		}
		grant.DurationSeconds = seconds
	}
	if a.From != "" {
		from, err := parseMoment(a.From)
		if err != nil {
			return grant, fmt.Errorf("from when: %w", err)
		}
		grant.StartTime = &metav1.Time{Time: from}
	}
	return grant, nil
}

// newRoute returns who would decide on a request.
func newRoute(o *state.Organization, request *v1alpha1.ApprovalRequest, now time.Time) *Route {
	if o.Document == nil {
		return &Route{Wrong: "Who would decide cannot be shown, because the organization is not resolved here. You may ask nevertheless."}
	}
	index, err := o.IndexAt(now)
	if err != nil {
		return &Route{Wrong: err.Error()}
	}
	name, plan, err := requests.Plan(index, approval.Input(request))
	if err != nil {
		return &Route{Wrong: fmt.Sprintf("The request would be %s: %v", requests.Outcome(err), err), Hint: meant(o, request)}
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

// meant returns a hint at the name that was probably meant, if the request names something unknown.
func meant(o *state.Organization, request *v1alpha1.ApprovalRequest) string {
	input := approval.Input(request)
	closest := func(what, name string, known []string) string {
		if guess := suggest.Closest(name, known); name != "" && !slices.Contains(known, name) && guess != "" {
			return fmt.Sprintf("There is no %s %q; did you mean %q?", what, name, guess)
		}
		return ""
	}
	hints := []string{
		closest("user", input.Beneficiary, o.Users()), closest("unit", input.Unit, slices.Sorted(maps.Keys(o.Document.Units))),
	}
	if input.Grant != nil {
		hints = append(hints, closest("role", input.Grant.Role, slices.Sorted(maps.Keys(o.Document.Roles))))
	}
	for _, hint := range hints {
		if hint != "" {
			return hint
		}
	}
	return ""
}
