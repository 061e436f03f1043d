// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// judgeRoles judges what roles hold after the change and did not before, whether or not anyone holds them yet: those who could
// give them would give it. The actor must be one who may give it to anyone.
func (j *judge) judgeRoles() {
	for _, name := range slices.Sorted(maps.Keys(j.docs[after].Roles)) {
		was, is := j.docs[before].Roles[name], j.docs[after].Roles[name]
		if is.Platform {
			continue
		}
		ref, isRole := roleRef(j, name)
		if !isRole {
			continue
		}
		for _, permission := range slices.Sorted(maps.Keys(is.Permissions)) {
			for i := range is.Permissions[permission] {
				added := &is.Permissions[permission][i]
				if holdsAs(was.Permissions[permission], added) {
					continue
				}
				j.act(ref, "", "let the role hold "+permission, func(h *held) refusal { return j.mayGiveAnyone(h, permission, added) })
				break
			}
		}
		j.judgeRules(ref, name)
	}
}

// judgeRules judges which authority a role gives after the change and did not before: it must be authority of the actor.
func (j *judge) judgeRules(ref model.Ref, name string) {
	had := administration.HeldEverywhere(j.docs[before], name)
	for _, gained := range administration.HeldEverywhere(j.docs[after], name) {
		missing := j.actor.Uncovered(&gained, had)
		if missing == "" || j.actor.Uncovered(&gained, j.actor.Rules) == "" {
			continue
		}
		j.refuse(ref, "spec.administrationRules["+gained.Rule.Name+"]", "let the role administer: "+missing,
			fmt.Sprintf("%q does not have this authority everywhere", j.verdict.Actor))
	}
}

// roleRef identifies the object of a role. The second result is false if the change is not about one that the organization has:
// standard roles are the platform's.
func roleRef(j *judge, name string) (model.Ref, bool) {
	if written, isRole := j.docs[after].Roles[name]; !isRole || written.Platform {
		return model.Ref{}, false
	}
	for i := range j.states[after].Members.Roles {
		if role := &j.states[after].Members.Roles[i]; role.Name == name {
			return model.Ref{Kind: model.KindRole, Namespace: role.Namespace, Name: role.Name}, true
		}
	}
	return model.Ref{}, false
}

// holdsAs reports whether some alternative is met by everyone who meets another one. Gates count as they are written.
func holdsAs(alternatives []document.Alternative, other *document.Alternative) bool {
	return slices.ContainsFunc(alternatives, func(a document.Alternative) bool {
		return administration.Subset(a.Qualifiers, other.Qualifiers) && administration.Subset(a.RequiredFeatures, other.RequiredFeatures) &&
			administration.Subset(a.RequiredEntitlements, other.RequiredEntitlements)
	})
}

// mayGiveAnyone says why a rule does not let a permission be given, as an alternative has it, to anyone anywhere.
func (j *judge) mayGiveAnyone(h *held, permission string, as *document.Alternative) refusal {
	if refused := j.givesAnyone(h); refused.Reason != "" {
		return refused
	}
	if h.NamesAll() {
		return refusal{}
	}
	for name, role := range j.docs[before].Roles {
		if h.Names(name) && holdsAs(role.Permissions[permission], as) {
			return refusal{}
		}
	}
	return administration.Refuse(administration.LacksRole, "it is about %s, and none of these holds %s so", h.Rule.Roles, permission)
}

// givesAnyone says why a rule does not let its roles be given to anyone anywhere.
func (j *judge) givesAnyone(h *held) refusal {
	switch {
	case !slices.Contains(h.Rule.UserActions, document.ActionGiveRoles):
		return administration.Refuse(administration.LacksWord, "%s in userActions", document.ActionGiveRoles)
	case !h.Place.CoversAll() || !h.Place.CoversEveryValue():
		return administration.Refuse(administration.LacksPlace, "the role is not held everywhere")
	case len(h.Rule.Qualifiers) > 0:
		return administration.Refuse(administration.LacksQualifier, "it is not about everyone")
	}
	return refusal{}
}

// judgeChains judges which roles the chains that are changed give: the actor must be one who may give them to anyone.
func (j *judge) judgeChains() {
	was, is := j.states[before].Members.Chains, j.states[after].Members.Chains
	pairs(pointers(was), pointers(is), func(was, is *v1alpha1.ApprovalChain) {
		if is == nil || is.Spec.GrantPolicy == nil {
			return
		}
		policy := j.docs[after].Chains[is.Name].GrantPolicy
		if policy == nil {
			return
		}
		// A chain names roles as a rule does that is held by nobody in particular.
		named := held{
			Rule:  &document.AdministrationRule{Roles: &policy.Roles},
			Place: administration.Place{Doc: j.docs[after], Scope: &document.Scope{Everywhere: true}},
		}
		for _, role := range slices.Sorted(maps.Keys(j.docs[after].Roles)) {
			if !named.Names(role) {
				continue
			}
			j.act(refOf(model.KindChain, was, is), "spec.grantPolicy", "let requests ask for role "+role, func(h *held) refusal {
				if refused := j.givesAnyone(h); refused.Reason != "" {
					return refused
				}
				if !h.Names(role) && !(h.NamesAll() && j.actor.IsNew(role)) {
					return administration.Refuse(administration.LacksRole, "it is about %s, and not about %s", h.Rule.Roles, role)
				}
				return refusal{}
			})
		}
	})
}
