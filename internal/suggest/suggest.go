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

// completion returns the only candidate that begins with a name of at least three letters.
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

// distance returns the edit distance between two words, or limit if it is not below.
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
