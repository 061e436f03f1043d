// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// State is one state of an organization.
type State struct {
	// Members are its objects. They are not changed.
	Members *intake.Members
	// Resolution is what they resolve to.
	Resolution *resolve.Resolution
}

// NewState resolves a state of an organization; members is nil if there is none.
func NewState(key types.NamespacedName, members *intake.Members) *State {
	if members == nil {
		members = &intake.Members{}
	}
	state := &State{Members: members}
	if members.Organization != nil {
		world := intake.World(key.Namespace, key.Name, members)
		state.Resolution = resolve.Organization(&world)
	}
	return state
}

// The two states.
const (
	before = iota
	after
	states
)

// Judge says whether a user may turn one state of an organization into another, by the administration rules that the user has
// at a moment in the first. Nobody has any where a state cannot be resolved. It fails if the states cannot be compared.
func Judge(actor string, was, is *State, now time.Time) (*Verdict, error) {
	j := &judge{
		verdict: Verdict{Actor: actor}, states: [states]*State{was, is}, now: now, qualified: map[qualification]bool{},
		added: map[string]bool{}, removed: map[string]bool{},
	}
	defer j.sort()
	if was.Members.Organization != nil && !IsAdministered(was.Members) {
		j.verdict.LeftToRBAC = true
		return &j.verdict, nil
	}
	if reason := unresolved(was); reason != "" {
		j.refuseAll(reason + ", so nobody has authority in it: it takes " + administer)
		return &j.verdict, nil
	}
	if is.Members.Organization == nil {
		j.readOrganization(was.Members.Organization, nil)
		return &j.verdict, nil
	}
	if reason := unresolved(is); reason != "" {
		j.refuseAll("after the change " + reason + ", so nobody can say what anyone gains by it: it takes " + administer)
		return &j.verdict, nil
	}
	j.docs = [states]*document.Document{was.Resolution.Document, is.Resolution.Document}
	j.updated = is.Resolution.DifferenceFrom(was.Resolution)
	for state := range j.indexes {
		j.roles[state] = administration.NewRoles(j.docs[state])
		j.indexes[state] = sync.OnceValues(func() (*engine.OnDemand, error) {
			return engine.NewOnDemand(j.docs[state], j.states[state].Resolution.User, j.clock)
		})
	}
	j.actor = administration.Actor{ID: actor, Before: j.docs[before], After: j.docs[after], Directory: directory{j}}
	for _, h := range j.rulesOf(before, actor) {
		if h.Open(now) {
			j.actor.Rules = append(j.actor.Rules, h)
		}
	}
	if err := j.judge(); err != nil {
		return nil, err
	}
	return &j.verdict, nil
}

// What package administration says of rules.
type (
	held    = administration.Held
	refusal = administration.Refusal
)

// judge judges one change by one user.
type judge struct {
	verdict Verdict
	states  [states]*State
	docs    [states]*document.Document
	roles   [states]*administration.Roles
	now     time.Time
	// updated is what may differ between the documents at all. Of 100,000 users, one assignment changes one.
	updated model.Difference
	// indexes are those of the states. Most judgements ask no qualifier, and need none.
	indexes [states]func() (*engine.OnDemand, error)
	// actor is who makes the change.
	actor administration.Actor
	// qualified remembers of which users qualifiers are true.
	qualified map[qualification]bool
	// added and removed are the users about whom that was judged already.
	added, removed map[string]bool
}

func (j *judge) judge() error {
	j.readActs()
	if !IsAdministered(j.states[after].Members) {
		j.refuse(j.organization(), "", "leave no role with administrationRules",
			"anyone who may write in the namespace could change anything then: it takes "+administer)
	}
	if !j.verdict.Allowed() {
		return nil
	}
	difference, err := change.Effects(j.states[before].Resolution, j.states[after].Resolution)
	if err != nil {
		return err
	}
	j.judgeEffects(difference)
	return j.judgeAuthority()
}

// updatedUsers yields the users of either state who may differ, in any order.
func (j *judge) updatedUsers() iter.Seq[string] {
	if !j.updated.IsEverything() {
		return j.updated.Users()
	}
	return change.Users(j.states[before].Resolution, j.states[after].Resolution)
}

func (j *judge) clock() time.Time { return j.now }

// sort orders the acts by object and field.
func (j *judge) sort() {
	slices.SortStableFunc(j.verdict.Acts, func(a, b Act) int {
		return cmp.Or(a.Object.Compare(b.Object), cmp.Compare(a.Field, b.Field), cmp.Compare(a.What, b.What))
	})
}

// notUser says why the actor has no authority at all; empty if that is a question of rules.
func (j *judge) notUser() string {
	user, known := j.user(before, j.verdict.Actor)
	switch {
	case !known:
		return fmt.Sprintf("%q is not a user of organization %q, and only its users have authority in it",
			j.verdict.Actor, j.docs[before].Organization)
	case user.Suspended:
		return fmt.Sprintf("%q is suspended, and has no authority until that ends", j.verdict.Actor)
	case len(j.actor.Rules) == 0:
		return fmt.Sprintf("no role that %q holds now has administrationRules: it takes one with a rule that allows it", j.verdict.Actor)
	}
	return ""
}

// act judges one act. A test returns why a rule does not allow it, empty if it does, and how near it came.
func (j *judge) act(object model.Ref, field, what string, test func(*held) refusal) {
	act := Act{Object: object, Field: field, What: what, Reason: j.notUser()}
	if act.Reason == "" {
		act.Allowed, act.Rule, act.Reason = j.allows(test)
	}
	j.verdict.Acts = append(j.verdict.Acts, act)
}

// refuse adds an act that no rule can allow.
func (j *judge) refuse(object model.Ref, field, what, reason string) {
	j.verdict.Acts = append(j.verdict.Acts, Act{Object: object, Field: field, What: what, Reason: reason})
}

// allows returns the first rule that allows something or, if none does, the one that came nearest, and what it lacks.
func (j *judge) allows(test func(*held) refusal) (allowed bool, rule *Rule, reason string) {
	nearest, lacks := j.actor.Nearest(test)
	switch {
	case nearest != nil && lacks.Reason == "":
		return true, ruleOf(nearest), ""
	case lacks.Near <= administration.LacksWord:
		return false, nil, lacks.Text(nearest)
	}
	return false, ruleOf(nearest), lacks.Text(nearest)
}

// ruleOf identifies a rule.
func ruleOf(h *held) *Rule {
	return &Rule{Name: h.Rule.Name, Role: h.Written, Granted: h.Granted}
}

// rulesOf returns the administration rules that a user has in a state, at whatever time. A suspended user has none.
func (j *judge) rulesOf(state int, id string) []held {
	user, known := j.user(state, id)
	if !known || user.Suspended {
		return nil
	}
	return j.roles[state].HeldBy(j.docs[state].GrantsOf(&user))
}

// user returns what is published of a user in a state. The second result is false if there is none of that id.
func (j *judge) user(state int, id string) (document.User, bool) {
	return j.states[state].Resolution.User(id)
}

// exists reports whether there is a user in a state.
func (j *judge) exists(state int, id string) bool {
	_, known := j.user(state, id)
	return known
}
