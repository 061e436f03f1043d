// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/resolve"
)

// asks says in a few words what the row asks.
func (c *constraint) asks() string {
	text := "who violates " + c.Constraint
	if c.Given.name != "" {
		text += " given " + c.Given.name
	}
	if c.When != "" {
		text += " at " + c.When
	}
	return text
}

// run asks who violates the constraint. Users with a waiver do not.
func (c *constraint) run(a *asked) {
	problems := len(a.runner.result.Problems)
	known := map[string]bool{}
	for _, declared := range a.of.resolution.Constraints() {
		known[declared.Name] = true
	}
	find(a.names, a.path+".constraint", "constraint", c.Constraint, known)
	now := a.runner.moment(a.path+".when", c.When)
	for i, name := range c.ViolatedBy {
		a.names.user(a.path+"."+at("violatedBy", c.ViolatedBy, i), name)
	}
	if len(a.runner.result.Problems) > problems {
		return
	}
	violations := slices.DeleteFunc(a.of.resolution.Violations(now.at), func(v resolve.Violation) bool {
		return v.Constraint != c.Constraint
	})
	a.runner.options.Coverage.violated(a.of, violations)
	var users, why []string
	for i := range violations {
		v := &violations[i]
		if v.Waived {
			why = append(why, a.runner.called(v.User)+" has a waiver")
			continue
		}
		why = append(why, v.Why)
		users = append(users, v.User)
	}
	expected := a.calledAs(c.ViolatedBy)
	if c.TooFew {
		expected = append([]string{""}, expected...)
	}
	a.check(c.asks(), violators(expected), violators(a.runner.calledAll(users)), func() string { return strings.Join(why, "\n") })
}

// violators lists those who violate a constraint; one without a name stands for too few holders.
func violators(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	shown := slices.Clone(names)
	if shown[0] == "" {
		shown[0] = "too few holders"
	}
	return strings.Join(shown, ", ")
}
