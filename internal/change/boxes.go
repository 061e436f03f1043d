// SPDX-License-Identifier: Apache-2.0

package change

import (
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// box is a grant or an override of one permission in one state, or the units in which a condition depends on facts that differ.
type box struct {
	state  int
	region region
	time   moments
	// gives is on which condition the box gives the permission; nil if it does not.
	gives *alternatives
	deny  bool
	// grant is set for a grant, override for an override.
	grant    *document.Grant
	override *document.Override
	// condition is one that depends on facts that differ there.
	condition conditionID
	isFact    bool
}

func (b *box) source() string {
	if b.grant != nil {
		return b.grant.Source
	}
	return b.override.Source
}

// boxesOf returns the boxes of one user and one permission in both states.
func (c *comparison) boxesOf(u *userPair, permission string) []box {
	var boxes []box
	for state := range c.docs {
		if u.active(state) && c.permissions[permission].open[state] {
			boxes = c.addBoxes(boxes, state, u.entries[state], permission)
		}
	}
	return c.addFacts(boxes, u, permission)
}

func (c *comparison) addBoxes(boxes []box, state int, entry *document.User, permission string) []box {
	for grant := range c.docs[state].GrantsOf(entry) {
		if gives := c.roleAs(grant).gives[state][permission]; gives != nil {
			for _, r := range c.scope(&grant.Scope).regions[state] {
				boxes = append(boxes, box{state: state, region: r, time: momentsOf(grant.Window), gives: gives, grant: grant})
			}
		}
	}
	for i := range entry.Overrides {
		o := &entry.Overrides[i]
		if o.Permission != permission || !c.openOverride(state, o) {
			continue
		}
		for _, r := range c.scope(&o.Scope).regions[state] {
			b := box{state: state, region: r, time: momentsOf(o.Window), deny: o.Deny, override: o}
			if !o.Deny {
				b.gives = c.conditions.always()
			}
			boxes = append(boxes, b)
		}
	}
	return boxes
}

// addFacts adds where the conditions of the boxes depend on facts that differ.
func (c *comparison) addFacts(boxes []box, u *userPair, permission string) []box {
	var asked []conditionID
	for i := range boxes {
		if boxes[i].gives != nil {
			asked = append(asked, boxes[i].gives.all...)
		}
	}
	for _, prohibitions := range c.permissions[permission].prohibitions {
		asked = append(asked, prohibitions...)
	}
	slices.Sort(asked)
	for _, id := range slices.Compact(asked) {
		where := c.conditions.of(id).differs
		if slices.Contains(u.differing, id) {
			where = spans{{0, int32(len(c.units.places))}}
		}
		if len(where) > 0 {
			boxes = append(boxes, box{region: c.wherever(where), time: momentsOf(document.Window{}), condition: id, isFact: true})
		}
	}
	return boxes
}

// wherever is some units, with any value of any dimension.
func (c *comparison) wherever(where spans) region {
	r := region{spans: where}
	for i := range c.dimensions {
		r.values = append(r.values, full(c.dimensions[i].size()))
	}
	return r
}

// cell is a part of the whole in which the same boxes are: units, values of each dimension, and a time.
type cell struct {
	spans  spans
	values []mask
	time   moments
}

// mostCells bounds how many cells one user and one permission may have.
const mostCells = 1 << 20

// cut cuts the whole into cells, and yields those that a box which gives something is in, with the boxes that are in them. It fails
// if there are too many.
func (c *comparison) cut(boxes []box, yield func(mask, cell)) bool {
	sets, windows := make([]spans, len(boxes)), make([]moments, len(boxes))
	giving := newMask(len(boxes))
	for i := range boxes {
		sets[i], windows[i] = boxes[i].region.spans, boxes[i].time
		if boxes[i].gives != nil {
			giving.set(i)
		}
	}
	axes := make([][]class[mask], len(c.dimensions))
	inUnits, inTime := partition(sets), cutTime(windows)
	count := len(inUnits) * len(inTime)
	for i := range c.dimensions {
		values := make([]mask, len(boxes))
		for j := range boxes {
			values[j] = boxes[j].region.values[i]
		}
		axes[i] = cutValues(c.dimensions[i].size(), values)
		if count *= len(axes[i]); count > mostCells {
			return false
		}
	}
	cutAxes(axes, giving, nil, func(in mask, values []mask) {
		for _, t := range inTime {
			then := newMask(len(boxes))
			then.and(in, t.boxes)
			for _, u := range inUnits {
				there := newMask(len(boxes))
				there.and(then, u.boxes)
				if there.meets(giving) {
					yield(there, cell{u.part, values, t.part})
				}
			}
		}
	}, full(len(boxes)))
	return true
}

// cutAxes yields the combinations of classes of all axes in which a box that gives something is.
func cutAxes(axes [][]class[mask], giving mask, values []mask, yield func(mask, []mask), in mask) {
	if len(axes) == 0 {
		yield(in, slices.Clone(values))
		return
	}
	for _, part := range axes[0] {
		both := slices.Clone(in)
		both.and(in, part.boxes)
		if both.meets(giving) {
			cutAxes(axes[1:], giving, append(slices.Clip(values), part.part), yield, both)
		}
	}
}

func full(size int) mask {
	m := newMask(size)
	for i := range size {
		m.set(i)
	}
	return m
}
