// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"context"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

// opaPolicy looks up all it can by key: a user's grants, a role's permissions, the units above one.
const opaPolicy = `
package rolewright

default allow := false

allow if {
	some grant in data.users[input.user]
	data.above[input.unit][grant.unit]
	held := data.roles[grant.role][input.permission]
	met(held)
}

met("always")

met("own") if input.owner == input.user
`

// opaFlatPolicy needs one look-up, and a walk over the units above.
const opaFlatPolicy = `
package rolewright

default allow := false

allow if {
	held := data.users[input.user][input.permission]
	some unit in data.above[input.unit]
	met(held[unit])
}

met("always")

met("own") if input.owner == input.user
`

type opaEngine struct {
	query    rego.PreparedEvalQuery
	requests []rego.EvalOption
}

func (e *opaEngine) Ask(question int) (bool, error) {
	results, err := e.query.Eval(context.Background(), e.requests[question])
	return results.Allowed(), err
}

// NewOPA keeps the facts as they are: grants with users, permissions with roles, the units above with each unit.
func NewOPA(f *Facts) (Engine, error) {
	users := make(map[string]any, len(f.Grants))
	for id, grants := range f.Grants {
		list := make([]any, 0, len(grants))
		for _, g := range grants {
			list = append(list, map[string]any{"role": g.Role, "unit": g.Unit})
		}
		users[id] = list
	}
	roles := make(map[string]any, len(f.Roles))
	for role, held := range f.Roles {
		roles[role] = marks(held)
	}
	above := make(map[string]any, len(f.Above))
	for unit, line := range f.Above {
		set := make(map[string]any, len(line))
		for _, name := range line {
			set[name] = true
		}
		above[unit] = set
	}
	return newOPA(f, opaPolicy, map[string]any{"users": users, "roles": roles, "above": above})
}

// NewOPAFlat keeps with each user all that they may do: by permission, then by unit. A change of a role changes all of
// its holders.
func NewOPAFlat(f *Facts) (Engine, error) {
	users := make(map[string]any, len(f.Grants))
	for id, grants := range f.Grants {
		held := map[string]any{}
		for _, g := range grants {
			for permission, mark := range marks(f.Roles[g.Role]) {
				units, _ := held[permission].(map[string]any)
				if units == nil {
					units = map[string]any{}
					held[permission] = units
				}
				if units[g.Unit] != "always" {
					units[g.Unit] = mark
				}
			}
		}
		users[id] = held
	}
	above := make(map[string]any, len(f.Above))
	for unit, line := range f.Above {
		list := make([]any, 0, len(line))
		for _, name := range line {
			list = append(list, name)
		}
		above[unit] = list
	}
	return newOPA(f, opaFlatPolicy, map[string]any{"users": users, "above": above})
}

func marks(held map[string]bool) map[string]any {
	marked := make(map[string]any, len(held))
	for permission, owned := range held {
		marked[permission] = "always"
		if owned {
			marked[permission] = own
		}
	}
	return marked
}

// newOPA prepares the query over a store that hands out its values as the evaluator takes them, and parses each input
// beforehand.
func newOPA(f *Facts, policy string, data map[string]any) (Engine, error) {
	store := inmem.NewFromObjectWithOpts(data, inmem.OptRoundTripOnWrite(false), inmem.OptReturnASTValuesOnRead(true))
	query, err := rego.New(
		rego.Query("data.rolewright.allow"), rego.Module("rolewright.rego", policy), rego.Store(store),
	).PrepareForEval(context.Background())
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	e := &opaEngine{query: query}
	for _, q := range f.Questions {
		input, err := ast.InterfaceToValue(map[string]any{"user": q.User, "permission": q.Permission, "unit": q.Unit, "owner": q.Owner})
		if err != nil {
			return nil, err
		}
		e.requests = append(e.requests, rego.EvalParsedInput(input))
	}
	return e, nil
}
