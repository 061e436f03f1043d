// SPDX-License-Identifier: Apache-2.0

package decide

import (
	"fmt"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// mostBounds is how many bounds of windows are tried: at the last of them an answer is said to end even if it does not change there.
const mostBounds = 64

// FindValidity decides a request, and finds the first moment at which the same index decides otherwise.
func FindValidity(x *compiled.Index, r *access.Request) access.Validity {
	now := x.Now()
	at := func(moment time.Time) bool {
		then := *x
		then.Now = func() time.Time { return moment }
		return Check(&then, r)
	}
	v := access.Validity{At: now, Decision: at(now)}
	if x.UnavailableBecause != "" {
		v.Unknown = x.UnavailableBecause
		return v
	}
	bounds, timed := relevantBounds(x, r)
	if timed != "" {
		v.Unknown = fmt.Sprintf("the condition %s reads the time", timed)
		return v
	}
	slices.SortFunc(bounds, time.Time.Compare)
	bounds = slices.Compact(slices.DeleteFunc(bounds, func(bound time.Time) bool { return !bound.After(now) }))
	for i, bound := range bounds {
		if at(bound) != v.Decision || i == mostBounds-1 {
			v.Until = &bound
			break
		}
	}
	return v
}

// relevantBounds returns the bounds of all windows that the answer to a request may depend on, and the name of a condition that it may
// depend on and that reads the time, if there is one.
func relevantBounds(x *compiled.Index, r *access.Request) (bounds []time.Time, timed string) {
	d, known := newDecision(x, r)
	if !known || d.Holder.IsSuspended() {
		return nil, ""
	}
	gives := false
	conditions := slices.Clone(x.Restrictions[d.Permission].Prohibitions)
	for _, g := range x.Grants[d.Holder.From:d.Holder.Until] {
		held := x.Holds(g.EffectiveRole, d.Permission)
		if held == compiled.NoPermission || !d.inScope(g.Scope) {
			continue
		}
		gives = true
		bounds = x.AppendBounds(bounds, g.Window)
		for _, qualifiers := range x.Alternatives(held) {
			conditions = append(conditions, qualifiers...)
		}
	}
	bounds, granted := d.appendOverrideBounds(bounds)
	if !gives && !granted {
		return nil, ""
	}
	for _, number := range conditions {
		if c := &x.Conditions[number]; c.Program != nil && c.Program.UsesNow() {
			return nil, c.Name
		}
	}
	return bounds, ""
}

// appendOverrideBounds appends the bounds of the windows of overrides, and reports whether one of them gives the permission.
func (d *Decision) appendOverrideBounds(bounds []time.Time) (_ []time.Time, gives bool) {
	if d.Holder.Detail == nil {
		return bounds, false
	}
	for i := range d.Holder.Detail.Overrides {
		if o := &d.Holder.Detail.Overrides[i]; o.Permission == d.Permission && d.inScope(o.Scope) {
			gives = gives || !o.Deny && len(o.Missing) == 0
			bounds = d.Index.AppendBounds(bounds, o.Window)
		}
	}
	return bounds, gives
}

// newDecision looks up the names of a request. The second result is false if one of them is unknown, whatever the time.
func newDecision(x *compiled.Index, r *access.Request) (*Decision, bool) {
	holder, isUser := x.FindUser(r.Subject.ID)
	permission, isPermission := x.Permissions.Get(r.Action.Name)
	d := &Decision{Index: x, Request: r, Holder: holder, Permission: permission.Number}
	return d, isUser && isPermission && d.Locate()
}

// inScope reports whether a scope covers the request, whenever.
func (d *Decision) inScope(number uint32) bool {
	s := &d.Index.Scopes[number]
	return s.CoversUnit(d.Unit) && s.CoversValues(&d.Values)
}
