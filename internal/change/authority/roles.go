// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// readRole judges that a role is written, and which roles it begins to inherit: who holds it ranks above these from then on.
func (j *judge) readRole(was, is *v1alpha1.Role) {
	writes(j, model.KindRole, was, is, document.ResourceRoles, "")
	if is == nil {
		return
	}
	var had, has []string
	if was != nil {
		had = inherited(was)
	}
	has = inherited(is)
	ref := refOf(model.KindRole, was, is)
	for i, parent := range has {
		if !slices.Contains(had, parent) {
			j.act(ref, fmt.Sprintf("spec.inherits[%d]", i), "let the role inherit "+parent, func(h *held) refusal {
				return j.givesToAnyone(h, document.ActionGiveRoles, parent)
			})
		}
	}
	j.readErrors(ref)
}

func inherited(role *v1alpha1.Role) []string {
	inherits := intake.Role(role).Inherits
	names := make([]string, len(inherits))
	for i := range inherits {
		names[i] = inherits[i].Role.Key()
	}
	return names
}

// readErrors judges what counts for nothing of a role that is written, and could give anything as soon as what it names exists.
func (j *judge) readErrors(ref model.Ref) {
	for _, f := range j.states[after].Resolution.Findings {
		if f.Severity != resolve.Error || f.Object != ref {
			continue
		}
		const what = "write something that has no effect yet"
		if strings.HasPrefix(f.Field, "spec.administrationRules") {
			j.refuse(ref, f.Field, what, "it could give any authority later: "+f.Message)
			continue
		}
		j.act(ref, f.Field, what, func(h *held) refusal {
			refused := j.actsOnAnyone(h, document.ActionGiveRoles)
			if refused.Reason == "" && !h.NamesAll() {
				return administration.Refuse(administration.LacksRole,
					"it covers %s only, and this could give any permission later: %s", h.Rule.Roles, f.Message)
			}
			return refused
		})
	}
}

// judgeRoles judges what roles hold after the change and did not before, whether or not anyone holds them yet: those who could
// give them would give it. The actor must be one who may give it to anyone.
func (j *judge) judgeRoles() {
	if !j.updated.IsEverything() {
		return
	}
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
				j.act(ref, "", "give the role permission "+permission, func(h *held) refusal { return j.mayGiveAnyone(h, permission, added) })
				break
			}
		}
		j.judgeRules(ref, name)
	}
}

// judgeRules judges which authority a role gives after the change and did not before, and which it no longer gives: it must be
// authority of the actor.
func (j *judge) judgeRules(ref model.Ref, name string) {
	rules := [states][]held{j.roles[before].HeldEverywhere(name), j.roles[after].HeldEverywhere(name)}
	for state, what := range [states]string{"take authority for %s from the role", "give the role authority for %s"} {
		for i := range rules[state] {
			r := &rules[state][i]
			if missing := j.actor.Uncovered(r, rules[1-state]); missing != "" && j.actor.Uncovered(r, j.actor.Rules) != "" {
				j.refuse(ref, "spec.administrationRules["+r.Rule.Name+"]", fmt.Sprintf(what, missing),
					fmt.Sprintf("%q has no rule that reaches as far: it takes one that is held everywhere", j.verdict.Actor))
			}
		}
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
	if refused := j.actsOnAnyone(h, document.ActionGiveRoles); refused.Reason != "" {
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
	return administration.Refuse(administration.LacksRole,
		"it covers %s, none of which holds %s under such conditions", h.Rule.Roles, permission)
}

// actsOnAnyone says why a rule does not allow an action on anyone anywhere.
func (j *judge) actsOnAnyone(h *held, action string) refusal {
	switch {
	case !slices.Contains(h.Rule.UserActions, action):
		return administration.Refuse(administration.LacksWord, "%s in userActions", action)
	case !h.Place.CoversAll() || !h.Place.CoversEveryValue():
		return administration.Refuse(administration.LacksPlace, "the role is not held everywhere")
	case len(h.Rule.Qualifiers) > 0:
		return administration.Refuse(administration.LacksQualifier, "it has qualifiers, so it does not cover everyone")
	}
	return refusal{}
}

// givesToAnyone says why a rule does not let a role be given to, or taken from, anyone anywhere.
func (j *judge) givesToAnyone(h *held, action, role string) refusal {
	if refused := j.actsOnAnyone(h, action); refused.Reason != "" {
		return refused
	}
	return j.isAbout(h, role)
}

// isAbout says why a rule is not about a role. One that the change adds is judged by what it holds.
func (j *judge) isAbout(h *held, role string) refusal {
	if !h.Names(role) && !(h.NamesAll() && j.actor.IsNew(role)) {
		return administration.Refuse(administration.LacksRole, "it covers %s, not %s", h.Rule.Roles, role)
	}
	return refusal{}
}
