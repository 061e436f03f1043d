// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// in returns what of a resolution holds in another environment, and the difference between the resolution and the next one: all users
// whom the other environment may concern are in it. Where it concerns everyone, nothing of the resolution holds.
func (r *Resolution) in(next *environment, world *model.World, difference model.Difference) (*Resolution, model.Difference) {
	if difference.IsEverything() || r.env == nil {
		return &Resolution{env: next}, model.Everything()
	}
	x := comparedEnvironments{was: r.env, is: next}
	if !x.alike() {
		return &Resolution{env: next}, model.Everything()
	}
	carried := *r
	carried.env = next
	carried.users = x.renumbered(r)
	difference = difference.Then(x.concerned(r, world))
	carried.users = x.recounted(&carried.users)
	return &carried, difference
}

// comparedEnvironments are two successive environments, of which it is found out whom the difference concerns. Of a user about whom
// nothing is found, whose assignments hide nothing and who is not constrained together with others, an entry depends on
//
//   - the roles that the user holds, of which what they hold counts where one may cover another; and what default grants, groups and
//     the platform give;
//   - the units and unit groups that grants, overrides and the profile name, and what is above these units;
//   - the catalog as far as overrides go; its dimensions and entitlements; and the attributes that conditions read;
//   - constraints, and what these depend on beside.
type comparedEnvironments struct {
	was, is *environment
	// roles are those, by their former number, that are gone or others, holdings those that only hold something else, and units those
	// that are gone or lie elsewhere.
	roles, holdings, units []bool
	// pairs are the pairs of roles of which one holds something else, and steps what users take more than before for these.
	pairs map[coveredRole]comparedPair
	steps map[string]int
	// groups names the unit groups that are gone or others.
	groups set
	// tree is set if any unit or unit group is gone or another, and catalog if the catalog says something else.
	tree, catalog bool
}

// alike compares both environments, and reports whether they are alike in what may concern everyone.
func (x *comparedEnvironments) alike() bool {
	x.compareRoles()
	x.compareUnits()
	x.catalog = !reflect.DeepEqual(x.was.catalog.spec, x.is.catalog.spec)
	x.compareGroups()
	return x.was.units.root == x.is.units.root && len(x.was.units.units) > 0 == (len(x.is.units.units) > 0) &&
		reflect.DeepEqual(x.was.catalog.spec.Dimensions, x.is.catalog.spec.Dimensions) &&
		maps.Equal(x.was.catalog.entitlements, x.is.catalog.entitlements) &&
		maps.Equal(x.was.uses.ofUsers.numbers, x.is.uses.ofUsers.numbers) &&
		sameBindings(x.was.defaults, x.is.defaults) && x.sameConstraints()
}

func (x *comparedEnvironments) compareRoles() {
	x.roles, x.holdings = make([]bool, len(x.was.numbered)), make([]bool, len(x.was.numbered))
	for number, was := range x.was.numbered {
		is := x.is.roles[was.ref()]
		x.roles[number] = is == nil || !x.sameRole(was, is)
		if !x.roles[number] && !reflect.DeepEqual(was.held, is.held) {
			// A constraint may be about what a role holds.
			x.roles[number], x.holdings[number] = len(x.was.constraints) > 0, true
		}
	}
}

// sameRole reports whether a role is the same to its holders, apart from what it holds.
func (x *comparedEnvironments) sameRole(was, is *role) bool {
	if was.spec.Platform != is.spec.Platform || !reflect.DeepEqual(was.disabled, is.disabled) || !maps.Equal(was.required, is.required) {
		return false
	}
	return slices.Equal(was.inherited(x.was.numbered, nil), is.inherited(x.is.numbered, nil)) && (was.below == nil) == (is.below == nil)
}

// compareUnits compares each unit and what is above it.
func (x *comparedEnvironments) compareUnits() {
	was, is := x.was.units, x.is.units
	x.units = make([]bool, len(was.numbers))
	for number, name := range was.inOrder() {
		before, after := was.units[name], is.units[name]
		above, hasParent := was.numbers[before.Parent]
		x.units[number] = after == nil || after.Parent != before.Parent || hasParent && x.units[above]
		x.tree = x.tree || x.units[number]
	}
}

// compareGroups compares unit groups.
func (x *comparedEnvironments) compareGroups() {
	x.groups = set{}
	was, is := x.was.units, x.is.units
	for name, units := range was.groups {
		if after, exists := is.groups[name]; exists && slices.Equal(units, after) && slices.Equal(was.missing[name], is.missing[name]) {
			continue
		}
		x.groups.add(name)
		x.tree = true
	}
}

// sameConstraints reports whether constraints are the same, and all that they depend on beside roles and overrides.
func (x *comparedEnvironments) sameConstraints() bool {
	if len(x.was.constraints)+len(x.is.constraints) == 0 {
		return true
	}
	return !x.tree && maps.Equal(x.was.features, x.is.features) && slices.EqualFunc(x.was.constraints, x.is.constraints, sameConstraint)
}

