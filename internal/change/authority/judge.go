// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

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

// The two states.
const (
	before = iota
	after
	states
)

// Judge says whether a user may turn one state of an organization into another, by the administration rules that the user has
// at a moment in the first. It fails if that state cannot be resolved, or if the states cannot be compared.
func Judge(actor string, was, is *State, now time.Time) (*Verdict, error) {
	j := &judge{
		verdict: Verdict{Actor: actor}, states: [states]*State{was, is}, now: now, qualified: map[qualification]bool{},
	}
	if was.Members.Organization == nil {
		j.readOrganization(nil, is.Members.Organization)
		return &j.verdict, nil
	}
	if was.Resolution == nil || was.Resolution.Document == nil {
		return nil, errors.New("the organization cannot be resolved as it is before the change, so nobody has authority in it")
	}
	j.docs[before], j.docs[after] = was.Resolution.Document, &document.Document{}
	if is.Resolution != nil && is.Resolution.Document != nil {
		j.docs[after] = is.Resolution.Document
	}
	var err error
	if j.index, err = engine.NewIndex(j.docs[before], engine.WithClock(j.clock)); err != nil {
		return nil, err
	}
	j.actor = administration.Actor{ID: actor, Before: j.docs[before], After: j.docs[after], Directory: directory{j}}
	for _, h := range rulesOf(j.docs[before], actor) {
		if h.Open(now) {
			j.actor.Rules = append(j.actor.Rules, h)
		}
	}
	if err := j.judge(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(j.verdict.Acts, func(a, b Act) int {
		return cmp.Or(a.Object.Compare(b.Object), cmp.Compare(a.Field, b.Field), cmp.Compare(a.What, b.What))
	})
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
	now     time.Time
	// index is of the state before the change.
	index *engine.Index
	// actor is who makes the change.
	actor administration.Actor
	// qualified remembers of which users qualifiers are true.
	qualified map[qualification]bool
}

func (j *judge) judge() error {
	j.readActs()
	if !j.verdict.Allowed() {
		return nil
	}
	// What is not resolved after the change publishes nothing: what is published stays, and nobody gains or loses.
	if is := j.states[after].Resolution; is != nil && is.Document != nil {
		difference, err := change.Between(j.states[before].Resolution, is, change.Options{At: j.now})
		if err != nil {
			return err
		}
		j.judgeEffects(difference)
		j.judgeGrowth()
	}
	return nil
}

func (j *judge) clock() time.Time { return j.now }

// notUser says why the actor has no authority at all; empty if that is a question of rules.
func (j *judge) notUser() string {
	user, known := j.docs[before].Users[j.verdict.Actor]
	switch {
	case !known:
		return fmt.Sprintf("%q is no user of organization %q", j.verdict.Actor, j.docs[before].Organization)
	case user.Suspended:
		return fmt.Sprintf("%q is suspended", j.verdict.Actor)
	case len(j.actor.Rules) == 0:
		return fmt.Sprintf("no role of %q has administrationRules", j.verdict.Actor)
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
	nearest := refusal{}
	for i := range j.actor.Rules {
		refused := test(&j.actor.Rules[i])
		if refused.Reason == "" {
			return true, ruleOf(&j.actor.Rules[i]), ""
		}
		if refused.Near > nearest.Near {
			nearest, rule = refused, ruleOf(&j.actor.Rules[i])
		}
	}
	if nearest.Near <= administration.LacksWord {
		return false, nil, "no administration rule of theirs allows it: it takes one with " + nearest.Reason
	}
	return false, rule, fmt.Sprintf("%s comes nearest, but %s", rule, nearest.Reason)
}

// ruleOf identifies a rule.
func ruleOf(h *held) *Rule {
	return &Rule{Name: h.Rule.Name, Role: h.Written, Granted: h.Granted}
}

// rulesOf returns the administration rules that a user of a document has, at whatever time. A suspended user has none.
func rulesOf(doc *document.Document, id string) []held {
	user, known := doc.Users[id]
	if !known || user.Suspended {
		return nil
	}
	return administration.HeldBy(doc, doc.GrantsOf(&user))
}
