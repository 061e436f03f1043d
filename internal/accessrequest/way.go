// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// mostRoles and mostTypes bound how many roles, and types of requests for each, are looked at for one denial: each takes a plan of who
// may decide.
const mostRoles, mostTypes = 16, 8

// wish is what a request asks for beside the access itself.
type wish struct {
	// role is the one to ask for; empty for that which gives least.
	role string
	// seconds is for how long; 0 for the default of the chain.
	seconds       int64
	justification string
	// open leaves a justification and a duration to be said later.
	open bool
}

// way is how a denied request becomes allowed: by a request for a role, in a chain that gives it and has an approver.
type way struct {
	chain string
	input *access.ApprovalInput
	// asks is set if an approver is asked to decide.
	asks bool
}

var errNoWay = errors.New("no role that an approval chain gives would allow this")

// findWay returns a way in which a denied request becomes allowed, the one whose role holds the fewest permissions. The error says why
// there is none.
func findWay(x *engine.Index, r *access.Request, w wish) (*way, error) {
	roles, scope := x.MissingRoles(r)
	types := x.GrantingTypes()
	var refusal error
	for _, role := range roles[:min(len(roles), mostRoles)] {
		if w.role != "" && w.role != role {
			continue
		}
		for _, requestType := range types[:min(len(types), mostTypes)] {
			found, err := try(x, newInput(r.Subject.ID, requestType, role, &scope, w), w.open)
			if err == nil {
				return found, nil
			}
			refusal = cmp.Or(refusal, err)
		}
	}
	return nil, cmp.Or(refusal, errNoWay)
}

func newInput(subject, requestType, role string, scope *document.Scope, w wish) *access.ApprovalInput {
	input := &access.ApprovalInput{
		RequestType: requestType, Requester: subject, Unit: scope.Units[0], Justification: w.justification,
		Grant: &access.ApprovalGrant{Role: role, DurationSeconds: w.seconds}, Attributes: map[string]any{},
	}
	for dimension, values := range scope.Dimensions {
		if !values.All {
			input.Attributes[dimension] = values.Values[0]
		}
	}
	return input
}

// try returns an input as a way, if a chain gives the role and has an approver.
func try(x *engine.Index, input *access.ApprovalInput, open bool) (*way, error) {
	name, err := x.SelectChain(input)
	if err != nil {
		return nil, err
	}
	chain, _ := x.Chain(name)
	if open && chain.GrantPolicy != nil {
		policy := *chain.GrantPolicy
		policy.Justification = nil
		chain.GrantPolicy = &policy
		if policy.DefaultDurationSeconds == 0 {
			input.Grant.DurationSeconds = policy.MaxDurationSeconds
		}
	}
	plan, err := x.ApprovalPlan(&chain, input)
	if refused, is := errors.AsType[*access.RefusedError](err); is {
		return nil, fmt.Errorf("ApprovalChain %q %s", name, refused.Predicate)
	} else if err != nil {
		return nil, err
	}
	if problems := engine.PlanProblems(&chain, plan); len(problems) > 0 {
		return nil, fmt.Errorf("ApprovalChain %q: %s", name, problems[0])
	}
	found := &way{chain: name, input: input}
	for i := range plan.Steps {
		found.asks = found.asks || plan.Steps[i].Disposition == access.DispositionAsked
	}
	return found, nil
}
