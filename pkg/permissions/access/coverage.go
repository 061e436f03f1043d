// SPDX-License-Identifier: Apache-2.0

package access

import (
	"fmt"
	"strings"
)

// Reasons why the requests about some places cannot be decided.
const (
	// CoverageUncovered places have nobody who could decide a step.
	CoverageUncovered = "Uncovered"
	// CoverageTooFew places have fewer than a step needs, or than it needs besides those who decide other steps.
	CoverageTooFew = "TooFewApprovers"
	// CoverageUndecidable places have as many as may leave a step undecided.
	CoverageUndecidable = "Undecidable"
	// CoverageSingle places have just as many as a step needs, so that their own requests have too few.
	CoverageSingle = "SingleApprover"
	// CoverageUnknown says that it takes too much work to find out who could decide the steps of a chain.
	CoverageUnknown = "WorkLimitExceeded"
)

// CoverageProblem is one thing that a step lacks in some places.
type CoverageProblem struct {
	Reason, Message string
}

// Problems says what the step lacks, the most severe first; nil if it lacks nothing.
func (c *Coverage) Problems() []CoverageProblem {
	if c.Unknown {
		return []CoverageProblem{{Reason: CoverageUnknown, Message: fmt.Sprintf("step %q: finding out who could decide it for each unit "+
			"takes more work than is done, so nothing is known: name fewer approvers or dimension values, or have fewer chains", c.Step)}}
	}
	var problems []CoverageProblem
	step := fmt.Sprintf("step %q", c.Step)
	add := func(reason, what string, gaps []Gap) {
		if len(gaps) > 0 {
			problems = append(problems, CoverageProblem{Reason: reason, Message: fmt.Sprintf("%s %s %s", step, what, firstFew(gaps))})
		}
	}
	if c.Conditional {
		step += ", where it is needed,"
	}
	add(CoverageUncovered, "has no approver for", c.Uncovered)
	add(CoverageTooFew, "has fewer approvers than it needs for", c.Short)
	besides := "besides those who decide other steps"
	if c.SharedConditional {
		besides += ", where all are needed"
	}
	add(CoverageTooFew, "has too few approvers, "+besides+", for", c.Shared)
	add(CoverageUndecidable, "may be left undecided by all its approvers, and must need fewer approvals or denials, for", c.Undecidable)
	add(CoverageSingle, "has only one approver for", c.singles(false))
	add(CoverageSingle, "has just as many approvers as it needs for", c.singles(true))
	return problems
}

// singles returns the places with just as many approvers as are needed: with several, or with one.
func (c *Coverage) singles(several bool) []Gap {
	var gaps []Gap
	for _, gap := range c.Single {
		if strings.Contains(gap.Only, ", ") == several {
			gaps = append(gaps, gap)
		}
	}
	return gaps
}

// mostGaps is how many places a message names.
const mostGaps = 3

// firstFew names the first gaps, and says how many there are.
func firstFew(gaps []Gap) string {
	named := make([]string, 0, mostGaps)
	for _, gap := range gaps[:min(len(gaps), mostGaps)] {
		named = append(named, gap.String())
	}
	text := strings.Join(named, "; ")
	if more := len(gaps) - mostGaps; more > 0 {
		return fmt.Sprintf("%s and %d more", text, more)
	}
	return text
}
