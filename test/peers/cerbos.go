// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing/fstest"

	effectv1 "github.com/cerbos/cerbos/api/genpb/cerbos/effect/v1"
	enginev1 "github.com/cerbos/cerbos/api/genpb/cerbos/engine/v1"
	"github.com/cerbos/cerbos/private/ruletable"
	"github.com/cerbos/cerbos/private/ruletable/compile"
	"google.golang.org/protobuf/types/known/structpb"
)

const cerbosPolicyHead = `apiVersion: api.cerbos.dev/v1
resourcePolicy:
  resource: record
  version: default
  rules:
`

type cerbosEngine struct {
	evaluator ruletable.Evaluator
	requests  [][]*enginev1.CheckInput
	actions   []string
}

func (e *cerbosEngine) Ask(question int) (bool, error) {
	outputs, _, err := e.evaluator.Check(context.Background(), e.requests[question])
	if err != nil {
		return false, err
	}
	return outputs[0].GetActions()[e.actions[question]].GetEffect() == effectv1.Effect_EFFECT_ALLOW, nil
}

// NewCerbos has one resource policy with a rule for each role. Cerbos keeps no directory: each request carries the user's
// roles and, role by role, the units they are held in, and the units above the one asked for. So it needs no look-up of the
// user at all.
//
// Cerbos is meant to run as a server. This is the evaluator inside of it, without the server.
func NewCerbos(f *Facts) (Engine, error) {
	var text strings.Builder
	text.WriteString(cerbosPolicyHead)
	for _, role := range slices.Sorted(maps.Keys(f.Roles)) {
		for _, owned := range []bool{false, true} {
			writeCerbosRule(&text, f, role, owned)
		}
	}
	policies := fstest.MapFS{"record.yaml": {Data: []byte(text.String())}}
	table, err := compile.Compile(context.Background(), policies)
	if err != nil {
		return nil, fmt.Errorf("compile: %w", err)
	}
	evaluator, err := ruletable.NewRuleTableFromProto(table, nil)
	if err != nil {
		return nil, fmt.Errorf("rule table: %w", err)
	}
	e := &cerbosEngine{evaluator: evaluator}
	for i := range f.Questions {
		input, err := cerbosInput(f, &f.Questions[i])
		if err != nil {
			return nil, err
		}
		e.requests, e.actions = append(e.requests, []*enginev1.CheckInput{input}), append(e.actions, f.Questions[i].Permission)
	}
	return e, nil
}

// writeCerbosRule writes what a role may do, or may do only on what the user owns.
func writeCerbosRule(text *strings.Builder, f *Facts, role string, owned bool) {
	var names []string
	for permission, only := range f.Roles[role] {
		if only == owned {
			names = append(names, permission)
		}
	}
	if len(names) == 0 {
		return
	}
	slices.Sort(names)
	condition := fmt.Sprintf(`hasIntersection(P.attr.units[%q], R.attr.above)`, role)
	if owned {
		condition += ` && R.attr.owner == P.id`
	}
	fmt.Fprintf(text, "    - actions: [%s]\n      roles: [%s]\n      effect: EFFECT_ALLOW\n      condition: {match: {expr: %q}}\n",
		strings.Join(names, ", "), role, condition)
}

func cerbosInput(f *Facts, q *Question) (*enginev1.CheckInput, error) {
	units := map[string]any{}
	for _, g := range f.Grants[q.User] {
		in, _ := units[g.Role].([]any)
		units[g.Role] = append(in, g.Unit)
	}
	above := make([]any, 0, len(f.Above[q.Unit]))
	for _, name := range f.Above[q.Unit] {
		above = append(above, name)
	}
	principal, err := structpb.NewStruct(map[string]any{"units": units})
	if err != nil {
		return nil, err
	}
	resource, err := structpb.NewStruct(map[string]any{"above": above, "owner": q.Owner})
	if err != nil {
		return nil, err
	}
	return &enginev1.CheckInput{
		RequestId: "1", Actions: []string{q.Permission},
		Principal: &enginev1.Principal{Id: q.User, Roles: slices.Sorted(maps.Keys(units)), Attr: principal.GetFields()},
		Resource:  &enginev1.Resource{Kind: "record", Id: "1", Attr: resource.GetFields()},
	}, nil
}
