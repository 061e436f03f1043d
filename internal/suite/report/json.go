// SPDX-License-Identifier: Apache-2.0

package report

import "github.com/rolewright/rolewright/internal/suite"

// Schema names the format of JSON.
const Schema = "rolewright.dev/test/v1"

// JSON is what test prints as JSON. Fields may be added to it.
type JSON struct {
	Schema string      `json:"schema"`
	Passed bool        `json:"passed"`
	Suites []JSONSuite `json:"suites"`
	// Coverage is there if it was asked for.
	Coverage []JSONCoverage `json:"coverage,omitempty"`
}

// JSONSuite is the result of a suite.
type JSONSuite struct {
	File string `json:"file"`
	Line int    `json:"line"`
	// Organization is namespace/name, empty if the manifests could not be read.
	Organization string        `json:"organization,omitempty"`
	Passed       bool          `json:"passed"`
	Problems     []JSONProblem `json:"problems"`
	Cases        []JSONCase    `json:"cases"`
}

// JSONProblem is something that keeps a suite, or some of its cases, from being run.
type JSONProblem struct {
	Line    int    `json:"line"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// JSONCase is the result of a case.
type JSONCase struct {
	Name     string        `json:"name"`
	Line     int           `json:"line"`
	Checks   int           `json:"checks"`
	Passed   bool          `json:"passed"`
	Failures []JSONFailure `json:"failures"`
}

// JSONFailure is a question that was not answered as expected.
type JSONFailure struct {
	Question string `json:"question"`
	Expected string `json:"expected"`
	Answered string `json:"answered"`
	Why      string `json:"why,omitempty"`
}

// NewJSON returns results as JSON has them.
func NewJSON(results []*suite.Result) *JSON {
	all := &JSON{Schema: Schema, Passed: true, Suites: []JSONSuite{}}
	for _, r := range results {
		all.Passed = all.Passed && r.Passed()
		one := JSONSuite{
			File: r.Position.File, Line: r.Position.Line, Organization: r.Organization, Passed: r.Passed(),
			Problems: []JSONProblem{}, Cases: []JSONCase{},
		}
		for _, p := range r.Problems {
			one.Problems = append(one.Problems, JSONProblem{p.Position.Line, p.Field, p.Message})
		}
		for i := range r.Cases {
			c := &r.Cases[i]
			shown := JSONCase{Name: c.Name, Line: c.Position.Line, Checks: c.Checks, Passed: len(c.Failures) == 0, Failures: []JSONFailure{}}
			for _, f := range c.Failures {
				shown.Failures = append(shown.Failures, JSONFailure(f))
			}
			one.Cases = append(one.Cases, shown)
		}
		all.Suites = append(all.Suites, one)
	}
	return all
}
