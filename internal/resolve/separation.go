// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// separationCheck checks that no user has more of several duties than allowed, at any time and, if so asked, in any unit.
type separationCheck struct {
	env        *environment
	constraint *constraint
	// kept holds the bindings of each user that make up a duty.
	kept map[*resolvedUser][]duties
	// branches are those that bindings cover, which checks share.
	branches map[*binding][]span
}

// duties are the duties that a binding makes up, a bit for each.
type duties struct {
	binding *binding
	mask    uint32
}

func (f *enforcement) newSeparationCheck(c *constraint) *separationCheck {
	return &separationCheck{env: f.env, constraint: c, kept: map[*resolvedUser][]duties{}, branches: f.branches}
}

func (c *separationCheck) of() *constraint { return c.constraint }

func (c *separationCheck) keep(b *binding) {
	if mask := c.mask(b); mask != 0 {
		c.kept[b.user] = append(c.kept[b.user], duties{b, mask})
	}
}

// mask returns the duties that a binding makes up.
func (c *separationCheck) mask(b *binding) uint32 {
	var mask uint32
	if c.constraint.exempts(b) {
		return 0
	}
	for i, duty := range c.constraint.spec.Separation.Duties {
		c.env.work.spend(len(duty.Roles) + len(duty.Permissions))
		given := func(name string) bool { return (b.role == nil || !c.constraint.evaded) && c.env.gives(b, name) }
		if slices.ContainsFunc(c.constraint.duties[i], b.holds) || slices.ContainsFunc(duty.Permissions, given) {
			mask |= 1 << i
		}
	}
	return mask
}

// exempts reports whether a binding gives a role that the constraint exempts, itself and not by inheritance. A catalog exempts no
// custom role, because every organization could have one of that name.
func (c *constraint) exempts(b *binding) bool {
	return b.role != nil && !c.isElsewhere(b.role.ref()) && slices.Contains(c.spec.Separation.Except, b.role.ref())
}

func (c *separationCheck) breaks(b *binding) string {
	mask, all := c.mask(b), uint32(0)
	if mask == 0 {
		return ""
	}
	involved := append(slices.Clone(c.kept[b.user]), duties{b, mask})
	for _, d := range involved {
		all |= d.mask
	}
	if bits.OnesCount32(all) <= c.constraint.spec.Separation.AtMost {
		return ""
	}
	for _, moment := range moments(b, bindingsOf(involved)) {
		if held, broken := c.brokenAt(moment, b, involved); broken {
			return c.why(b.user.id, held)
		}
	}
	return ""
}

// bindingsOf returns the bindings that make up duties.
func bindingsOf(involved []duties) iter.Seq[*binding] {
	return func(yield func(*binding) bool) {
		for _, d := range involved {
			if !yield(d.binding) {
				return
			}
		}
	}
}

// brokenAt reports whether a user has too many duties at a moment, in a unit that a binding covers if units count, and returns the
// duties there. Of several units it takes the first by name.
func (c *separationCheck) brokenAt(moment moment, b *binding, involved []duties) (held uint32, broken bool) {
	c.env.work.spend(len(involved))
	var live []duties
	for _, d := range involved {
		if moment.within(d.binding.window) {
			live, held = append(live, d), held|d.mask
		}
	}
	switch {
	case bits.OnesCount32(held) <= c.constraint.spec.Separation.AtMost:
		return 0, false
	case !c.constraint.spec.Separation.PerUnit:
		return held, true
	}
	return c.brokenIn(b, live, involved)
}

func (c *separationCheck) why(user string, held uint32) string {
	var names []string
	for i, duty := range c.constraint.spec.Separation.Duties {
		if held&(1<<i) != 0 {
			names = append(names, duty.Name)
		}
	}
	return fmt.Sprintf("user %q would have the duties %s at once, and at most %d may be together",
		user, strings.Join(names, ", "), c.constraint.spec.Separation.AtMost)
}

// holds reports whether a binding gives a role, or one that inherits it; no role is never held.
func (b *binding) holds(r *role) bool { return b.role != nil && r != nil && b.role.below.has(r.number) }

// gives reports whether a binding gives a permission, on whatever condition.
func (e *environment) gives(b *binding, name string) bool {
	if b.user.lost.has(name) {
		return false
	}
	for i := range b.overrides {
		if o := &b.overrides[i]; o.Permission == name && e.hasFeatures(o.RequiredFeatures) {
			return true
		}
	}
	if b.role == nil {
		return false
	}
	for _, alternative := range b.role.held[name] {
		if e.hasFeatures(alternative.RequiredFeatures) && subset(alternative.RequiredEntitlements, b.grant.Entitlements) {
			return true
		}
	}
	return false
}

// hasFeatures reports whether the organization has all of the features.
func (e *environment) hasFeatures(features []string) bool {
	return !slices.ContainsFunc(features, func(feature string) bool { return !e.features.has(feature) })
}
