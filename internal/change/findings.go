// SPDX-License-Identifier: Apache-2.0

package change

import (
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// violations are the reasons of findings that constraints are violated, or would be but for a waiver.
var violations = []string{
	resolve.ReasonSeparationOfDuties, resolve.ReasonTooManyHolders, resolve.ReasonTooFewHolders, resolve.ReasonPrerequisiteNotMet,
	resolve.ReasonConstraintWaived, resolve.ReasonWaiverExpired,
}

// compareFindings adds what began and ended to be found: of a platform document, what is found in the assignments alone.
func (c *comparison) compareFindings(d *Difference) {
	var found, broken [states][]resolve.Finding
	for state, resolution := range c.resolutions {
		if resolution == nil {
			continue
		}
		all, _ := resolution.At(c.options.At)
		if _, platform := document.PlatformCatalog(resolution.Document.Organization); platform {
			all = resolve.PlatformDocumentFindings(resolution, c.options.At)
		}
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
	left := [states]map[findingPlace][]resolve.Finding{differing(lists[before], lists[after]), differing(lists[after], lists[before])}
	var changes FindingChanges
	same := func(at findingPlace) bool { return len(left[before][at]) == 1 && len(left[after][at]) == 1 }
	for _, f := range lists[before] {
		switch at := placeOfFinding(f); {
		case !slices.Contains(left[before][at], f):
		case same(at):
			changes.Changed = append(changes.Changed, FindingChange{f, left[after][at][0]})
		default:
			changes.Ended = append(changes.Ended, f)
		}
	}
	for _, f := range lists[after] {
		if at := placeOfFinding(f); !same(at) && slices.Contains(left[after][at], f) {
			changes.Began = append(changes.Began, f)
		}
	}
	return changes
}

// findingPlace is what findings are about.
type findingPlace struct {
	reason string
	object model.Ref
	field  string
}

func placeOfFinding(f resolve.Finding) findingPlace { return findingPlace{f.Reason, f.Object, f.Field} }

// differing returns the findings of one list that are not in another, by what they are about.
func differing(list, others []resolve.Finding) map[findingPlace][]resolve.Finding {
	known := make(map[resolve.Finding]struct{}, len(others))
	for _, f := range others {
		known[f] = struct{}{}
	}
	left := map[findingPlace][]resolve.Finding{}
	for _, f := range list {
		if _, both := known[f]; !both {
			left[placeOfFinding(f)] = append(left[placeOfFinding(f)], f)
		}
	}
	return left
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
