// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"cmp"
	"fmt"

	"github.com/rolewright/rolewright/internal/english"
)

// row is a row of any kind.
type row interface {
	head() *rowHead
	// asks says in a few words what the row asks.
	asks() string
	// run asks, and adds what fails to the case.
	run(*asked)
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
	runRows(r, "decisions", r.file.Decisions)
	runRows(r, "searches", r.file.Searches)
	runRows(r, "approvals", r.file.Approvals)
	runRows(r, "administration", r.file.Administration)
	runRows(r, "constraints", r.file.Constraints)
}

// runRows runs the selected rows of a kind.
func runRows[T any, P interface {
	*T
	row
}](r *runner, kind string, rows []T) {
	for i := range rows {
		row := P(&rows[i])
		name := kind + "/" + cmp.Or(row.head().Name, row.asks())
		if r.options.Run == nil || r.options.Run.MatchString(name) {
			r.runRow(row, fmt.Sprintf("%s[%d]", kind, i), name)
		}
	}
}

// runRow runs the row at a path.
func (r *runner) runRow(row row, path, name string) {
	problems := len(r.result.Problems)
	a := &asked{runner: r, path: path, of: r.given(path, row.head().Given)}
	if a.of == nil {
		return
	}
	a.names = r.names(a.of, row.head().Unknown)
	a.result = Case{Name: name, Position: r.object.PositionOf(path)}
	row.run(a)
	a.names.finish(path)
	if len(r.result.Problems) == problems {
		r.result.Cases = append(r.result.Cases, a.result)
	}
}

// few names the first of some things.
func few(names []string) string {
	const most = 3
	return english.UpTo(most, names)
}
