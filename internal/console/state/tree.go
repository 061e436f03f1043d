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

// Coverage says of scopes whether they cover one unit.
type Coverage struct {
	root string
	// distance is how far above the unit each unit of its line is, and groups the nearest of them in each group.
	distance map[string]int
	groups   map[string]string
}

// CoverageOf returns what covers a unit.
func (t *Tree) CoverageOf(unit string) *Coverage {
	line := t.Line(unit)
	slices.Reverse(line)
	c := &Coverage{root: t.Root, distance: make(map[string]int, len(line)), groups: map[string]string{}}
	for i, above := range line {
		c.distance[above] = i
	}
	for group, units := range t.document.UnitGroups {
		for _, above := range line {
			if slices.Contains(units, above) {
				c.groups[group] = above
				break
			}
		}
	}
	return c
}

// By returns the unit by which a scope covers the unit: the nearest of the unit itself and those above it that the scope
// names, or of which it names a group; the root if the scope covers everything. The second result is
// false if the scope does not cover the unit.
func (c *Coverage) By(scope *document.Scope) (by string, covers bool) {
	if scope.Everywhere {
		return c.root, true
	}
	nearest := len(c.distance)
	look := func(unit string) {
		if at, above := c.distance[unit]; above && at < nearest {
			by, nearest, covers = unit, at, true
		}
	}
	for _, unit := range scope.Units {
		look(unit)
	}
	for _, group := range scope.UnitGroups {
		if unit, above := c.groups[group]; above {
			look(unit)
		}
	}
	return by, covers
}
