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

// readUsers judges what is done to users by their assignments.
func (j *judge) readUsers() {
	was, is := j.states[before].Members.Assignments, j.states[after].Members.Assignments
	for was, is := range objects(j, model.KindAssignment, was, is) {
		if was != nil && is != nil && was.Spec.User != is.Spec.User {
			j.readAssignment(was, nil)
			j.readAssignment(nil, is)
			continue
		}
		j.readAssignment(was, is)
	}
}

// readAssignment judges what is done to one user by one assignment. It is nil in a state that does not have it.
func (j *judge) readAssignment(was, is *v1alpha1.UserAssignment) {
	a := assignmentPair{judge: j, ref: refOf(model.KindAssignment, was, is), user: userOf(was, is)}
	for state, written := range [states]*v1alpha1.UserAssignment{was, is} {
		if written != nil {
			a.written[state], a.read[state] = *written, intake.Assignment(written)
		}
	}
	acts := len(j.verdict.Acts)
	j.readExistence(a.ref, a.user, was != nil, is != nil)
	if is != nil || j.exists(after, a.user) {
		a.readState()
		a.readProfile()
	}
	a.readGrants()
	a.readOverrides()
	if len(j.verdict.Acts) == acts {
		// What says nothing of the user is still theirs, and could say more later.
		action := document.ActionAdd
		if is == nil {
			action = document.ActionRemove
		}
		j.whole(a.ref, action, "", a.user, verb(was, is)+" an assignment for "+a.user)
	}
}

// readExistence judges that a user is added or removed by an object that names them in some of the states.
func (j *judge) readExistence(ref model.Ref, user string, was, is bool) {
	existed, exists := j.exists(before, user), j.exists(after, user)
	switch {
	case is && !existed && !j.added[user]:
		j.added[user] = true
		j.whole(ref, document.ActionAdd, "", user, "add user "+user)
	case was && !exists && !j.removed[user]:
		j.removed[user] = true
		j.whole(ref, document.ActionRemove, "", user, "remove user "+user)
	}
}

func userOf(was, is *v1alpha1.UserAssignment) string {
	if is != nil {
		return string(is.Spec.User)
	}
	return string(was.Spec.User)
}

// assignmentPair is one assignment in both states.
type assignmentPair struct {
	judge   *judge
	ref     model.Ref
	user    string
	written [states]v1alpha1.UserAssignment
	read    [states]model.Assignment
}

// whole judges an act on a user as a whole, who must be within the actor's reach.
func (j *judge) whole(ref model.Ref, action, field, user, what string) {
	j.act(ref, field, what, func(h *held) refusal {
		if refused := j.actor.OnUser(h, action, user, action != document.ActionAdd); refused.Reason != "" {
			return refused
		}
		return j.withinReach(user)
	})
}

// withinReach says which role puts a user out of the actor's reach.
func (j *judge) withinReach(user string) refusal {
	if role := j.actor.Beyond(user, false); role != "" {
		return administration.Refuse(administration.LacksRole, "%s holds %s, which is beyond what %q may give", user, role, j.verdict.Actor)
	}
	return refusal{}
}

func (a *assignmentPair) readState() {
	was, is := &a.written[before].Spec, &a.written[after].Spec
	if was.State != is.State && (a.read[before].Suspended || a.read[after].Suspended) {
		what := "suspend " + a.user
		if !a.read[after].Suspended {
			what = "end the suspension of " + a.user
		}
		a.judge.whole(a.ref, document.ActionSuspend, "spec.state", a.user, what)
	}
}

func (a *assignmentPair) readProfile() {
	was, is := a.read[before], a.read[after]
	for _, field := range []struct{ word, path, was, is string }{
		{document.ProfileManager, "manager", was.Manager, is.Manager},
		{document.ProfileHomeUnit, "homeUnit", was.HomeUnit, is.HomeUnit},
		{document.ProfileDisplayName, "displayName", was.DisplayName, is.DisplayName},
	} {
		if field.was != field.is {
			a.profile("spec.profile."+field.path, func(h *held) refusal { return a.judge.mayChangeField(h, field.word, field.is) })
		}
	}
	names := slices.Collect(maps.Keys(was.Attributes))
	for name := range is.Attributes {
		if _, there := was.Attributes[name]; !there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		before, had := was.Attributes[name]
		after, has := is.Attributes[name]
		if had == has && reflect.DeepEqual(before, after) {
			continue
		}
		a.profile("spec.profile.attributes."+name, func(h *held) refusal {
			if slices.Contains(h.Rule.ProfileAttributes, name) || slices.Contains(h.Rule.ProfileAttributes, document.EveryAttribute) {
				return refusal{}
			}
			return administration.Refuse(administration.LacksWord, "attribute %s in profile", name)
		})
	}
}

