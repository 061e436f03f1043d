// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"iter"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/decide"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// decisionFor returns the decision whether a user may do what a permission allows to what the input is about. The second result
// is false if there is no such user or permission.
func (e *evaluation) decisionFor(id, permission string) (*decide.Decision, bool) {
	x := e.decision.Index
	holder, isUser := x.FindUser(id)
	asked, known := x.Permissions.Get(permission)
	if !isUser || !known {
		return nil, false
	}
	request := access.Request{
		Subject:  access.Subject{Type: x.SubjectType(), ID: id},
		Action:   access.Action{Name: permission},
		Resource: e.asked.Resource,
	}
	return &decide.Decision{
		Index: x, Request: &request, Holder: holder, Permission: asked.Number,
		Location: e.decision.Location, Values: e.decision.Values, Now: e.decision.Moment(),
	}, true
}

// holdsPermission reports whether a user holds a permission on what the input is about.
func (e *evaluation) holdsPermission(id, permission string) bool {
	d, known := e.decisionFor(id, permission)
	if !known {
		return false
	}
	e.work.spend(1 + int(d.Holder.Until-d.Holder.From))
	if d.Holder.Detail != nil {
		e.work.spend(len(d.Holder.Detail.Overrides))
	}
	if e.anyAttributes {
		return couldHold(d)
	}
	return d.Allowed()
}

// couldHold reports whether a user holds a permission for a resource of some attributes: whatever its qualifiers and prohibitions
// ask of them.
func couldHold(d *decide.Decision) bool {
	if d.Index.Restrictions[d.Permission].Refused != "" || d.Holder.IsSuspended() {
		return false
	}
	if detail := d.Holder.Detail; detail != nil {
		if d.Overridden(detail.Overrides, true) {
			return false
		}
		if d.Overridden(detail.Overrides, false) {
			return true
		}
	}
	for i := d.Holder.From; i < d.Holder.Until; i++ {
		g := &d.Index.Grants[i]
		if d.Index.Holds(g.EffectiveRole, d.Permission) != compiled.NoPermission && d.Covered(g.Scope, g.Window) {
			return true
		}
	}
	return false
}

// permissionHolders yields who holds a permission on what the input is about, sorted.
func (e *evaluation) permissionHolders(permission string) iter.Seq[string] {
	return func(yield func(string) bool) {
		// A list says neither whether the grant is live, nor what its conditions yield.
		e.anytimeHolders(permission)(func(id string) bool { return !e.holdsPermission(id, permission) || yield(id) })
	}
}

// anytimeHolders yields who has a grant or override by which they hold a permission on what the input is about: now, at another time,
// or on conditions. They are sorted.
func (e *evaluation) anytimeHolders(permission string) iter.Seq[string] {
	return func(yield func(string) bool) {
		x := e.decision.Index
		asked, known := x.Permissions.Get(permission)
		if !known {
			return
		}
		p := x.ReverseIndex()
		lists := e.holderLists(p, e.decision.Unit, func(effectiveRole uint32) bool {
			return x.Holds(effectiveRole, asked.Number) != compiled.NoPermission
		})
		if given := p.GivenTo[asked.Number]; len(given) > 0 {
			lists = append(lists, compiled.UserList{Users: given})
		}
		lists.Merge(func(number uint32, _ bool) bool { return yield(p.IDs[number]) })
	}
}

// PermissionHolders returns the first users who hold a permission on what an input is about, without those whose input it is, and the
// times at which time alone may change who they are. If there are as many as the limit, it looks no further.
func PermissionHolders(
	x *compiled.Index, input *access.ApprovalInput, permission string, limit int,
) (holders []string, transitions []time.Time) {
	e, err := newEvaluation(x, input)
	if err != nil {
		return nil, nil
	}
	for id := range e.anytimeHolders(permission) {
		if e.isOwn(id) {
			continue
		}
		transitions = appendTransitions(x, transitions, x.User(id))
		if e.holdsPermission(id, permission) {
			holders = append(holders, id)
		}
		if len(holders) == limit {
			break
		}
	}
	return holders, transitions
}

// decidesSomewhere reports whether an approver names a user in some place where they hold a permission. Nobody holds one that does not
// exist.
func (c *coverageScan) decidesSomewhere(a *document.Approver, id, permission string) bool {
	x := c.index
	known, exists := x.Permissions.Get(permission)
	if !exists {
		return false
	}
	holder, asked := x.User(id), known.Number
	for i := holder.From; i < holder.Until; i++ {
		if g := &x.Grants[i]; x.Holds(g.EffectiveRole, asked) != compiled.NoPermission && c.decidesWithin(g.Scope, a, id) {
			return true
		}
	}
	if holder.Detail == nil {
		return false
	}
	for i := range holder.Detail.Overrides {
		if o := &holder.Detail.Overrides[i]; o.Permission == asked && !o.Deny && c.decidesWithin(o.Scope, a, id) {
			return true
		}
	}
	return false
}

// decidesWithin reports whether an approver names a user in a place that a scope covers.
func (c *coverageScan) decidesWithin(scope uint32, a *document.Approver, id string) bool {
	for i := range c.index.Scopes[scope].Intervals {
		for unit := i.From; unit < i.Until; unit++ {
			for _, values := range c.combinations {
				if c.matchesAt(unit, values, a, id) {
					return true
				}
			}
		}
	}
	return false
}

// matchesAt reports whether an approver names a user for one unit and some values, for any role that is asked for.
func (c *coverageScan) matchesAt(unit uint32, values map[string]string, a *document.Approver, id string) bool {
	return slices.ContainsFunc(c.roles, func(role string) bool {
		e := c.at(unit, values)
		e.askFor(role)
		return e.matches(a, id)
	})
}
