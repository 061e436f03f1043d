// SPDX-License-Identifier: Apache-2.0

package authority

import (
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
	for was, is := range objects(j, model.KindStructure, pointers(was.Structures), pointers(is.Structures)) {
		j.readStructure(was, is)
	}
	for was, is := range objects(j, model.KindRole, pointers(was.Roles), pointers(is.Roles)) {
		j.readRole(was, is)
	}
	for was, is := range objects(j, model.KindGroup, pointers(was.Groups), pointers(is.Groups)) {
		j.readGroup(was, is)
	}
	for was, is := range objects(j, model.KindChain, pointers(was.Chains), pointers(is.Chains)) {
		j.readChain(was, is)
	}
	j.judgeRoles()
}

// refuseAll refuses the whole change for one reason.
func (j *judge) refuseAll(reason string) {
	was, is := j.states[before].Members, j.states[after].Members
	refuseEach(j, model.KindOrganization, reason, single(was.Organization), single(is.Organization))
	refuseEach(j, model.KindStructure, reason, pointers(was.Structures), pointers(is.Structures))
	refuseEach(j, model.KindRole, reason, pointers(was.Roles), pointers(is.Roles))
	refuseEach(j, model.KindAssignment, reason, was.Assignments, is.Assignments)
	refuseEach(j, model.KindGroup, reason, pointers(was.Groups), pointers(is.Groups))
	refuseEach(j, model.KindChain, reason, pointers(was.Chains), pointers(is.Chains))
	j.readPlatform(was, is)
}

func refuseEach[T any, P object[T]](j *judge, kind, reason string, was, is []*T) {
	for was, is := range objects[T, P](j, kind, was, is) {
		j.refuse(refOf[T, P](kind, was, is), "", verb(was, is)+" it", reason)
	}
}

// writes judges that an object is written, or a field of it.
func writes[T any, P object[T]](j *judge, kind string, was, is *T, word, field string) {
	what := verb(was, is) + " it"
	if field != "" {
		what = "change " + field
	}
	j.act(refOf[T, P](kind, was, is), field, what, func(h *held) refusal { return j.mayWrite(h, word) })
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
		for _, member := range groups[state].Members {
			j.readExistence(ref, member, state == before, state == after)
			for i := range groups[state].Grants {
				if grant := &groups[state].Grants[i]; !hasFor(&groups[1-state], member, grant) {
					j.givesRole(ref, action, member, grant, state)
				}
			}
		}
	}
}

// hasFor reports whether a group gives a member a grant.
func hasFor(g *model.Group, member string, grant *model.Grant) bool {
	return slices.Contains(g.Members, member) &&
		slices.ContainsFunc(g.Grants, func(other model.Grant) bool { return reflect.DeepEqual(other, *grant) })
}

// givesRole judges that a grant of a role is given to a user, or taken.
func (j *judge) givesRole(ref model.Ref, action, user string, grant *model.Grant, state int) {
	role, scope := grant.Role.Key(), resolve.WrittenScope(&grant.Scope)
	what, preposition := "give role", "to"
	if action == document.ActionTakeRoles {
		what, preposition = "take role", "from"
	}
	what = strings.Join([]string{what, role, preposition, user, where(scope)}, " ")
	j.act(ref, "spec.grants["+grant.Name+"]", what, func(h *held) refusal {
		return j.actor.MoveRole(h, action, user, role, administration.Place{Doc: j.docs[state], Scope: scope})
	})
}