// mayChangeField says why a rule does not let a field of a profile be changed. A home unit is one where the role is held.
func (j *judge) mayChangeField(h *held, word, value string) refusal {
	switch {
	case !slices.Contains(h.Rule.ProfileFields, word):
		return administration.Refuse(administration.LacksWord, "%s in profile.fields", word)
	case word == document.ProfileHomeUnit && value != "" && !j.actor.ReachesUnit(h, value):
		return administration.Refuse(administration.LacksScope, "the role is not held in %s", value)
	}
	return refusal{}
}

// profile judges that a field of the profile is changed.
func (a *assignmentPair) profile(field string, test func(*held) refusal) {
	a.judge.act(a.ref, field, "change "+strings.TrimPrefix(field, "spec.profile.")+" of "+a.user, func(h *held) refusal {
		if refused := test(h); refused.Near == administration.LacksWord {
			return refused
		}
		if refused := a.judge.actor.OverUser(h, a.user, a.judge.exists(before, a.user)); refused.Reason != "" {
			return refused
		}
		if refused := a.judge.withinReach(a.user); refused.Reason != "" {
			return refused
		}
		return test(h)
	})
}

// readGrants judges each grant that is added, taken out, or changed. One that says the same for longer, or elsewhere too, is given;
// one that says less is taken.
func (a *assignmentPair) readGrants() {
	type entry struct {
		read    *model.Grant
		written *v1alpha1.Grant
	}
	var lists [states][]*entry
	for state := range lists {
		for i := range a.read[state].Grants {
			lists[state] = append(lists[state], &entry{&a.read[state].Grants[i], &a.written[state].Spec.Grants[i]})
		}
	}
	for was, is := range pairs(lists[before], lists[after], func(e *entry) string { return e.read.Name }) {
		var grants [states]*model.Grant
		for state, e := range [states]*entry{was, is} {
			if e != nil {
				grants[state] = e.read
			}
		}
		a.readGrant(grants[before], grants[after])
	}
}

// readGrant judges a grant that differs; it is nil in a state that does not have it.
func (a *assignmentPair) readGrant(was, is *model.Grant) {
	more, less := is != nil && (was == nil || contains(is, was)), was != nil && (is == nil || contains(was, is))
	if was != nil && !more {
		a.judge.givesRole(a.ref, document.ActionTakeRoles, a.user, was, before)
	}
	if is != nil && (more || !less) {
		a.judge.givesRole(a.ref, document.ActionGiveRoles, a.user, is, after)
	}
}

// contains reports whether a grant gives all that another one does. Scopes are compared by what they name.
func contains(a, b *model.Grant) bool {
	return a.Role == b.Role && reflect.DeepEqual(a.Scope, b.Scope) &&
		!slices.ContainsFunc(b.Entitlements, func(e string) bool { return !slices.Contains(a.Entitlements, e) }) &&
		(a.Window.StartTime.IsZero() || !b.Window.StartTime.IsZero() && !b.Window.StartTime.Before(a.Window.StartTime)) &&
		(a.Window.EndTime.IsZero() || !b.Window.EndTime.IsZero() && !b.Window.EndTime.After(a.Window.EndTime))
}

// readOverrides judges each override that is added, taken out or changed.
func (a *assignmentPair) readOverrides() {
	nameOf := func(o *model.Override) string { return o.Name }
	for was, is := range pairs(pointers(a.read[before].Overrides), pointers(a.read[after].Overrides), nameOf) {
		for state, override := range [states]*model.Override{was, is} {
			if override == nil {
				continue
			}
			what := [states]string{"remove the override of ", "override "}[state] + override.Permission + " for " + a.user
			scope := resolve.WrittenScope(&override.Scope)
			if override.Deny && !scope.Everywhere && len(scope.Units)+len(scope.UnitGroups) == 0 {
				scope.Everywhere = true
			}
			a.judge.act(a.ref, "spec.overrides["+override.Name+"]", what+" "+where(scope), func(h *held) refusal {
				in := administration.Place{Doc: a.judge.docs[state], Scope: scope}
				return a.judge.actor.Override(h, a.user, override.Permission, in, override.Deny)
			})
		}
	}
}

// where says in words where a scope is.
func where(scope *document.Scope) string {
	if scope.Everywhere {
		return "everywhere"
	}
	return "in " + scope.Places()
}
