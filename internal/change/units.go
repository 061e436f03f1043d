// SPDX-License-Identifier: Apache-2.0

package change

import (
	"iter"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// The two states, where they are numbered.
const (
	before = iota
	after
	states
)

// place is what a request may be about.
type place struct {
	// unit in which the resource lies, or that it is. It is empty for requests that name no unit, if these are about different units in
	// the two states.
	unit string
	// kind is set for a resource that is the unit: it is its type.
	kind string
}

// units are those of both states. Places in them have common numbers: those of the state after, each unit before what lies below it,
// then those that are gone.
type units struct {
	places  []place
	numbers map[place]int32
	trees   [states]*tree
	// values are what units set for dimensions, by state and by the number of the place that is the unit.
	values [states]map[int32][]forced
	// same is set if both trees have the same units, of the same kinds, in the same places.
	same bool
	// changed are the units that began or ceased to exist, moved, or are of another kind.
	changed map[string]string
}

// tree is the tree of one state.
type tree struct {
	units *units
	root  string
	// order are the units, each before what lies below it; place is where a unit stands in it, end where what lies below it ends.
	order      []string
	place, end map[string]int32
	kinds      map[string]string
	parents    map[string]string
	below      map[string]spans
}

func readUnits(docs [states]*document.Document) *units {
	u := &units{numbers: map[place]int32{}, changed: map[string]string{}}
	kinds := [states]map[string]struct{}{kindsOf(docs[before]), kindsOf(docs[after])}
	for state, doc := range docs {
		u.trees[state] = u.readTree(doc.Units, kinds[1-state])
	}
	for _, state := range []int{after, before} {
		for _, name := range u.trees[state].order {
			u.number(place{unit: name})
			for _, t := range u.trees {
				if t.kinds[name] != "" {
					u.number(place{name, t.kinds[name]})
				}
			}
		}
	}
	for at := range u.numbers {
		name := at.unit
		was, knew := docs[before].Units[name]
		is, known := docs[after].Units[name]
		switch {
		case !knew:
			u.changed[name] = Added
		case !known:
			u.changed[name] = Removed
		case was.Parent != is.Parent || was.Kind != is.Kind:
			u.changed[name] = Changed
		}
	}
	u.same = len(u.changed) == 0
	if u.trees[before].root != u.trees[after].root {
		u.number(place{})
	}
	return u
}

func (u *units) number(at place) {
	if _, known := u.numbers[at]; !known {
		u.numbers[at] = int32(len(u.places))
		u.places = append(u.places, at)
	}
}

// kindsOf returns the kinds of all units of a document, those that do not count too.
func kindsOf(doc *document.Document) map[string]struct{} {
	kinds := map[string]struct{}{}
	for _, kind := range doc.UnplacedKinds {
		kinds[kind] = struct{}{}
	}
	for name := range doc.Units {
		if kind := doc.Units[name].Kind; kind != "" {
			kinds[kind] = struct{}{}
		}
	}
	return kinds
}

// readTree reads a tree. Of kinds that the other state does not have, a unit is not the resource of requests: see Moved.
func (u *units) readTree(written map[string]document.Unit, others map[string]struct{}) *tree {
	t := &tree{
		units: u, place: map[string]int32{}, end: map[string]int32{}, kinds: map[string]string{}, parents: map[string]string{},
		below: map[string]spans{},
	}
	children := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(written)) {
		children[written[name].Parent] = append(children[written[name].Parent], name)
		t.parents[name] = written[name].Parent
		if _, both := others[written[name].Kind]; both {
			t.kinds[name] = written[name].Kind
		}
	}
	if len(children[""]) == 1 {
		t.root = children[""][0]
		t.add(t.root, children)
	}
	return t
}

func (t *tree) add(name string, children map[string][]string) {
	t.place[name] = int32(len(t.order))
	t.order = append(t.order, name)
	for _, child := range children[name] {
		t.add(child, children)
	}
	t.end[name] = int32(len(t.order))
}

