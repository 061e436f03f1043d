// SPDX-License-Identifier: Apache-2.0

package crdschema

import (
	"fmt"
	"slices"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// unknownField says that a field is unknown, and which would be right: the nearest name, or all that there are.
func (k *kindSchema) unknownField(path string) string {
	segments := strings.Split(path, ".")
	parent := k.structural
	for _, segment := range segments[:len(segments)-1] {
		name, _, isItem := strings.Cut(segment, "[")
		child, ok := parent.Properties[name]
		if !ok {
			return "unknown field"
		}
		parent = &child
		if isItem && parent.Items != nil {
			parent = parent.Items
		}
	}
	name, _, _ := strings.Cut(segments[len(segments)-1], "[")
	known := properties(parent)
	if len(known) == 0 {
		return fmt.Sprintf("unknown field %q", name)
	}
	if near := Nearest(name, known); near != "" {
		return fmt.Sprintf("unknown field %q: did you mean %q?", name, near)
	}
	return fmt.Sprintf("unknown field %q: the fields here are %s", name, strings.Join(known, ", "))
}

func properties(s *structuralschema.Structural) []string {
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Nearest is the candidate that somebody who wrote name probably meant, or empty when none is near: one that differs in
// case only, or in at most two of its letters or a third of them, and never in all.
func Nearest(name string, candidates []string) string {
	best, bestDistance := "", 1+min(len(name)-1, max(2, len(name)/3))
	for _, candidate := range candidates {
		if strings.EqualFold(name, candidate) {
			return candidate
		}
		if d := distance(name, candidate, bestDistance); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
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
