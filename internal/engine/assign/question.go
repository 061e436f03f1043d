// SPDX-License-Identifier: Apache-2.0

package assign

import (
	"fmt"
	"iter"
	"time"

	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/decide"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// question is an assignment that is asked about, at one moment.
type question struct {
	x     *compiled.Index
	asked access.AssignmentRequest
	now   time.Time
	// scope is where the role would be held.
	scope document.Scope
	// anyUser is set if no user is asked about.
	anyUser bool
	// actor has the rules that the request's actor has at the moment.
	actor administration.Actor
	// everOwn are the rules that the actor has at whatever time.
	everOwn []administration.Held
	// qualified remembers of which users qualifiers are true.
	qualified map[qualification]bool
}

// qualification is a qualifier asked of a user.
type qualification struct{ qualifier, user string }

func newQuestion(x *compiled.Index, r *access.AssignmentRequest, now time.Time) *question {
	q := &question{x: x, asked: *r, now: now}
	q.actor = administration.Actor{Before: x.Core, After: x.Core, Directory: q}
	q.setActor(r.Actor)
	return q
}

// setActor asks about another actor.
func (q *question) setActor(id string) {
	q.asked.Actor, q.actor.ID = id, id
	q.everOwn, q.actor.Rules, q.qualified = nil, nil, nil
	q.everOwn = q.x.AdministrationRoles().HeldBy(q.x.AdministeringGrants(q.x.User(id)))
	for i := range q.everOwn {
		if h := &q.everOwn[i]; h.Open(q.now) {
			q.actor.Rules = append(q.actor.Rules, *h)
		}
	}
}

// HomeOf implements administration.Directory.
func (q *question) HomeOf(user string) (home string, known bool) {
	holder, isUser := q.x.FindUser(user)
	if !isUser {
		return "", false
	}
	return q.x.HomeOf(holder)
}

// RolesOf implements administration.Directory.
func (q *question) RolesOf(user string) iter.Seq[string] {
	return func(yield func(string) bool) {
		holder := q.x.User(user)
		for i := holder.From; i < holder.Until; i++ {
			if !yield(q.x.EffectiveRoles[q.x.Grants[i].EffectiveRole].Role) {
				return
			}
		}
	}
}

// IsTrue implements administration.Directory.
func (q *question) IsTrue(qualifier, user string) bool {
	asked := qualification{qualifier, user}
	answer, known := q.qualified[asked]
	if !known {
		if q.qualified == nil {
			q.qualified = map[qualification]bool{}
		}
		answer = decide.IsTrueOfUser(q.x, q.x, qualifier, q.asked.Actor, user, q.now)
		q.qualified[asked] = answer
	}
	return answer
}

// refusal says why something is refused before any rule is asked. The zero refusal is none.
type refusal struct {
	reason  access.AssignmentReason
	message string
}

// locate finds where the role would be held.
func (q *question) locate() refusal {
	unit, known := q.x.UnitOf(q.asked.Resource)
	if !known {
		name := quoted(q.asked.Resource[access.PropertyUnit])
		return refusal{access.AssignmentUnknownUnit, fmt.Sprintf("unit %v is not in %s", name, q.x.Whole())}
	}
	q.scope = document.Scope{Units: []string{q.x.UnitTable[unit].Name}, Dimensions: map[string]document.Values{}}
	for i := range q.x.Dimensions {
		d := &q.x.Dimensions[i]
		value, state := compiled.Location{}.Property(d.Name, q.asked.Resource)
		// No value of a dimension is empty, as the name is of what is no text.
		name, _ := value.(string)
		if _, known := d.Values[name]; state == compiled.Given && !known {
			return refusal{access.AssignmentUnknownDimensionValue, fmt.Sprintf("dimension %s has no value %v", d.Name, quoted(value))}
		}
		if state == compiled.Missing {
			q.scope.Dimensions[d.Name] = document.Values{All: true}
			continue
		}
		q.scope.Dimensions[d.Name] = document.Values{Values: []string{name}}
	}
	return refusal{}
}

// quoted writes a value that a caller sent, texts in quotes.
func quoted(value any) string {
	if text, isText := value.(string); isText {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprint(value)
}

// isActor says why the actor has no authority at all.
func (q *question) isActor() refusal {
	holder, known := q.x.FindUser(q.asked.Actor)
	switch {
	case q.x.UnavailableBecause != "":
		return refusal{access.AssignmentUnavailable, q.x.UnavailableBecause}
	case !known:
		return refusal{access.AssignmentUnknownActor, fmt.Sprintf("%q is not a user of %s", q.asked.Actor, q.x.Whole())}
	case holder.IsSuspended():
		return refusal{access.AssignmentActorSuspended, fmt.Sprintf("%q is suspended", q.asked.Actor)}
	}
	return refusal{}
}

// isUser says why there is no such user.
func (q *question) isUser() refusal {
	if _, known := q.x.FindUser(q.asked.User); !known {
		return refusal{access.AssignmentUnknownUser, fmt.Sprintf("%q is not a user of %s", q.asked.User, q.x.Whole())}
	}
	return refusal{}
}

// isRole says why there is no such role that users of the organization hold.
func (q *question) isRole() refusal {
	switch role, known := q.x.Roles[q.asked.Role]; {
	case !known:
		return refusal{access.AssignmentUnknownRole, fmt.Sprintf("there is no role %q", q.asked.Role)}
	case role.Platform:
		return refusal{access.AssignmentPlatformRole, fmt.Sprintf("role %q is held over organizations, and not given in one", q.asked.Role)}
	}
	return refusal{}
}

// first returns the first refusal of some questions.
func first(questions ...func() refusal) refusal {
	for _, ask := range questions {
		if refused := ask(); refused.reason != "" {
			return refused
		}
	}
	return refusal{}
}
