// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// enforcement applies constraints to the bindings of some users: to each user alone, or to all users together
// whose bindings a bound on holders counts, because the oldest of all their bindings come first.
type enforcement struct {
	env   *environment
	users []*resolvedUser
	// violations are what was found, and known identifies them.
	violations []violation
	known      map[violationKey]struct{}
	// branches are those that bindings cover.
	branches map[*binding][]span
}

// violation is a binding that breaks a constraint, and why.
type violation struct {
	constraint *constraint
	binding    *binding
	why        string
	// waiver is what lets it live for a while.
	waiver *model.Waiver
}

// violationKey identifies a violation.
type violationKey struct {
	constraint *constraint
	binding    *binding
}

// check is a constraint that is checked binding by binding.
type check interface {
	// of is the constraint.
	of() *constraint
	// breaks says why a binding breaks the constraint beside those that are kept; it is empty when the binding does not.
	breaks(b *binding) string
	// keep counts a binding among those that are kept.
	keep(b *binding)
}

// constrainsTogether reports whether a bound on the number of holders counts what the user holds.
func (e *environment) constrainsTogether(u *resolvedUser) bool {
	e.work.spend(len(e.constraints))
	return !u.profile.Suspended && slices.ContainsFunc(e.constraints, func(c *constraint) bool {
		return c.spec.Holders != nil && c.spec.Holders.AtMost != nil &&
			slices.ContainsFunc(u.bindings, func(b *binding) bool { return b.holds(c.of) })
	})
}

// enforce withholds the newest bindings that break an enforced constraint, and those whose prerequisite is not held, and returns
// all that breaks any. Prerequisites are asked for first, and again once the newest are withheld, because what is withheld
// may have been one. Constraints that are only audited are checked afterwards. A suspended user breaks nothing.
func (e *environment) enforce(users ...*resolvedUser) []violation {
	if len(e.constraints) == 0 {
		return nil
	}
	f := &enforcement{env: e, known: map[violationKey]struct{}{}, branches: map[*binding][]span{}}
	var bindings []*binding
	for _, u := range users {
		if !u.profile.Suspended {
			f.users = append(f.users, u)
			bindings = append(bindings, u.bindings...)
		}
	}
	slices.SortFunc(bindings, (*binding).older)
	var enforced []*constraint
	for _, c := range e.constraints {
		if c.spec.Enforce {
			enforced = append(enforced, c)
		}
	}
	f.requirePrerequisites(enforced)
	f.keepOldest(bindings, enforced)
	f.requirePrerequisites(enforced)
	for _, c := range e.constraints {
		if !c.spec.Enforce {
			f.requirePrerequisites([]*constraint{c})
			f.keepOldest(bindings, []*constraint{c})
		}
	}
	for _, c := range e.constraints {
		if c.combined != nil {
			f.findEvasions(bindings, c)
		}
	}
	return f.violations
}

// keepOldest goes through the bindings from the oldest and finds those that break a constraint beside the ones kept so far.
func (f *enforcement) keepOldest(bindings []*binding, constraints []*constraint) {
	checks := make([]check, 0, len(constraints))
	for _, c := range constraints {
		switch {
		case c.spec.Separation != nil:
			checks = append(checks, f.newSeparationCheck(c))
		case c.spec.Holders != nil && c.spec.Holders.AtMost != nil:
			checks = append(checks, newHoldersCheck(c, f.env.work))
		}
	}
	for _, next := range bindings {
		if !next.withheld {
			f.keep(next, checks)
		}
	}
}

// keep keeps a binding if it breaks nothing that is not waived. What lives by a waiver does not count in the constraint that is
// waived: others hold what they would without it.
func (f *enforcement) keep(next *binding, checks []check) {
	var whole []check
	broken := map[check]string{}
	f.env.work.spend(len(checks))
	for _, c := range checks {
		if why := c.breaks(next); why != "" {
			broken[c] = why
		} else {
			whole = append(whole, c)
		}
	}
	for _, c := range checks {
		if why := broken[c]; why != "" && !f.report(c.of(), next, why) {
			return
		}
	}
	for _, c := range whole {
		c.keep(next)
	}
}

// report adds the violation of a constraint by a binding, and reports whether the binding is kept: a waived one is, until the
// waiver ends.
func (f *enforcement) report(c *constraint, b *binding, why string) bool {
	f.env.work.spend(stepsOfFinding)
	waiver := c.waiver(b.user.id, f.env.work)
	f.violations = append(f.violations, violation{constraint: c, binding: b, why: why, waiver: waiver})
	f.known[violationKey{c, b}] = struct{}{}
	switch {
	case !c.spec.Enforce:
		return false
	case waiver != nil:
		b.limit(waiver.EndTime)
		return true
	}
	b.withheld = true
	return false
}
