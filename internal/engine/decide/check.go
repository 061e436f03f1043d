// SPDX-License-Identifier: Apache-2.0

package decide

import (
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/names"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Check decides whether the subject of a request may do its action on its resource.
//
//nolint:cyclop // Every decision takes this road, so it is one function.
func Check(x *compiled.Index, r *access.Request) bool {
	// All names are hashed first, so that the processor waits for the bytes of all of them together.
	property, named := r.Resource.Properties[access.PropertyUnit]
	unit, _ := property.(string) // no unit has an empty name
	ofUser, ofAction, ofUnit := names.TagOf(r.Subject.ID), names.TagOf(r.Action.Name), names.TagOf(unit)
	if !x.IsSubjectType(r.Subject.Type) {
		return false
	}
	// The user is looked up first: what they hold is read from memory while the other names are looked up.
	holder, known := x.Users.GetTagged(ofUser, r.Subject.ID)
	if !known {
		return false
	}
	permission, known := x.Permissions.GetTagged(ofAction, r.Action.Name)
	if !known || permission.Typed && !x.IsAbout(permission.Number, r.Resource.Type) {
		return false
	}
	var at compiled.Location
	if named && x.Types.Of(r.Resource.Type) == compiled.OfRecords {
		at.Unit, known = x.Units.GetTagged(ofUnit, unit)
	} else {
		at, known = x.Locate(&r.Resource)
	}
	if !known {
		return false
	}
	if holder.HasDetail() || permission.Restricted || len(x.Dimensions) > 0 {
		return checkAll(x, r, holder, permission.Number, at)
	}
	for i := holder.From; i < holder.Until; i++ {
		g := &x.Grants[i]
		if held := x.Holds(g.EffectiveRole, permission.Number); held != compiled.NoPermission && x.Covers(g.Scope, at.Unit) {
			return g.Window == 0 && (held == compiled.HasPermission || qualifiesSimply(x, r, held, at)) ||
				checkAll(x, r, holder, permission.Number, at)
		}
	}
	return false
}

// qualifiesSimply reports whether a permission is held by one qualifier that is simple and true, for a user without details. If not,
// the whole decision tells.
func qualifiesSimply(x *compiled.Index, r *access.Request, held compiled.Held, at compiled.Location) bool {
	program := x.OnlySimple(held)
	if program == nil {
		return false
	}
	view := viewOf(x, r, nil, at)
	result, _, _ := program.TestView(&view)
	return result
}

// checkAll is the whole decision.
func checkAll(x *compiled.Index, r *access.Request, holder compiled.Holder, permission uint32, at compiled.Location) bool {
	values, known := x.ValuesOf(r.Resource.Properties, at)
	if !known {
		return false
	}
	d := Decision{
		Index: x, Request: r, Holder: x.UserOf(holder), Permission: permission, Location: at, Values: values,
	}
	return d.Allowed()
}

// Decision is one request on its way to an answer.
type Decision struct {
	Index      *compiled.Index
	Request    *access.Request
	Holder     compiled.User
	Permission uint32
	// Location is where the resource is, and Values are its values of dimensions.
	compiled.Location
	Values compiled.RequestedValues
	// now is the moment of the decision, read when it is first asked for.
	Now  time.Time
	memo memo
	// directory is asked instead of the index, unless it is nil.
	directory condition.Directory
}

// Allowed asks all that is left once the names of the request are looked up. Its questions are ordered by what they cost;
// the answer is the same in any order.
func (d *Decision) Allowed() bool {
	restriction, detail := &d.Index.Restrictions[d.Permission], d.Holder.Detail
	if restriction.Refused != "" || (detail != nil && detail.Suspended) {
		return false
	}
	if detail != nil && d.Overridden(detail.Overrides, true) {
		return false
	}
	held := detail != nil && d.Overridden(detail.Overrides, false)
	return (held || d.granted(d.Index.Grants[d.Holder.From:d.Holder.Until])) && d.AllowedToAll(restriction.Prohibitions)
}

// Locate looks up where the resource is, and its values. It reports whether there are such.
func (d *Decision) Locate() bool {
	at, located := d.Index.Locate(&d.Request.Resource)
	return located && d.LocateAt(at)
}

// LocateAt is Locate of a resource whose place is known. It reports whether its values are those of dimensions.
func (d *Decision) LocateAt(at compiled.Location) bool {
	var known bool
	d.Location = at
	d.Values, known = d.Index.ValuesOf(d.Request.Resource.Properties, at)
	return known
}

// Moment returns the moment of the decision.
func (d *Decision) Moment() time.Time {
	if d.Now.IsZero() {
		d.Now = d.Index.Now()
	}
	return d.Now
}

// Overridden reports whether a live override covers the request: one that takes the permission, or one that gives it.
func (d *Decision) Overridden(overrides []compiled.Override, deny bool) bool {
	for i := range overrides {
		o := &overrides[i]
		if o.Permission == d.Permission && o.Deny == deny && (deny || len(o.Missing) == 0) && d.Covered(o.Scope, o.Window) {
			return true
		}
	}
	return false
}

// granted reports whether a live grant covers the request and holds the permission. Grants that hold it without qualifier
// are asked first.
func (d *Decision) granted(grants []compiled.Grant) bool {
	conditional := len(grants)
	for i := range grants {
		g := &grants[i]
		switch held := d.Index.Holds(g.EffectiveRole, d.Permission); {
		case held == compiled.HasPermission && d.Covered(g.Scope, g.Window):
			return true
		case held.IsConditional():
			conditional = min(conditional, i)
		}
	}
	for i := conditional; i < len(grants); i++ {
		g := &grants[i]
		if held := d.Index.Holds(g.EffectiveRole, d.Permission); held.IsConditional() && d.Covered(g.Scope, g.Window) &&
			d.qualifies(d.Index.Alternatives(held)) {
			return true
		}
	}
	return false
}

// Covered reports whether a scope covers the request's unit and values, and a window its moment.
func (d *Decision) Covered(scopeNumber, windowNumber uint32) bool {
	x := d.Index
	return x.Covers(scopeNumber, d.Unit) && (len(x.Dimensions) == 0 || x.Scopes[scopeNumber].CoversValues(&d.Values)) &&
		(windowNumber == 0 || x.Windows[windowNumber].Open(d.Moment()))
}

// qualifies reports whether all qualifiers of some alternative are true.
func (d *Decision) qualifies(alternatives [][]uint32) bool {
	for _, qualifiers := range alternatives { //nolint:modernize // a function value would let the decision escape to the heap
		if d.allTrue(qualifiers) {
			return true
		}
	}
	return false
}

func (d *Decision) allTrue(qualifiers []uint32) bool {
	for _, qualifier := range qualifiers {
		if !d.IsTrue(qualifier) {
			return false
		}
	}
	return true
}

// AllowedToAll reports whether every prohibition can be evaluated and is false.
func (d *Decision) AllowedToAll(prohibitions []uint32) bool {
	for _, prohibition := range prohibitions {
		if refuses, failed := d.Yields(prohibition); refuses || failed {
			return false
		}
	}
	return true
}
