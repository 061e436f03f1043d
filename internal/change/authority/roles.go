// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
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
	had := rulesIn(j.docs[before], name)
	for _, gained := range rulesIn(j.docs[after], name) {
		missing := j.uncovered(&gained, had)
		if missing == "" || j.uncovered(&gained, j.rules) == "" {
			continue
		}
		j.refuse(ref, "spec.administrationRules["+gained.rule.Name+"]", "let the role administer: "+missing,
			fmt.Sprintf("%q does not have this authority everywhere", j.verdict.Actor))
	}
}

// rulesIn returns the administration rules of those who hold a role everywhere.
func rulesIn(doc *document.Document, role string) []held {
	whole := &document.Scope{Everywhere: true, Dimensions: map[string]document.Values{}}
	for dimension := range doc.Dimensions {
		whole.Dimensions[dimension] = document.Values{All: true}
	}
	var rules []held
	for written, rule := range doc.AdministrationRules(role) {
		rules = append(rules, held{rule: rule, written: written, granted: role, place: place{doc, whole}, platform: doc.Roles[role].Platform})
	}
	return rules
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
		return subset(a.Qualifiers, other.Qualifiers) && subset(a.RequiredFeatures, other.RequiredFeatures) &&
			subset(a.RequiredEntitlements, other.RequiredEntitlements)
	})
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(name string) bool { return !slices.Contains(b, name) })
}

// mayGiveAnyone says why a rule does not let a permission be given, as an alternative has it, to anyone anywhere.
func (j *judge) mayGiveAnyone(h *held, permission string, as *document.Alternative) refusal {
	if refused := j.givesAnyone(h); refused.reason != "" {
		return refused
	}
	if h.namesAll() {
		return refusal{}
	}
	for name, role := range j.docs[before].Roles {
		if h.names(name) && holdsAs(role.Permissions[permission], as) {
			return refusal{}
		}
	}
	return refusal{lacksRole, fmt.Sprintf("it is about %s, and none of these holds %s so", h.rule.Roles, permission)}
}

// givesAnyone says why a rule does not let its roles be given to anyone anywhere.
func (j *judge) givesAnyone(h *held) refusal {
	switch {
	case !slices.Contains(h.rule.UserActions, document.ActionGiveRoles):
		return refusal{lacksWord, document.ActionGiveRoles + " in userActions"}
	case !h.place.coversAll() || !h.place.coversEveryValue():
		return refusal{lacksPlace, "the role is not held everywhere"}
	case len(h.rule.Qualifiers) > 0:
		return refusal{lacksQualifier, "it is not about everyone"}
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
		named := held{rule: &document.AdministrationRule{Roles: &policy.Roles}, place: place{j.docs[after], &everywhere}}
		for _, role := range slices.Sorted(maps.Keys(j.docs[after].Roles)) {
			if !named.names(role) {
				continue
			}
			j.act(refOf(model.KindChain, was, is), "spec.grantPolicy", "let requests ask for role "+role, func(h *held) refusal {
				if refused := j.givesAnyone(h); refused.reason != "" {
					return refused
				}
				if !h.names(role) && !(h.namesAll() && j.isNew(role)) {
					return refusal{lacksRole, fmt.Sprintf("it is about %s, and not about %s", h.rule.Roles, role)}
				}
				return refusal{}
			})
		}
	})
}
