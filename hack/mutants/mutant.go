// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// key names a mutant in a way that survives changes elsewhere in its file. An
// explanation without source is one of each place in the function where the operator
// applies, and without operator of the whole function.
type key struct {
	Package  string `json:"package"`
	Function string `json:"function"`
	Operator string `json:"operator,omitempty"`
	// Source is the text that the operator changes, with single spaces.
	Source string `json:"source,omitempty"`
	// Occurrence counts equal places in one function, from 0.
	Occurrence int `json:"occurrence,omitempty"`
}

// wider returns the key, and those of explanations that include its place.
func (k key) wider() []key {
	return []key{k, {Package: k.Package, Function: k.Function, Operator: k.Operator}, {Package: k.Package, Function: k.Function}}
}

func (k key) String() string {
	text := fmt.Sprintf("%s %s", k.Package, k.Function)
	if k.Operator != "" {
		text += ": " + k.Operator
	}
	if k.Source != "" {
		text += ": " + k.Source
	}
	if k.Occurrence > 0 {
		text += fmt.Sprintf(" (occurrence %d)", k.Occurrence)
	}
	return text
}

// mutant is one operator at one place: text that is inserted around pieces of the
// source. In it, "%d" stands for the number of the mutant.
type mutant struct {
	key        key
	id         int
	file       *sourceFile
	line       int
	insertions []insertion

	outcome outcome
	by      string // the tests that noticed it
}

// lastLine is the last line that the mutant changes.
func (m *mutant) lastLine() int {
	last := 0
	for _, in := range m.insertions {
		last = max(last, in.end)
	}
	return 1 + bytes.Count(m.file.text[:last], []byte("\n"))
}

type outcome string

const (
	noticed    outcome = "noticed"
	timedOut   outcome = "timed out"
	notReached outcome = "not reached by any test"
	survived   outcome = "survived"
)

func (m *mutant) String() string {
	return fmt.Sprintf("%s/%s:%d %s: %s: %s", m.key.Package, base(m.file.path), m.line, m.key.Function, m.key.Operator, m.key.Source)
}

func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// byPackage groups mutants by package, in the order of the names.
func byPackage(all []*mutant) (names []string, groups map[string][]*mutant) {
	groups = map[string][]*mutant{}
	for _, m := range all {
		groups[m.key.Package] = append(groups[m.key.Package], m)
	}
	for name := range groups {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, groups
}

// draw picks count mutants, from each package in proportion to its candidates.
func draw(found []*mutant, count int, seed uint64) []*mutant {
	names, groups := byPackage(found)
	var drawn []*mutant
	taken, seen := 0, 0
	for _, name := range names {
		group := shuffle(groups[name], seed)
		// The rounding errors of the packages cancel each other out.
		seen += len(group)
		want := min(count*seen/len(found)-taken, len(group))
		taken += want
		drawn = append(drawn, group[:want]...)
	}
	return drawn
}

// shuffle orders the mutants of one package at random. The order of a mutant
// depends on its key and the seed alone, so that a change elsewhere in the
// package does not draw others.
func shuffle(group []*mutant, seed uint64) []*mutant {
	group = slices.Clone(group)
	order := map[*mutant]string{}
	for _, m := range group {
		order[m] = hash(fmt.Sprintf("%d %s", seed, m.key))
	}
	slices.SortFunc(group, func(a, b *mutant) int {
		return cmp.Or(cmp.Compare(order[a], order[b]), strings.Compare(a.key.String(), b.key.String()))
	})
	return group
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
