// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"testing"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

func TestReads(t *testing.T) {
	for expression, want := range map[string]condition.Reads{
		`true`:                                                             0,
		`"resource.id" == "subject"`:                                       0,
		`resource.properties.owner == "a"`:                                 condition.ReadsResourceProperties,
		`resource.properties["owner"] == "a"`:                              condition.ReadsResourceProperties,
		`has(resource.properties.owner)`:                                   condition.ReadsResourceProperties,
		`(true ? resource : resource).id == "a"`:                           condition.ReadsResource,
		`resource == resource`:                                             condition.ReadsResource,
		`[resource].exists(r, r.id == "a")`:                                condition.ReadsResource,
		`resource.type == "a"`:                                             condition.ReadsResourceType,
		`.resource.type == "a"`:                                            condition.ReadsResourceType,
		`resource.id in ["a"]`:                                             condition.ReadsResourceID,
		`resource.unit.open || resource.id == "a"`:                         condition.ReadsResourceUnit | condition.ReadsResourceID,
		`subject.id == "a"`:                                                condition.ReadsSubject,
		`action.name == "a"`:                                               condition.ReadsAction,
		`context.mfa == true`:                                              condition.ReadsContext,
		`now > timestamp("2026-01-01T00:00:00Z")`:                          condition.ReadsNow,
		`directory.isManager("a", "b")`:                                    condition.ReadsDirectory,
		`directory.isAbove(subject.id, resource.properties.owner)`:         condition.ReadsDirectory | condition.ReadsSubject | condition.ReadsResourceProperties,
		`["a"].exists(subject, subject == action.name)`:                    condition.ReadsSubject | condition.ReadsAction,
		`resource.properties.list.all(x, x in context.list && now == now)`: condition.ReadsResourceProperties | condition.ReadsContext | condition.ReadsNow,
		`{"type": resource.properties}["type"].owner == "a"`:               condition.ReadsResourceProperties,
		`{"type": subject.id}.type == "a"`:                                 condition.ReadsSubject,
	} {
		program, err := condition.Compile(expression)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		if got := program.Reads(); got != want {
			t.Errorf("%s reads %b, want %b", expression, got, want)
		}
		if program.UsesNow() != want.Any(condition.ReadsNow) {
			t.Errorf("%s: whether it uses now is %v", expression, program.UsesNow())
		}
	}
}

// FuzzReads: a part that an expression does not read may be anything, and changes nothing.
func FuzzReads(f *testing.F) {
	for _, seed := range []string{
		`resource.properties.owner == subject.id`, `resource.unit.open || context.mfa`, `resource == resource`, `[resource].all(r, r.id != "1")`,
		`["a", "b"].exists(resource, resource == subject.id)`, `(context.ip == "::1" ? resource.properties : resource.unit).open`,
		`now > timestamp("2026-01-02T03:04:04Z") && action.name == "x"`, `resource.type + resource.id == "plan1"`,
		`[1].map(i, resource)[0].id == "1"`, `directory.isManager("b", "a")`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		program, err := condition.Compile(expression)
		if err != nil {
			return
		}
		whole := condition.Activation{Input: input()}
		var narrowed condition.Activation
		reads := program.Reads()
		if reads.Any(condition.ReadsSubject) {
			narrowed.Subject = whole.Subject
		}
		if reads.Any(condition.ReadsAction) {
			narrowed.Action = whole.Action
		}
		if reads.Any(condition.ReadsResourceType) {
			narrowed.Resource.Type = whole.Resource.Type
		}
		if reads.Any(condition.ReadsResourceID) {
			narrowed.Resource.ID = whole.Resource.ID
		}
		if reads.Any(condition.ReadsResourceProperties) {
			narrowed.Resource.Properties = whole.Resource.Properties
		}
		if reads.Any(condition.ReadsResourceUnit) {
			narrowed.Resource.Unit = whole.Resource.Unit
		}
		if reads.Any(condition.ReadsContext) {
			narrowed.Context = whole.Context
		}
		if reads.Any(condition.ReadsNow) {
			narrowed.Now = whole.Now
		}
		if reads.Any(condition.ReadsDirectory) {
			narrowed.Directory = whole.Directory
		}
		want, wantErr := program.Eval(&whole)
		got, gotErr := program.Eval(&narrowed)
		if got != want || (gotErr == nil) != (wantErr == nil) {
			t.Errorf("%s is %v (%v); without what it does not read (%b) %v (%v)", expression, want, wantErr, reads, got, gotErr)
		}
	})
}
