// SPDX-License-Identifier: Apache-2.0

package change

import (
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/resolve"
)

// violations are the reasons of findings that constraints are violated, or would be but for a waiver.
var violations = []string{
	resolve.ReasonSeparationOfDuties, resolve.ReasonTooManyHolders, resolve.ReasonTooFewHolders, resolve.ReasonPrerequisiteNotMet,
	resolve.ReasonConstraintWaived, resolve.ReasonWaiverExpired,
}

// compareFindings adds what began and ended to be found.
func (c *comparison) compareFindings(d *Difference) {
	var found, broken [states][]resolve.Finding
	for state, resolution := range c.resolutions {
		if resolution == nil {
			continue
		}
		all, _ := resolution.At(c.options.At)
		for _, f := range all {
			if slices.Contains(violations, f.Reason) {
				broken[state] = append(broken[state], f)
			} else {
				found[state] = append(found[state], f)
			}
		}
	}
	d.Violations, d.Findings = compareLists(broken), compareLists(found)
	d.Coverage = compareLists([states][]resolve.Finding{c.options.CoverageBefore, c.options.CoverageAfter})
}

// compareLists compares what was found in both states. What is found about the same field for the same reason is the same finding,
// if there is one such in each state.
func compareLists(lists [states][]resolve.Finding) FindingChanges {
	type place struct {
		reason, kind, namespace, name, field string
	}
	placeOf := func(f resolve.Finding) place {
		return place{f.Reason, f.Object.Kind, f.Object.Namespace, f.Object.Name, f.Field}
	}
	var left [states]map[place][]resolve.Finding
	for state, list := range lists {
		in := make(map[resolve.Finding]struct{}, len(lists[1-state]))
		for _, f := range lists[1-state] {
			in[f] = struct{}{}
		}
		left[state] = map[place][]resolve.Finding{}
		for _, f := range list {
			if _, both := in[f]; !both {
				left[state][placeOf(f)] = append(left[state][placeOf(f)], f)
			}
		}
	}
	var changes FindingChanges
	same := func(at place) bool { return len(left[before][at]) == 1 && len(left[after][at]) == 1 }
	for _, f := range lists[before] {
		switch at := placeOf(f); {
		case !slices.Contains(left[before][at], f):
		case same(at):
			changes.Changed = append(changes.Changed, FindingChange{f, left[after][at][0]})
		default:
			changes.Ended = append(changes.Ended, f)
		}
	}
	for _, f := range lists[after] {
		if at := placeOf(f); !same(at) && slices.Contains(left[after][at], f) {
			changes.Began = append(changes.Began, f)
		}
	}
	return changes
}

// errorsIn returns the reasons of errors in a state, by what counts for nothing: Kind/name for an object as a whole, Kind/name list[name]
// for an entry of its spec, as sources are written.
func (c *comparison) errorsIn(state int) map[string]string {
	if c.errors[state] != nil {
		return c.errors[state]
	}
	c.errors[state] = map[string]string{}
	if c.resolutions[state] == nil {
		return c.errors[state]
	}
	for _, f := range c.resolutions[state].Findings {
		if f.Severity != resolve.Error {
			continue
		}
		at := f.Object.String()
		if entry, _, named := strings.Cut(strings.TrimPrefix(f.Field, "spec."), "]"); named {
			at += " " + entry + "]"
		}
		if c.errors[state][at] == "" {
			c.errors[state][at] = f.Reason
		}
	}
	return c.errors[state]
}
