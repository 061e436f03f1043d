// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Followed is the state in which a piece of advice has been followed.
type Followed struct {
	World   *model.World
	Request *access.Request
	Now     time.Time
}

// Follow yields a state for each way in which a piece of advice on a request can be followed: with any one of its roles, units and
// values.
func Follow(world *model.World, request *access.Request, now time.Time, given *access.Advice) iter.Seq[Followed] {
	switch {
	case given.Before != nil:
		now = given.Before.Add(-time.Microsecond)
	case given.At != nil:
		now = *given.At
	case given.From != nil:
		now = *given.From
	}
	return func(yield func(Followed) bool) {
		for _, role := range orNothing(given.Roles) {
			changed := changedWorld(world, request.Subject.ID, role, now, given)
			for _, unit := range orNothing(given.Units) {
				for values := range combinations(given.Dimensions) {
					next := changedRequest(world, request, unit, values)
					if !yield(Followed{World: changed, Request: next, Now: now}) {
						return
					}
				}
			}
		}
	}
}

func orNothing(names []string) []string {
	if len(names) == 0 {
		return []string{""}
	}
	return names
}

// combinations yields a value of each dimension, in every combination.
func combinations(dimensions map[string][]string) iter.Seq[map[string]string] {
	all := []map[string]string{{}}
	for _, name := range slices.Sorted(maps.Keys(dimensions)) {
		var next []map[string]string
		for _, chosen := range all {
			for _, value := range dimensions[name] {
				more := maps.Clone(chosen)
				more[name] = value
				next = append(next, more)
			}
		}
		all = next
	}
	return slices.Values(all)
}

// changedRequest asks about a resource in another unit, or about another unit, and with other values.
func changedRequest(world *model.World, request *access.Request, unit string, values map[string]string) *access.Request {
	changed := *request
	changed.Resource.Properties = maps.Clone(request.Resource.Properties)
	if changed.Resource.Properties == nil {
		changed.Resource.Properties = map[string]any{}
	}
	switch {
	case unit == "":
	case isUnit(world, &request.Resource):
		changed.Resource.ID = unit
	default:
		changed.Resource.Properties[access.PropertyUnit] = unit
	}
	for dimension, value := range values {
		changed.Resource.Properties[dimension] = value
	}
	return &changed
}

func isUnit(world *model.World, resource *access.Resource) bool {
	return resource.Type != "" && slices.ContainsFunc(world.Structures, func(s model.Structure) bool {
		return slices.ContainsFunc(s.Units, func(u model.Unit) bool { return u.Name == resource.ID && u.Kind == resource.Type })
	})
}

// changedWorld is a world with the features, the entitlements, the grant and the true qualifiers that advice names. The grant is
// the newest.
func changedWorld(world *model.World, user, role string, now time.Time, given *access.Advice) *model.World {
	next := *world
	if len(given.Features) > 0 {
		organization := *world.Organization
		organization.Features = slices.Concat(organization.Features, given.Features)
		next.Organization = &organization
	}
	if untrue := slices.Concat(given.Qualifiers, given.Unevaluated); len(untrue) > 0 {
		catalog := *world.Catalog
		catalog.Qualifiers = slices.Clone(catalog.Qualifiers)
		for i := range catalog.Qualifiers {
			if slices.Contains(untrue, catalog.Qualifiers[i].Name) {
				catalog.Qualifiers[i].Expression = "true"
			}
		}
		next.Catalog = &catalog
	}
	if role != "" {
		next.Assignments = append(slices.Clone(world.Assignments), newAssignment(world, user, role, now, given))
	} else if len(given.Entitlements) > 0 {
		addEntitlements(&next, given)
	}
	return &next
}

// GrantName is the name of the assignment, and of the grant in it, that gives a role which is advised.
const GrantName = "advised"

func newAssignment(world *model.World, user, role string, now time.Time, given *access.Advice) model.Assignment {
	name := GrantName
	for slices.ContainsFunc(world.Assignments, func(a model.Assignment) bool { return a.Name == name }) {
		name += "-"
	}
	ref := model.RoleRef{Kind: model.KindRole, Name: role}
	if kind, rest, qualified := strings.Cut(role, "/"); qualified {
		ref = model.RoleRef{Kind: kind, Name: rest}
	}
	return model.Assignment{
		Object: model.Object{Ref: model.Ref{Kind: model.KindAssignment, Namespace: world.Namespace, Name: name}, Created: now}, User: user,
		Grants: []model.Grant{{Name: GrantName, Role: ref, Scope: scopeOf(given.Scope), Entitlements: given.Entitlements}},
	}
}

func scopeOf(written *document.Scope) model.Scope {
	scope := model.Scope{Everywhere: written.Everywhere, Units: written.Units, Groups: written.UnitGroups}
	for _, name := range slices.Sorted(maps.Keys(written.Dimensions)) {
		values := written.Dimensions[name]
		scope.Dimensions = append(scope.Dimensions, model.DimensionScope{Name: name, All: values.All, Values: values.Values})
	}
	return scope
}

// addEntitlements adds entitlements to the grant that advice names.
func addEntitlements(world *model.World, given *access.Advice) {
	add := func(object model.Object, field string, grants []model.Grant) []model.Grant {
		changed := slices.Clone(grants)
		for i := range changed {
			if object.String()+" "+field+"["+changed[i].Name+"]" == given.Source {
				changed[i].Entitlements = slices.Concat(changed[i].Entitlements, given.Entitlements)
			}
		}
		return changed
	}
	organization := *world.Organization
	organization.DefaultGrants = add(organization.Object, "defaultGrants", organization.DefaultGrants)
	world.Organization = &organization
	world.Assignments, world.Groups = slices.Clone(world.Assignments), slices.Clone(world.Groups)
	for i := range world.Assignments {
		world.Assignments[i].Grants = add(world.Assignments[i].Object, "grants", world.Assignments[i].Grants)
	}
	for i := range world.Groups {
		world.Groups[i].Grants = add(world.Groups[i].Object, "grants", world.Groups[i].Grants)
	}
}
