// SPDX-License-Identifier: Apache-2.0

// Package suggest finds the name that was probably meant, for messages such as "did you mean".
//
// In: a name that does not exist, and those that do. Out: one of these, or nothing. It is for messages only: a suggestion
// must not decide anything.
package suggest

import "strings"

// Closest returns the candidate that is closest to a misspelled name, or "" if none is close: one that differs only in case, or
// in at most two letters or a third of the name, but never in all of it; or else the only one that begins with the name.
func Closest(name string, candidates []string) string {
	best := newMatch(name, len(name))
	for _, candidate := range candidates {
		best.compare(candidate)
	}
	return best.result()
}

// match is the closest of the candidates that a name was compared with.
type match struct {
	name, best string
	distance   int
	// folded differs only in case. Completed is the last of the candidates that begin with the name, and completions is how many do.
	folded, completed string
	completions       int
}

// newMatch returns a match for a name, which differs in a number of letters at most.
func newMatch(name string, edits int) *match {
	return &match{name: name, distance: 1 + min(len(name)-1, max(2, len(name)/3), edits)}
}

func (m *match) compare(candidate string) {
	if m.folded == "" && strings.EqualFold(m.name, candidate) {
		m.folded = candidate
	}
	if len(m.name) >= 3 && strings.HasPrefix(candidate, m.name) {
		m.completed = candidate
		m.completions++
	}
	if d := distance(m.name, candidate, m.distance+1); d < m.distance || d == m.distance && m.best != "" && candidate < m.best {
		m.best, m.distance = candidate, d
	}
}

func (m *match) result() string {
	switch {
	case m.folded != "":
		return m.folded
	case m.best == "" && m.completions == 1:
		return m.completed
	}
	return m.best
}

// longest is the length of the longest names that are compared.
const longest = 128

// distance returns the edit distance between two words, or limit if it is not below. It looks only at those pairs of places that a
// smaller distance allows.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit || len(a) > longest || len(b) > longest {
		return limit
	}
	var row [longest + 1]int
	for j := range row[:len(b)+1] {
		row[j] = j
	}
	for i := range len(a) {
		first, last := max(0, i-limit), min(len(b), i+limit+1)
		diagonal, least := row[first], limit
		if row[first] = limit; first == 0 {
			row[0] = i + 1
			least = min(least, row[0])
		}
		for j := first; j < last; j++ {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
			least = min(least, row[j+1])
		}
		if least >= limit {
			return limit
		}
	}
	return min(row[len(b)], limit)
}