func sameConstraint(was, is *constraint) bool {
	if was == nil || is == nil {
		return was == is
	}
	return was.object == is.object && was.field == is.field && was.named == is.named && was.evaded == is.evaded &&
		reflect.DeepEqual(was.spec, is.spec) && reflect.DeepEqual(was.waivers, is.waivers) && sameName(was.of, is.of) &&
		sameName(was.required, is.required) && sameConstraint(was.combined, is.combined) &&
		slices.EqualFunc(was.duties, is.duties, func(a, b []*role) bool { return slices.EqualFunc(a, b, sameName) })
}

func sameName(a, b *role) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.name == b.name
}

// sameBindings reports whether bindings, which no constraint has been enforced upon, give the same.
func sameBindings(was, is []*binding) bool { return slices.EqualFunc(was, is, sameBinding) }

func sameBinding(was, is *binding) bool {
	return was.object.Ref == is.object.Ref && was.object.Created.Equal(is.object.Created) && was.field == is.field && was.list == is.list &&
		was.name == is.name && was.isDefault == is.isDefault && sameName(was.role, is.role) && was.window == is.window &&
		reflect.DeepEqual(was.grant, is.grant)
}

// concerned returns the users whom the difference may concern.
func (x *comparedEnvironments) concerned(r *Resolution, world *model.World) model.Difference {
	return model.OfUsers(func(yield func(string) bool) {
		for id, entry := range r.users.entries.All() {
			if user, _ := r.published.get(id); (entry.details != nil || x.concerns(entry, &user) || x.coversOthers(id, entry)) && !yield(id) {
				return
			}
		}
		for id := range x.given(world) {
			if !yield(id) {
				return
			}
		}
	})
}

// concerns reports whether the difference may concern a user by what the user holds.
func (x *comparedEnvironments) concerns(entry *userEntry, user *document.User) bool {
	if anyOf(x.roles, entry.coverage.roles) || anyOf(x.units, entry.coverage.units) || x.catalog && len(user.Overrides) > 0 {
		return true
	}
	if !x.tree {
		return false
	}
	isDenial := func(o document.Override) bool { return o.Deny }
	// Of a suspended user, no units are among those that are covered, but roles may cover each other there.
	return user.Suspended || user.HomeUnit != "" && x.lies(user.HomeUnit) || slices.ContainsFunc(user.Overrides, isDenial) ||
		x.namesGroups(user)
}

func anyOf(differing []bool, numbers []uint32) bool {
	return slices.ContainsFunc(numbers, func(number uint32) bool { return differing[number] })
}

// lies reports whether a unit is gone or lies elsewhere.
func (x *comparedEnvironments) lies(unit string) bool {
	number, known := x.was.units.numbers[unit]
	return !known || x.units[number]
}

// namesGroups reports whether a grant or an override of a user, or a default grant, names a unit group that is gone or another.
func (x *comparedEnvironments) namesGroups(user *document.User) bool {
	names := func(scope *document.Scope) bool { return slices.ContainsFunc(scope.UnitGroups, x.groups.has) }
	return slices.ContainsFunc(user.Grants, func(g document.Grant) bool { return names(&g.Scope) }) ||
		slices.ContainsFunc(user.Overrides, func(o document.Override) bool { return names(&o.Scope) }) ||
		slices.ContainsFunc(x.was.defaults, func(b *binding) bool { return names(&b.grant.Scope) })
}

// given returns the users to whom groups, the platform or requests may give something else. Users to whom a request gives anything are
// few, so they are all among them.
func (x *comparedEnvironments) given(world *model.World) set {
	users := set{}
	for i := range world.Requested {
		users.add(world.Requested[i].User)
	}
	for _, e := range []*environment{x.was, x.is} {
		for id := range e.requested {
			users.add(id)
		}
		for _, of := range []map[string]flaws{e.requestFlaws, e.platformFlaws} {
			for id := range of {
				users.add(id)
			}
		}
	}
	x.addOthers(users)
	return users
}

// addOthers adds the users to whom groups and the platform give something else, or whom the platform suspends in one environment.
func (x *comparedEnvironments) addOthers(users set) {
	// Members share what a group gives.
	type pair struct{ was, is *binding }
	known := map[pair]bool{}
	same := func(was, is *binding) bool {
		result, compared := known[pair{was, is}]
		if !compared {
			result = sameBinding(was, is)
			known[pair{was, is}] = result
		}
		return result
	}
	for id, was := range x.was.indirect {
		if is, still := x.is.indirect[id]; !still || !slices.EqualFunc(was, is, same) {
			users.add(id)
		}
	}
	for id := range x.is.indirect {
		if _, before := x.was.indirect[id]; !before {
			users.add(id)
		}
	}
	for id := range x.was.suspended {
		if !x.is.suspended.has(id) {
			users.add(id)
		}
	}
	for id := range x.is.suspended {
		if !x.was.suspended.has(id) {
			users.add(id)
		}
	}
}