// covered returns the numbers of a unit and of what lies below it; of the root, those of requests that name no unit too.
func (t *tree) covered(name string) spans {
	from, known := t.place[name]
	if !known {
		return nil
	}
	if found, is := t.below[name]; is {
		return found
	}
	numbers := make([]int32, 0, 2*(t.end[name]-from)+1)
	for _, below := range t.order[from:t.end[name]] {
		numbers = append(numbers, t.units.numbers[place{unit: below}])
		if kind := t.kinds[below]; kind != "" {
			numbers = append(numbers, t.units.numbers[place{below, kind}])
		}
	}
	if number, separate := t.units.numbers[place{}]; separate && name == t.root {
		numbers = append(numbers, number)
	}
	t.below[name] = numbersOf(numbers)
	return t.below[name]
}

// changedAbove returns the units at or above a unit, in either tree, that changed.
func (u *units) changedAbove(name string) []string {
	if name == "" {
		return []string{u.trees[before].root, u.trees[after].root}
	}
	var found []string
	for _, t := range u.trees {
		for at := name; at != ""; at = t.parents[at] {
			if _, changed := u.changed[at]; changed {
				found = append(found, at)
				break
			}
		}
	}
	return found
}

// covered are some places of both states.
type covered struct {
	units *units
	spans spans
}

func (c *covered) names() []string {
	var names []string
	for at := range c.places() {
		if at.kind == "" {
			names = append(names, at.unit)
		}
	}
	slices.Sort(names)
	return names
}

// places yields the places.
func (c *covered) places() iter.Seq[place] {
	return func(yield func(place) bool) {
		for _, s := range c.spans {
			for _, at := range c.units.places[s.from:s.until] {
				if !yield(at) {
					return
				}
			}
		}
	}
}

// has reports whether a place is covered.
func (c *covered) has(at place) bool {
	number, known := c.units.numbers[at]
	return known && c.spans.has(number)
}

// describe writes the place as people read it, by the tree of one state, and what is not in that by itself.
func (c *covered) describe(state int) Where {
	where := Where{region: c}
	t := c.units.trees[state]
	var order []int32
	for at := range c.places() {
		switch number, known := t.place[at.unit]; {
		case at.kind != "":
			if !c.has(place{unit: at.unit}) {
				where.Resources = append(where.Resources, Resource{at.kind, at.unit})
			}
		case known:
			order = append(order, number)
		case at.unit == "":
			where.NoUnit = true
		default:
			where.Only = append(where.Only, at.unit)
		}
	}
	slices.Sort(order)
	for i := 0; i < len(order); {
		name := t.order[order[i]]
		size := int(t.end[name] - order[i])
		if last := i + size - 1; last < len(order) && order[last] == t.end[name]-1 {
			where.Units = append(where.Units, name)
			i += size
			continue
		}
		where.Only = append(where.Only, name)
		i++
	}
	if len(where.Units) == 1 && where.Units[0] == t.root {
		where.Everywhere, where.Units = true, nil
	}
	slices.Sort(where.Units)
	slices.Sort(where.Only)
	return where
}

// forced is what a unit sets for a dimension.
type forced struct {
	dimension int
	// value is a number of a value; -1 is none that the dimension has.
	value int
}

// readValues reads what units set for dimensions. A request about the unit has these values, whatever it says.
func (c *comparison) readValues() {
	for state, doc := range c.docs {
		c.units.values[state] = map[int32][]forced{}
		for name, unit := range doc.Units {
			if unit.Kind == "" {
				continue
			}
			var all []forced
			for i := range c.dimensions {
				d := &c.dimensions[i]
				value, set := unit.Attributes[d.name]
				if !d.declared[state] || !set && !slices.Contains(unit.UnknownAttributes, d.name) {
					continue
				}
				text, _ := value.(string)
				number := slices.Index(d.values, text)
				if number >= 0 && !d.valid[state].has(number) {
					number = -1
				}
				all = append(all, forced{i, number})
			}
			if number, numbered := c.units.numbers[place{name, unit.Kind}]; numbered && len(all) > 0 {
				c.units.values[state][number] = all
			}
		}
	}
}
