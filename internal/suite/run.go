// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"fmt"
	"strings"
)

// row is what rows of all kinds have.
type row struct {
	// path is where it is written, for example decisions[0].
	path, kind, name string
	given            state
	unknown          list
	// run asks, and adds what fails to the case.
	run func(*asked)
}

// asked is a row that is being asked.
type asked struct {
	runner *runner
	path   string
	of     *tested
	names  *names
	result Case
}

func (a *asked) fail(f Failure) { a.result.Failures = append(a.result.Failures, f) }

// check counts a question, and adds it to what fails unless it is answered as expected.
func (a *asked) check(question, expected, answered string, why func() string) {
	a.result.Checks++
	if expected != answered {
		a.fail(Failure{Question: question, Expected: expected, Answered: answered, Why: why()})
	}
}

// run runs the selected cases.
func (r *runner) run() {
	for _, row := range r.rows() {
		name := row.kind + "/" + row.name
		if r.options.Run != nil && !r.options.Run.MatchString(name) {
			continue
		}
		problems := len(r.result.Problems)
		a := &asked{runner: r, path: row.path, of: r.given(row.path, row.given)}
		if a.of == nil {
			continue
		}
		a.names = r.names(a.of, row.unknown)
		a.result = Case{Name: name, Position: r.object.PositionOf(row.path)}
		row.run(a)
		a.names.finish(row.path)
		if len(r.result.Problems) == problems {
			r.result.Cases = append(r.result.Cases, a.result)
		}
	}
}

// rows returns all rows of the suite.
func (r *runner) rows() []row {
	var rows []row
	add := func(kind string, index int, name, asks string, given state, unknown list, run func(*asked)) {
		if name == "" {
			name = asks
		}
		rows = append(rows, row{
			path: fmt.Sprintf("%s[%d]", kind, index), kind: kind, name: name, given: given, unknown: unknown, run: run,
		})
	}
	for i := range r.file.Decisions {
		d := &r.file.Decisions[i]
		add("decisions", i, d.Name, d.asks(), d.Given, d.Unknown, d.run)
	}
	for i := range r.file.Searches {
		s := &r.file.Searches[i]
		add("searches", i, s.Name, s.asks(), s.Given, s.Unknown, s.run)
	}
	for i := range r.file.Approvals {
		p := &r.file.Approvals[i]
		add("approvals", i, p.Name, p.asks(), p.Given, p.Unknown, p.run)
	}
	for i := range r.file.Administration {
		d := &r.file.Administration[i]
		add("administration", i, d.Name, d.asks(), d.Given, d.Unknown, d.run)
	}
	for i := range r.file.Constraints {
		c := &r.file.Constraints[i]
		add("constraints", i, c.Name, c.asks(), c.Given, c.Unknown, c.run)
	}
	return rows
}

// few names the first of some things.
func few(names []string) string {
	const most = 3
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
