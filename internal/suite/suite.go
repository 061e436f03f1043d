// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
)

// Version and Kind are those of suites.
const (
	Version = "v1alpha1"
	Kind    = "Suite"
)

// Options say what of suites is run, and on what.
type Options struct {
	// Load reads manifests. What it returns is not changed, and may be returned again.
	Load func(paths ...string) (*validation.Input, error)
	// Manifests are tested instead of those that suites name, unless there are none.
	Manifests []string
	// Run selects cases by their names; nil selects all.
	Run *regexp.Regexp
	// Coverage is filled in, unless it is nil.
	Coverage *Coverage
}

// Problem is something that keeps a suite from being run.
type Problem struct {
	Position manifests.Position
	// Field is its path in the suite, empty for the suite as a whole.
	Field   string
	Message string
}

// String is the problem on one line.
func (p Problem) String() string {
	if p.Field == "" {
		return fmt.Sprintf("%s: %s", p.Position, p.Message)
	}
	return fmt.Sprintf("%s: %s: %s", p.Position, p.Field, p.Message)
}

// Result is what became of a suite.
type Result struct {
	Position manifests.Position
	// Organization is that which was tested, as namespace/name.
	Organization string
	// Problems are why the suite, or some of its cases, were not run.
	Problems []Problem
	Cases    []Case
}

// Passed reports whether the suite was run, and all of its cases pass.
func (r *Result) Passed() bool { return len(r.Problems) == 0 && r.Failed() == 0 }

// Failed counts the cases that do not pass.
func (r *Result) Failed() int {
	failed := 0
	for i := range r.Cases {
		if len(r.Cases[i].Failures) > 0 {
			failed++
		}
	}
	return failed
}

// Case is one row of a suite.
type Case struct {
	// Name is the kind of case and its name, for example "decisions/readers see their own loans".
	Name     string
	Position manifests.Position
	// Checks counts the questions that the row asks.
	Checks   int
	Failures []Failure
}

// Failure is a question that was not answered as expected.
type Failure struct {
	Question, Expected, Answered string
	// Why says what led to the answer, and where there is something near what would make it another.
	Why string
}

// Run runs a suite.
func Run(of *manifests.Suite, options *Options) *Result {
	r := &runner{options: options, object: of.Object, result: &Result{Position: of.Object.Position}, states: map[string]*tested{}}
	for i := range of.Diagnostics {
		d := &of.Diagnostics[i]
		r.result.Problems = append(r.result.Problems, Problem{Position: d.Position, Field: d.Field, Message: d.Message})
	}
	if r.read() {
		r.run()
	}
	slices.SortStableFunc(r.result.Problems, func(a, b Problem) int { return a.Position.Line - b.Position.Line })
	return r.result
}

// runner runs one suite.
type runner struct {
	options *Options
	object  *manifests.Object
	file    file
	result  *Result
	now     time.Time
	times   map[string]time.Time
	// callers are the names by which the suite calls users, by id.
	callers map[string]string
	// base is the state of the manifests.
	base *tested
	// states are the worlds of changed manifests, by the edits that led to them.
	states map[string]*tested
}

func (r *runner) problem(path, format string, args ...any) {
	r.result.Problems = append(r.result.Problems, Problem{
		Position: r.object.PositionOf(path), Field: path, Message: fmt.Sprintf(format, args...),
	})
}

// read reads the suite and its manifests. It reports whether cases can be run.
func (r *runner) read() bool {
	if r.object.GVK.Version != Version || r.object.GVK.Kind != Kind {
		r.problem("kind", "%s %s is not known: write apiVersion: %s/%s and kind: %s",
			r.object.GVK.GroupVersion(), r.object.GVK.Kind, manifests.SuiteGroup, Version, Kind)
		return false
	}
	mistakes, err := mistakesIn(r.object.Value)
	if err != nil {
		r.problem("", "%v", err)
	}
	for _, m := range mistakes {
		r.problem(m.path, "%s", m.message)
	}
	if len(r.result.Problems) > 0 {
		return false
	}
	text, err := json.Marshal(r.object.Value)
	if err == nil {
		err = json.Unmarshal(text, &r.file)
	}
	if err != nil {
		r.problem("", "it cannot be read: %v", err)
		return false
	}
	return r.readTimes() && r.readManifests()
}

// readManifests reads what is tested.
func (r *runner) readManifests() bool {
	paths := r.options.Manifests
	if len(paths) == 0 {
		paths = r.beside(r.file.Manifests)
	}
	if len(paths) == 0 {
		r.problem("", "it names no manifests: write manifests: [PATH], relative to the suite, or name them with -f")
		return false
	}
	input, err := r.load(paths)
	if err != nil {
		r.problem("manifests", "%v", err)
		return false
	}
	if !r.selectBase(input) {
		return false
	}
	r.result.Organization = r.base.name()
	r.options.Coverage.add(r.base)
	if len(r.file.Given) > 0 {
		r.base = r.edited(r.base, "given", r.file.Given, r.names(r.base, nil))
	}
	return r.base != nil
}

// selectBase selects what is tested of manifests.
func (r *runner) selectBase(input *validation.Input) bool {
	var err error
	switch {
	case r.file.Platform == "":
		if r.base, err = selectFrom(input, r.file.Organization); err != nil {
			r.problem("organization", "%v", err)
		}
	case r.file.Organization != "":
		r.problem("platform", "a suite is about an organization, or about the platform without one: leave one of the two out")
	case len(r.file.Approvals) > 0:
		r.problem("approvals", "requests are made in an organization: leave platform out")
	case len(r.file.Administration) > 0:
		r.problem("administration", "what is administered is an organization: leave platform out")
	default:
		if r.base, err = selectPlatform(input, r.file.Platform); err != nil {
			r.problem("platform", "%v", err)
		}
	}
	return r.base != nil
}

// beside returns paths that are relative to the suite.
func (r *runner) beside(paths []string) []string {
	joined := make([]string, len(paths))
	for i, path := range paths {
		joined[i] = path
		if !filepath.IsAbs(path) {
			joined[i] = filepath.Join(filepath.Dir(r.object.Position.File), path)
		}
	}
	return joined
}

// load reads manifests that the API server would accept.
func (r *runner) load(paths []string) (*validation.Input, error) {
	input, err := r.options.Load(paths...)
	if err != nil {
		return nil, err
	}
	for i := range input.Rejected {
		if f := &input.Rejected[i]; f.Severity == resolve.Error {
			return nil, fmt.Errorf("the API server would reject %s: %s %s: run validate to see everything that is wrong",
				f.Position, f.Field, f.Message)
		}
	}
	return input, nil
}
