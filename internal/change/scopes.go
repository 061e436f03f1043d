// SPDX-License-Identifier: Apache-2.0

package change

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// dimension is an axis that either state declares. Its values are numbered; behind them come no value, and any other.
type dimension struct {
	name   string
	values []string
	// valid are the values that a request may have, by state: all, where the dimension is not declared.
	valid [states]mask
	// declared reports whether a state declares the dimension.
	declared [states]bool
}

func (d *dimension) none() int  { return len(d.values) }
func (d *dimension) other() int { return len(d.values) + 1 }
func (d *dimension) size() int  { return len(d.values) + 2 }

func (c *comparison) readDimensions() {
	names := map[string]struct{}{}
	for _, doc := range c.docs {
		for name := range doc.Dimensions {
			names[name] = struct{}{}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		d := dimension{name: name, values: slices.Concat(c.docs[before].Dimensions[name], c.docs[after].Dimensions[name])}
		slices.Sort(d.values)
		d.values = slices.Compact(d.values)
		for state, doc := range c.docs {
			declared, is := doc.Dimensions[name]
			d.declared[state], d.valid[state] = is, newMask(d.size())
			for i := range d.size() {
				if !is || i == d.none() || i < len(d.values) && slices.Contains(declared, d.values[i]) {
					d.valid[state].set(i)
				}
			}
		}
		c.dimensions = append(c.dimensions, d)
	}
}

// region is where a scope applies in one state.
type region struct {
	spans  spans
	values []mask
}

func (r *region) equal(other *region) bool {
	return slices.Equal(r.spans, other.spans) && slices.EqualFunc(r.values, other.values, slices.Equal[mask])
}

func sameRegions(a, b []region) bool {
	return slices.EqualFunc(a, b, func(x, y region) bool { return x.equal(&y) })
}

// scopePair is where a scope that is written applies in both states: in the first region, and in further ones about units that set
// values of dimensions themselves.
type scopePair struct {
	written *document.Scope
	regions [states][]region
	same    bool
}

// scope returns where a scope applies.
func (c *comparison) scope(written *document.Scope) *scopePair {
	c.key = appendScope(c.key[:0], written)
	if known := c.scopes[string(c.key)]; known != nil {
		return known
	}
	made := &scopePair{written: written, regions: [states][]region{c.regions(before, written), c.regions(after, written)}}
	made.same = sameRegions(made.regions[before], made.regions[after])
	c.scopes[string(c.key)] = made
	return made
}

func (c *comparison) regions(state int, written *document.Scope) []region {
	r := c.region(state, written)
	if len(c.units.values[state]) == 0 {
		return []region{r}
	}
	return c.apart(state, r)
}

// apart takes those units out of a region that set values of dimensions themselves, and adds a region for each in which it is.
func (c *comparison) apart(state int, r region) []region {
	rest := region{values: r.values}
	var others []region
	var numbers []int32
	for _, s := range r.spans {
		for number := s.from; number < s.until; number++ {
			set, sets := c.units.values[state][number]
			if !sets {
				numbers = append(numbers, number)
				continue
			}
			own := region{spans: spans{{number, number + 1}}, values: slices.Clone(r.values)}
			if c.force(&own, set) {
				others = append(others, own)
			}
		}
	}
	rest.spans = numbersOf(numbers)
	return append([]region{rest}, others...)
}

// force widens a region to all values that a request may say of dimensions that a unit sets. It reports whether the values that are set
// are in the region.
func (c *comparison) force(r *region, set []forced) bool {
	for _, f := range set {
		if f.value < 0 || !r.values[f.dimension].has(f.value) {
			return false
		}
		r.values[f.dimension] = full(c.dimensions[f.dimension].size())
	}
	return true
}

func (c *comparison) region(state int, written *document.Scope) region {
	var r region
	t := c.units.trees[state]
	if written.Everywhere {
		r.spans = append(r.spans, t.covered(t.root)...)
	}
	for _, unit := range written.Units {
		r.spans = append(r.spans, t.covered(unit)...)
	}
	for _, group := range written.UnitGroups {
		for _, unit := range c.docs[state].UnitGroups[group] {
			r.spans = append(r.spans, t.covered(unit)...)
		}
	}
	r.spans = joined(r.spans)
	for i := range c.dimensions {
		d := &c.dimensions[i]
		named := written.Dimensions[d.name]
		values := newMask(d.size())
		switch {
		case !d.declared[state] || named.All:
			copy(values, d.valid[state])
		default:
			for _, value := range named.Values {
				if at, known := slices.BinarySearch(d.values, value); known && d.valid[state].has(at) {
					values.set(at)
				}
			}
		}
		r.values = append(r.values, values)
	}
	return r
}

// appendScope writes a scope, alike for scopes that are alike only.
func appendScope(key []byte, s *document.Scope) []byte {
	if s.Everywhere {
		key = append(key, '*')
	}
	for _, unit := range s.Units {
		key = append(append(key, 'u'), unit...)
		key = append(key, 0)
	}
	for _, group := range s.UnitGroups {
		key = append(append(key, 'g'), group...)
		key = append(key, 0)
	}
	if len(s.Dimensions) == 0 {
		return key
	}
	for _, name := range slices.Sorted(maps.Keys(s.Dimensions)) {
		key = append(append(append(key, 'd'), name...), 0)
		if s.Dimensions[name].All {
			key = append(key, '*')
		}
		for _, value := range s.Dimensions[name].Values {
			key = append(append(append(key, 'v'), value...), 0)
		}
	}
	return key
}

// moments are a time from..until in microseconds, as decisions count time.
type moments struct{ from, until int64 }

func momentsOf(w document.Window) moments {
	m := moments{math.MinInt64, math.MaxInt64}
	if w.StartTime != nil {
		m.from = w.StartTime.UnixMicro()
	}
	if w.EndTime != nil {
		m.until = w.EndTime.UnixMicro()
	}
	return m
}

func (m moments) window() document.Window {
	var w document.Window
	if m.from != math.MinInt64 {
		from := time.UnixMicro(m.from).UTC()
		w.StartTime = &from
	}
	if m.until != math.MaxInt64 {
		until := time.UnixMicro(m.until).UTC()
		w.EndTime = &until
	}
	return w
}

// cutTime cuts time at all bounds of some windows. Parts that no box is in are left out.
func cutTime(windows []moments) []class[moments] {
	bounds := []int64{math.MinInt64, math.MaxInt64}
	for _, w := range windows {
		bounds = append(bounds, w.from, w.until)
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	var classes []class[moments]
	for i := range len(bounds) - 1 {
		part := moments{bounds[i], bounds[i+1]}
		boxes := newMask(len(windows))
		for box, w := range windows {
			if w.from <= part.from && w.until >= part.until && w.from < w.until {
				boxes.set(box)
			}
		}
		if !boxes.empty() {
			classes = append(classes, class[moments]{boxes, part})
		}
	}
	return classes
}

// cutValues cuts the values of a dimension by the boxes that they are in.
func cutValues(size int, sets []mask) []class[mask] {
	var classes []class[mask]
	for value := range size {
		boxes := newMask(len(sets))
		for box, set := range sets {
			if set.has(value) {
				boxes.set(box)
			}
		}
		if boxes.empty() {
			continue
		}
		at := slices.IndexFunc(classes, func(c class[mask]) bool { return slices.Equal(c.boxes, boxes) })
		if at < 0 {
			at = len(classes)
			classes = append(classes, class[mask]{boxes, newMask(size)})
		}
		classes[at].part.set(value)
	}
	return classes
}

// compareTexts compares pairs of texts, the first first.
func compareTexts(pairs ...string) int {
	for i := 0; i+1 < len(pairs); i += 2 {
		if order := cmp.Compare(pairs[i], pairs[i+1]); order != 0 {
			return order
		}
	}
	return 0
}
