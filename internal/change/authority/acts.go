// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// readActs reads what the change does to each object, and judges it.
func (j *judge) readActs() {
	was, is := j.states[before].Members, j.states[after].Members
	j.readOrganization(was.Organization, is.Organization)
	j.readPlatform(was, is)
	j.readUsers()
	pairs(pointers(was.Structures), pointers(is.Structures), j.readStructure)
	pairs(pointers(was.Roles), pointers(is.Roles), func(was, is *v1alpha1.Role) {
		writes(j, model.KindRole, was, is, document.ResourceRoles, "")
	})
	pairs(pointers(was.Groups), pointers(is.Groups), j.readGroup)
	pairs(pointers(was.Chains), pointers(is.Chains), func(was, is *v1alpha1.ApprovalChain) {
		writes(j, model.KindChain, was, is, document.ResourceApprovalChains, "")
	})
	j.judgeRoles()
	j.judgeChains()
}

// object is what the objects of all kinds have.
type object interface {
	comparable
	GetNamespace() string
	GetName() string
}

func pointers[T any](list []T) []*T {
	pointers := make([]*T, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	return pointers
}

// pairs yields each object that two states do not have in common, by name, with nil for the state that does not have it.
func pairs[T object](was, is []T, yield func(was, is T)) {
	byName := map[string][states]T{}
	for state, list := range [states][]T{was, is} {
		for _, o := range list {
			pair := byName[o.GetName()]
			pair[state] = o
			byName[o.GetName()] = pair
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		if pair := byName[name]; pair[before] != pair[after] && !reflect.DeepEqual(specOf(pair[before]), specOf(pair[after])) {
			yield(pair[before], pair[after])
		}
	}
}

// specOf returns the spec of an object, nil if there is no object.
func specOf(o any) any {
	value := reflect.ValueOf(o)
	if value.IsNil() {
		return nil
	}
	return value.Elem().FieldByName("Spec").Interface()
}

// refOf identifies the object of a pair.
func refOf[T object](kind string, was, is T) model.Ref {
	var none T
	one := is
	if is == none {
		one = was
	}
	return model.Ref{Kind: kind, Namespace: one.GetNamespace(), Name: one.GetName()}
}

// verb says what is done to the object of a pair.
func verb[T object](was, is T) string {
	var none T
	switch none {
	case was:
		return "create"
	case is:
		return "delete"
	}
	return "change"
}

// writes judges that an object is written, or a field of it.
func writes[T object](j *judge, kind string, was, is T, word, field string) {
	what := verb(was, is) + " it"
	if field != "" {
		what = "change " + field
	}
	j.act(refOf(kind, was, is), field, what, func(h *held) refusal { return j.mayWrite(h, word) })
}

// mayWrite says why a rule does not let objects of a kind be written. Who holds the role somewhere only writes none: what such an
// object says holds in the whole organization.
func (j *judge) mayWrite(h *held, resource string) refusal {
	switch {
	case !slices.Contains(h.Rule.Resources, resource):
		return administration.Refuse(administration.LacksWord, "%s in resources", resource)
	case !h.Place.CoversAll() || !h.Place.CoversEveryValue():
		return administration.Refuse(administration.LacksPlace, "the role is not held everywhere")
	}
	return refusal{}
}

// readStructure judges what is done to units, and to constraints.
func (j *judge) readStructure(was, is *v1alpha1.OrganizationStructure) {
	specs := [states]v1alpha1.OrganizationStructureSpec{}
	for state, o := range [states]*v1alpha1.OrganizationStructure{was, is} {
		if o != nil {
			specs[state] = *o.Spec.DeepCopy()
		}
	}
	if !reflect.DeepEqual(specs[before].Constraints, specs[after].Constraints) {
		writes(j, model.KindStructure, was, is, document.ResourceConstraints, "spec.constraints")
	}
	if !reflect.DeepEqual(specs[before].Waivers, specs[after].Waivers) {
		writes(j, model.KindStructure, was, is, document.ResourceConstraints, "spec.waivers")
	}
	for state := range specs {
		specs[state].Constraints, specs[state].Waivers = nil, nil
	}
	if !reflect.DeepEqual(specs[before], specs[after]) {
		j.readUnits(was, is, specs)
	}
}

// readUnits judges what is done to units one by one. All else of a structure is for those who hold a role everywhere.
func (j *judge) readUnits(was, is *v1alpha1.OrganizationStructure, specs [states]v1alpha1.OrganizationStructureSpec) {
	byName := map[string][states]*v1alpha1.Unit{}
	for state := range specs {
		for i := range specs[state].Units {
			unit := &specs[state].Units[i]
			pair := byName[string(unit.Name)]
			pair[state] = unit
			byName[string(unit.Name)] = pair
		}
	}
	ref, acts := refOf(model.KindStructure, was, is), len(j.verdict.Acts)
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		if pair := byName[name]; !reflect.DeepEqual(pair[before], pair[after]) {
			j.readUnit(ref, name, pair)
		}
	}
	for state := range specs {
		specs[state].Units = nil
	}
	if !reflect.DeepEqual(specs[before], specs[after]) || len(j.verdict.Acts) == acts {
		writes(j, model.KindStructure, was, is, document.ResourceUnits, "spec")
	}
}

// readUnit judges what is done to a unit: those who hold a role above it may add, change and remove it.
func (j *judge) readUnit(ref model.Ref, name string, pair [states]*v1alpha1.Unit) {
	what := "change unit "
	switch {
	case pair[before] == nil:
		what = "add unit "
	case pair[after] == nil:
		what = "remove unit "
	}
	j.act(ref, "spec.units["+name+"]", what+name, func(h *held) refusal {
		if !slices.Contains(h.Rule.Resources, document.ResourceUnits) {
			return administration.Refuse(administration.LacksWord, "%s in resources", document.ResourceUnits)
		}
		for _, unit := range pair {
			if unit != nil && !j.isAboveUnit(h, string(unit.Parent)) {
				return administration.Refuse(administration.LacksPlace, "the role is not held above unit %s", name)
			}
		}
		return refusal{}
	})
}

// isAboveUnit reports whether a rule is held in the unit that is the parent of another; the root has none.
func (j *judge) isAboveUnit(h *held, parent string) bool {
	if parent == "" {
		return h.Place.CoversAll()
	}
	return j.actor.ReachesUnit(h, parent)
}

// readGroup judges what is done to a group, and what its members gain and lose by it.
func (j *judge) readGroup(was, is *v1alpha1.UserGroup) {
	writes(j, model.KindGroup, was, is, document.ResourceUserGroups, "")
	ref := refOf(model.KindGroup, was, is)
	groups := [states]model.Group{}
	for state, o := range [states]*v1alpha1.UserGroup{was, is} {
		if o != nil {
			groups[state] = intake.Group(o)
		}
	}
	for state, action := range [states]string{document.ActionTakeRoles, document.ActionGiveRoles} {
		other := groups[1-state]
		for i := range groups[state].Grants {
			grant := &groups[state].Grants[i]
			same := slices.ContainsFunc(other.Grants, func(g model.Grant) bool { return reflect.DeepEqual(g, *grant) })
			for _, member := range groups[state].Members {
				if !same || !slices.Contains(other.Members, member) {
					j.givesRole(ref, "spec.grants["+grant.Name+"]", action, member, grant, state)
				}
			}
		}
	}
}

// givesRole judges that a grant of a role is given to a user, or taken.
func (j *judge) givesRole(ref model.Ref, field, action, user string, grant *model.Grant, state int) {
	role, scope := grant.Role.Key(), resolve.WrittenScope(&grant.Scope)
	what, preposition := "give role", "to"
	if action == document.ActionTakeRoles {
		what, preposition = "take role", "from"
	}
	j.act(ref, field, strings.Join([]string{what, role, preposition, user, where(scope)}, " "), func(h *held) refusal {
		return j.actor.MoveRole(h, action, user, role, administration.Place{Doc: j.docs[state], Scope: scope})
	})
}
