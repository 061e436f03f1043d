// SPDX-License-Identifier: Apache-2.0

package access

import (
	"slices"
	"testing"
)

// TestProblemsOfACoverage: each problem is named, the most severe first, with its first places.
func TestProblemsOfACoverage(t *testing.T) {
	in := func(units ...string) []Gap {
		var gaps []Gap
		for _, unit := range units {
			gaps = append(gaps, Gap{Unit: unit})
		}
		return gaps
	}
	sound := Coverage{Step: "board", Approvers: 3}
	if problems := sound.Problems(); problems != nil {
		t.Errorf("of a step that lacks nothing it says %v", problems)
	}
	lacking := Coverage{
		Step: "board", Uncovered: in("a", "b", "c"), Short: in("d", "e", "f", "g", "h"), Shared: in("i"), Undecidable: in("k", "l"),
		Single: []Gap{
			{Unit: "m", Only: "ann"}, {Unit: "n", Only: "ann, ben"}, {Unit: "o", Only: "cem"},
			{Unit: "p", Only: "ben, cem", Values: map[string]string{"shift": "night", "desk": "loans"}},
		},
	}
	want := []CoverageProblem{
		{CoverageUncovered, `step "board" has no approver for a; b; c`},
		{CoverageTooFew, `step "board" has fewer approvers than it needs for d; e; f and 2 more`},
		{CoverageTooFew, `step "board" has too few approvers, besides those who decide other steps, for i`},
		{CoverageUndecidable, `step "board" may be left undecided by all its approvers, and must need fewer approvals or denials, for k; l`},
		{CoverageSingle, `step "board" has only one approver for m (ann); o (cem)`},
		{CoverageSingle, `step "board" has just as many approvers as it needs for n (ann, ben); p, desk loans, shift night (ben, cem)`},
	}
	if got := lacking.Problems(); !slices.Equal(got, want) {
		t.Errorf("it says\n%q, not\n%q", got, want)
	}
	// What is said of steps that some requests do not need says so.
	conditional := Coverage{Step: "board", Conditional: true, SharedConditional: true, Uncovered: in("a"), Shared: []Gap{{Unit: "p", Values: map[string]string{"shift": ""}}}}
	want = []CoverageProblem{
		{CoverageUncovered, `step "board", where it is needed, has no approver for a`},
		{CoverageTooFew, `step "board", where it is needed, has too few approvers, besides those who decide other steps, where all are needed, for p, no shift`},
	}
	if got := conditional.Problems(); !slices.Equal(got, want) {
		t.Errorf("it says\n%q, not\n%q", got, want)
	}
}
