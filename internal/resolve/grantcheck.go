// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// CheckGrant returns why a user would not hold the role that a request asks for, if it were given beside all that was resolved
// and the roles that other requests give since; it returns nothing if they would. The assignments, by user, are those of all these
// users. It reads them alone, and enforces constraints upon those who are constrained together with the user: it returns what
// a resolution of everything would find.
func (r *Resolution) CheckGrant(
	asked *model.RequestedGrant, others []model.RequestedGrant, assignments map[string][]*model.Assignment,
) []Finding {
	if r.Document == nil {
		return notHeld(asked)
	}
	work := &work{limit: int64(DefaultBudget)}
	var refusals []Finding
	if within, _ := guard(func() { refusals = r.checkGrant(asked, others, assignments, work) }); !within {
		return []Finding{{Severity: Error, Object: asked.Ref, Reason: ReasonWorkLimitExceeded, Message: fmt.Sprintf(
			"checking whether %q would hold it takes more than %d steps of work", asked.User, DefaultBudget)}}
	}
	return refusals
}

func (r *Resolution) checkGrant(
	asked *model.RequestedGrant, others []model.RequestedGrant, assignments map[string][]*model.Assignment, work *work,
) []Finding {
	env, found := *r.env, &findings{work: work}
	env.work = work
	env.requested = map[string][]requestedBinding{}
	for i := range others {
		env.addRequested(r.env, &others[i], &findings{work: work})
	}
	env.addRequested(r.env, asked, found)
	user := env.readUser(asked.User, assignments[asked.User])
	for _, v := range env.enforce(r.constrainedWith(&env, user, assignments)...) {
		if v.waiver == nil && v.binding.object.Ref == asked.Ref {
			found.list = append(found.list, v.constraint.finding(&v))
		}
	}
	refusals := slices.DeleteFunc(sortFindings(found.list), func(f Finding) bool { return f.Severity != Error })
	if len(refusals) > 0 {
		return refusals
	}
	isGiven := func(b *binding) bool { return b.object.Ref == asked.Ref && !b.withheld }
	if !slices.ContainsFunc(user.bindings, isGiven) {
		return notHeld(asked)
	}
	return nil
}

func notHeld(asked *model.RequestedGrant) []Finding {
	return []Finding{{Severity: Error, Object: asked.Ref, Message: fmt.Sprintf("%q would not hold it", asked.User)}}
}

// addRequested gives a user the role that a request asks for, beside those that requests give in another environment.
func (e *environment) addRequested(former *environment, requested *model.RequestedGrant, found *findings) {
	if _, copied := e.requested[requested.User]; !copied {
		e.requested[requested.User] = slices.Clone(former.requested[requested.User])
	}
	r := &reader{env: e, found: found}
	r.readRequested(requested)
}

// isUser reports whether someone is a user of the organization: nobody is for a request alone.
func (e *environment) isUser(u *resolvedUser) bool {
	_, indirect := e.indirect[u.id]
	return indirect || len(u.assignments) > 0
}

// constrainedWith returns a user with all others upon whom constraints are enforced together with them. Those to whom requests
// give something since the resolution are read again.
func (r *Resolution) constrainedWith(
	env *environment, user *resolvedUser, assignments map[string][]*model.Assignment,
) []*resolvedUser {
	users := []*resolvedUser{user}
	if !env.constrainsTogether(user) {
		return users
	}
	for id := range env.requested {
		if id == user.id {
			continue
		}
		if other := env.readUser(id, assignments[id]); env.isUser(other) && env.constrainsTogether(other) {
			users = append(users, other)
		}
	}
	for _, shard := range r.users.totals {
		for _, details := range shard.details {
			if details.unenforced == nil {
				continue
			}
			if _, again := env.requested[details.unenforced.id]; !again {
				users = append(users, details.unenforced.copied())
			}
		}
	}
	return users
}
