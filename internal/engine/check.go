// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Check decides whether the subject of a request may do its action on its resource.
func (x *Index) Check(r *access.Request) bool {
	holder, known := x.users[r.Subject.ID]
	if !known || r.Subject.Type != access.SubjectTypeUser {
		return false
	}
	permission, known := x.permissions[r.Action.Name]
	if !known {
		return false
	}
	unit, _, known := x.locate(&r.Resource)
	if !known {
		return false
	}
	if holder.extra != nil || permission.guarded || len(x.dimensions) > 0 {
		return x.decide(r, holder, permission.number, unit)
	}
	return x.check(r, holder, permission.number, unit)
}

// check asks the grants of a user of whom nothing else decides.
func (x *Index) check(r *access.Request, holder user, permission, unit uint32) bool {
	for i := holder.from; i < holder.until; i++ {
		g := &x.grants[i]
		if held := x.holds(g.capability, permission); held != notHeld && x.scopes[g.scope].coversUnit(unit) {
			return held == heldPlain && g.window == 0 || x.decide(r, holder, permission, unit)
		}
	}
	return false
}

// decide is the whole decision.
func (x *Index) decide(r *access.Request, holder user, permission, unit uint32) bool {
	values, known := x.valuesOf(&r.Resource)
	if !known {
		return false
	}
	d := decision{index: x, request: r, holder: holder, permission: permission, unit: unit, values: values}
	return d.allowed()
}

// decision is one request on its way to an answer.
type decision struct {
	index            *Index
	request          *access.Request
	holder           user
	permission, unit uint32
	values           requestedValues
	// now is the moment of the decision, read when it is first asked for.
	now time.Time
	// evaluated and true hold, bit by bit, which of the first 64 conditions were evaluated and found true.
	evaluated, true uint64
}

// allowed asks all that is left once the names of the request are looked up. Its questions are ordered by what they cost;
// the answer is the same in any order.
func (d *decision) allowed() bool {
	guard, extra := &d.index.guards[d.permission], d.holder.extra
	if guard.refused != "" || (extra != nil && extra.suspended) {
		return false
	}
	if extra != nil && d.overridden(extra.overrides, true) {
		return false
	}
	held := extra != nil && d.overridden(extra.overrides, false)
	return (held || d.granted(d.index.grants[d.holder.from:d.holder.until])) && d.allowedToAll(guard.invariants)
}

// moment returns the moment of the decision.
func (d *decision) moment() time.Time {
	if d.now.IsZero() {
		d.now = d.index.now()
	}
	return d.now
}

// overridden tells whether a live override covers the request: one that takes the permission, or one that gives it.
func (d *decision) overridden(overrides []override, revoke bool) bool {
	for i := range overrides {
		o := &overrides[i]
		if o.permission == d.permission && o.revoke == revoke && (revoke || o.missing == "") && d.covered(o.scope, o.window) {
			return true
		}
	}
	return false
}

// granted tells whether a live grant covers the request and holds the permission. Grants that hold it without qualifier
// are asked first.
func (d *decision) granted(grants []grant) bool {
	for i := range grants {
		g := &grants[i]
		if d.index.holds(g.capability, d.permission) == heldPlain && d.covered(g.scope, g.window) {
			return true
		}
	}
	for i := range grants {
		g := &grants[i]
		if d.index.holds(g.capability, d.permission) == heldQualified && d.covered(g.scope, g.window) &&
			d.qualifies(d.index.capabilities[g.capability].qualified[d.permission]) {
			return true
		}
	}
	return false
}

// covered tells whether a scope covers the request's unit and values, and a window its moment.
func (d *decision) covered(scopeNumber, windowNumber uint32) bool {
	s := &d.index.scopes[scopeNumber]
	return s.coversUnit(d.unit) && s.coversValues(&d.values) &&
		(windowNumber == 0 || d.index.windows[windowNumber].open(d.moment()))
}

// qualifies tells whether all qualifiers of some alternative are true.
func (d *decision) qualifies(alternatives [][]uint32) bool {
	for _, qualifiers := range alternatives { //nolint:modernize // a function value would let the decision escape to the heap
		if d.allTrue(qualifiers) {
			return true
		}
	}
	return false
}

func (d *decision) allTrue(qualifiers []uint32) bool {
	for _, qualifier := range qualifiers {
		if !d.isTrue(qualifier) {
			return false
		}
	}
	return true
}

// isTrue tells whether a qualifier is true. One that cannot be evaluated is not. It is evaluated once for a request.
func (d *decision) isTrue(qualifier uint32) bool {
	bit := uint64(1) << (qualifier % 64)
	if qualifier < 64 && d.evaluated&bit != 0 {
		return d.true&bit != 0
	}
	result, err := d.evaluate(qualifier)
	result = result && err == nil
	if qualifier < 64 {
		d.evaluated |= bit
		if result {
			d.true |= bit
		}
	}
	return result
}

// allowedToAll tells whether every invariant can be evaluated and is false.
func (d *decision) allowedToAll(invariants []uint32) bool {
	for _, invariant := range invariants {
		if violated, err := d.evaluate(invariant); violated || err != nil {
			return false
		}
	}
	return true
}
