// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"sigs.k8s.io/yaml"
)

// equivalent is a mutant that makes no difference, and why.
type equivalent struct {
	key    `json:",inline"`
	Reason string `json:"reason"`
}

func readEquivalents(path string) (map[key]string, error) {
	reasons := map[key]string{}
	if path == "" {
		return reasons, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []equivalent
	if err := yaml.UnmarshalStrict(text, &all); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, one := range all {
		if one.Reason == "" {
			return nil, fmt.Errorf("%s: %s has no reason", path, one.key)
		}
		if reasons[one.key] != "" {
			return nil, fmt.Errorf("%s: %s is there twice", path, one.key)
		}
		reasons[one.key] = one.Reason
	}
	return reasons, nil
}

// stale returns the explanations of what is not in the mutated packages any more.
func stale(found []*mutant, explained map[key]string) []string {
	known, mutated := map[key]bool{}, map[string]bool{}
	for _, m := range found {
		for _, place := range m.key.wider() {
			known[place] = true
		}
		mutated[m.key.Package] = true
	}
	var all []string
	for place := range explained {
		if mutated[place.Package] && !known[place] {
			all = append(all, place.String())
		}
	}
	slices.Sort(all)
	return all
}

// report is the result of a run.
type report struct {
	opts      options
	took      time.Duration
	found     int
	drawn     []*mutant
	explained map[key]string
	failing   []string
}

func newReport(found, drawn []*mutant, explained map[key]string, failing []string, opts options, took time.Duration) *report {
	return &report{opts: opts, took: took, found: len(found), drawn: drawn, explained: explained, failing: failing}
}

func (r *report) isExplained(m *mutant) bool {
	return slices.ContainsFunc(m.key.wider(), func(place key) bool { return r.explained[place] != "" })
}

// refuted returns the mutants that are said to make no difference, each by itself, and
// that a test noticed.
func (r *report) refuted() []*mutant {
	return slices.DeleteFunc(slices.Clone(r.drawn), func(m *mutant) bool { return m.outcome != noticed || r.explained[m.key] == "" })
}

func unnoticed(m *mutant) bool { return m.outcome == survived || m.outcome == notReached }

// counts are the numbers of one row.
type counts struct{ drawn, noticed, timedOut, explained, survived int }

func (r *report) count(mutants []*mutant) counts {
	n := counts{drawn: len(mutants)}
	for _, m := range mutants {
		switch {
		case m.outcome == noticed:
			n.noticed++
		case m.outcome == timedOut:
			n.timedOut++
		case r.isExplained(m):
			n.explained++
		default:
			n.survived++
		}
	}
	return n
}

// rate is the percentage of mutants that survive unexplained.
func (r *report) rate() float64 {
	return 100 * float64(r.count(r.drawn).survived) / float64(max(1, len(r.drawn)))
}

// verdict returns why the run fails, nil if it does not.
func (r *report) verdict() error {
	switch {
	case len(r.refuted()) > 0:
		return errRefuted
	case r.rate() > r.opts.max:
		return errTooManySurvive
	}
	return nil
}

func (r *report) writeTo(out io.Writer, path string) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "\n%d mutants of %d places, seed %d, in %s\n\n", len(r.drawn), r.found, r.opts.seed, r.took.Round(time.Second))
	fmt.Fprintln(&text, "| package | mutants | noticed | timed out | explained | survive |\n|---|---|---|---|---|---|")
	names, groups := byPackage(r.drawn)
	for _, name := range names {
		writeRow(&text, name, r.count(groups[name]))
	}
	writeRow(&text, "all", r.count(r.drawn))
	for _, name := range names {
		for _, m := range groups[name] {
			if !unnoticed(m) || r.isExplained(m) {
				continue
			}
			relative, _ := filepath.Rel(r.opts.root, m.file.path)
			fmt.Fprintf(&text, "\n- %s:%d: %s\n", relative, m.line, m.outcome)
			fmt.Fprintf(&text, "  package: %s, function: %s, operator: %q, occurrence: %d\n  source: %q\n",
				m.key.Package, m.key.Function, m.key.Operator, m.key.Occurrence, m.key.Source)
		}
	}
	for _, m := range r.refuted() {
		fmt.Fprintf(&text, "\nexplained, but the tests of %s notice it: %s\n", m.by, m.key)
	}
	for _, one := range r.failing {
		fmt.Fprintf(&text, "\nleft out, because it fails without a mutant: %s\n", one)
	}
	fmt.Fprintf(&text, "\n%.1f of 100 mutants survive unexplained; at most %g may\n", r.rate(), r.opts.max)
	if _, err := out.Write(text.Bytes()); err != nil || path == "" {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o600)
}

func writeRow(out *bytes.Buffer, name string, n counts) {
	fmt.Fprintf(out, "| %s | %d | %d | %d | %d | %d |\n", name, n.drawn, n.noticed, n.timedOut, n.explained, n.survived)
}
