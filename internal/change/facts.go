// SPDX-License-Identifier: Apache-2.0

package change

import (
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// readFacts finds the units in which conditions depend on facts that differ, for every user.
func (c *comparison) readFacts() {
	c.directory = c.readDirectory()
	var differing map[int32][]string
	if c.updated.IsEverything() {
		differing = c.differingUnits()
	}
	for i := range c.conditions.list {
		e := &c.conditions.list[i]
		if slices.ContainsFunc(e.facts.Questions, c.directory.differsForAll) {
			e.differs = spans{{0, int32(len(c.units.places))}}
			continue
		}
		var numbers []int32
		for number, names := range differing {
			read := e.facts.Unit
			if c.units.places[number].kind != "" {
				read = e.facts.Resource
			}
			if read.Any(names) {
				numbers = append(numbers, number)
			}
		}
		e.differs = numbersOf(numbers)
	}
}

// differingUnits returns the names of the attributes that differ, by places in units that both states have.
func (c *comparison) differingUnits() map[int32][]string {
	differing := map[int32][]string{}
	note := func(at place, was, is string) {
		number, numbered := c.units.numbers[at]
		a, b := c.docs[before].Units[was], c.docs[after].Units[is]
		names := differingNames(a.Attributes, b.Attributes, a.UnknownAttributes, b.UnknownAttributes)
		if numbered && len(names) > 0 {
			differing[number] = names
		}
	}
	for name := range c.docs[before].Units {
		if unit, still := c.docs[after].Units[name]; still {
			note(place{unit: name}, name, name)
			note(place{name, unit.Kind}, name, name)
		}
	}
	if _, separate := c.units.numbers[place{}]; separate {
		note(place{}, c.units.trees[before].root, c.units.trees[after].root)
	}
	return differing
}

// differingNames returns the names of the attributes that differ, or are unknown in one of the states only.
func differingNames(was, is map[string]any, wasUnknown, isUnknown []string) []string {
	var names []string
	for name, value := range was {
		if other, still := is[name]; !still || !reflect.DeepEqual(value, other) {
			names = append(names, name)
		}
	}
	for name := range is {
		if _, known := was[name]; !known {
			names = append(names, name)
		}
	}
	for _, lists := range [][2][]string{{wasUnknown, isUnknown}, {isUnknown, wasUnknown}} {
		for _, name := range lists[0] {
			if !slices.Contains(lists[1], name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// directory is what differs between the lines of managers of both states.
type directory struct {
	resolutions [states]*resolve.Resolution
	// changed are users with another manager, and those who began or ceased to exist.
	changed map[string]struct{}
	// managing are users who manage others than before, leading those who stand above others.
	managing, leading map[string]struct{}
}

func (c *comparison) readDirectory() *directory {
	d := &directory{
		resolutions: c.resolutions, changed: map[string]struct{}{}, managing: map[string]struct{}{}, leading: map[string]struct{}{},
	}
	for id := range c.updatedUsers() {
		was, knew := c.resolutions[before].User(id)
		if is, still := c.resolutions[after].User(id); knew != still || was.Manager != is.Manager {
			d.change(id, was.Manager, is.Manager)
		}
	}
	return d
}

// change notes that a user has another manager.
func (d *directory) change(id, was, is string) {
	d.changed[id] = struct{}{}
	d.managing[was], d.managing[is] = struct{}{}, struct{}{}
	for state := range d.resolutions {
		for _, above := range d.line(state, id) {
			d.leading[above] = struct{}{}
		}
	}
	d.leading[id] = struct{}{}
}

// line returns the managers above a user in one state: up to one who is unknown, or who came before.
func (d *directory) line(state int, id string) []string {
	seen := map[string]struct{}{id: {}}
	var line []string
	for user, known := d.resolutions[state].User(id); known; {
		manager := user.Manager
		if _, before := seen[manager]; before {
			break
		}
		seen[manager] = struct{}{}
		if user, known = d.resolutions[state].User(manager); known {
			line = append(line, manager)
		}
	}
	return line
}

// differsForAll reports whether a question may be answered otherwise for every subject.
func (d *directory) differsForAll(q condition.Question) bool {
	return len(d.changed) > 0 && (!q.OfSubject && !q.AboutSubject || q.Function != "isManager" && q.Function != "isAbove")
}

// differsFor reports whether a question may be answered otherwise about a subject.
func (d *directory) differsFor(q condition.Question, id string) bool {
	if len(d.changed) == 0 {
		return false
	}
	_, managing := d.managing[id]
	_, changed := d.changed[id]
	if q.Function == "isManager" {
		return q.OfSubject && managing || q.AboutSubject && changed
	}
	_, leading := d.leading[id]
	return q.OfSubject && leading || q.AboutSubject && (changed || !slices.Equal(d.line(before, id), d.line(after, id)))
}

// differing returns the conditions that depend on facts about a user that differ.
func (c *comparison) differing(id string, was, is *document.User) []conditionID {
	var names []string
	if was != nil && is != nil {
		names = differingNames(was.Attributes, is.Attributes, was.UnknownAttributes.Names(), is.UnknownAttributes.Names())
	}
	if len(names) == 0 && len(c.directory.changed) == 0 {
		return nil
	}
	var found []conditionID
	for i := range c.conditions.list {
		facts := &c.conditions.list[i].facts
		asks := func(q condition.Question) bool { return c.directory.differsFor(q, id) }
		if facts.Subject.Any(names) || slices.ContainsFunc(facts.Questions, asks) {
			found = append(found, conditionID(i))
		}
	}
	return found
}
