// SPDX-License-Identifier: Apache-2.0

// Package suggest guesses which name someone meant.
//
// What goes in is a name that does not exist and those that do; what comes out is one of these, or nothing. It is for
// messages to people only: nothing may be decided by a guess.
package suggest

import "strings"

// Closest is the candidate that someone who wrote name probably meant, or empty when none is near: one that differs in
// case only, or in at most two of its letters or a third of them, and never in all; or else the only one that name is the
// beginning of.
func Closest(name string, candidates []string) string {
	best, bestDistance := "", 1+min(len(name)-1, max(2, len(name)/3))
	for _, candidate := range candidates {
		if strings.EqualFold(name, candidate) {
			return candidate
		}
		if d := distance(name, candidate, bestDistance); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	if best == "" {
		return completion(name, candidates)
	}
	return best
}

// completion is the only candidate that begins with a name, of which there are at least three letters.
func completion(name string, candidates []string) string {
	found := ""
	for _, candidate := range candidates {
		if len(name) >= 3 && strings.HasPrefix(candidate, name) {
			if found != "" {
				return ""
			}
			found = candidate
		}
	}
	return found
}

// distance is the edit distance of two words, or limit when it is not below.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit || len(a) > 128 {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(b)], limit)
}
