// SPDX-License-Identifier: Apache-2.0

package state

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Tree holds the units of an organization.
type Tree struct {
	// Root is the name of the one unit without parent.
	Root string

	document *document.Document
	texts    map[string]string
	children map[string][]string
}

func newTree(o *Organization) *Tree {
	t := &Tree{document: o.Document, texts: map[string]string{}, children: map[string][]string{}}
	if o.Document == nil {
		return t
	}
	for i := range o.Members.Structures {
		for j := range o.Members.Structures[i].Spec.Units {
			unit := &o.Members.Structures[i].Spec.Units[j]
			t.texts[string(unit.Name)] = string(unit.DisplayName)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Document.Units)) {
		if parent := o.Document.Units[name].Parent; parent == "" {
			t.Root = name
		} else {
			t.children[parent] = append(t.children[parent], name)
		}
	}
	return t
}

// Title returns the display name of a unit, or its name if it has none.
func (t *Tree) Title(unit string) string {
	if text := t.texts[unit]; text != "" {
		return text
	}
	return unit
}

// Children returns the units directly below a unit, by name.
func (t *Tree) Children(unit string) []string { return t.children[unit] }

// Line returns a unit and those above it, the root first.
func (t *Tree) Line(unit string) []string {
	var line []string
	for unit != "" && !slices.Contains(line, unit) {
		line = append(line, unit)
		unit = t.document.Units[unit].Parent
	}
	slices.Reverse(line)
	return line
}

// Covers returns the unit or group by which a scope covers a unit: the unit itself, one above it, a group of such units in parentheses,
// or everywhere. The second result is false if the scope does not cover it.
func (t *Tree) Covers(scope *document.Scope, unit string) (by string, covers bool) {
	if scope.Everywhere {
		return t.Root, true
	}
	line := t.Line(unit)
	slices.Reverse(line)
	for _, above := range line {
		if slices.Contains(scope.Units, above) {
			return above, true
		}
		for _, group := range scope.UnitGroups {
			if slices.Contains(t.document.UnitGroups[group], above) {
				return above, true
			}
		}
	}
	return "", false
}
