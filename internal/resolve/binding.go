// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// binding applies constraints to the shares of some users. One who holds nothing that a bound on holders counts is bound
// alone; the others are bound together, because the oldest of all their shares come first.
type binding struct {
	*scene
	users []*holder
	// broken gathers what breaks constraints, and known tells it apart.
	broken []breach
	known  map[brokenBy]struct{}
}

// breach is a share that breaks a constraint, and why.
type breach struct {
	constraint *constraint
	share      *share
	why        string
	// waiver is what lets it live for a while.
	waiver *model.Waiver
}

// brokenBy tells breaches apart.
type brokenBy struct {
	constraint *constraint
	share      *share
}

// check is a constraint that is checked share by share.
type check interface {
	// of is the constraint.
	of() *constraint
	// breaks says why a share breaks the constraint beside those that are kept; it is empty when the share does not.
	breaks(s *share) string
	// keep counts a share among those that are kept.
	keep(s *share)
}

// isCrowded tells whether a bound on the number of holders counts what the user holds.
func (s *scene) isCrowded(h *holder) bool {
	return !h.profile.Suspended && slices.ContainsFunc(s.constraints, func(c *constraint) bool {
		return c.Holders != nil && c.Holders.AtMost != nil &&
			slices.ContainsFunc(h.shares, func(given *share) bool { return given.holdsRole(c.Holders.Role) })
	})
}

// bind withholds the newest shares that break an enforced constraint, and those whose prerequisite is not held, and returns
// all that breaks any. Prerequisites are asked for first, and again once the newest are withheld, because what is withheld
// may have been one. What is only audited is looked at afterwards. Who is suspended holds nothing that could break anything.
func (s *scene) bind(users ...*holder) []breach {
	if len(s.constraints) == 0 {
		return nil
	}
	b := &binding{scene: s, known: map[brokenBy]struct{}{}}
	var shares []*share
	for _, h := range users {
		if !h.profile.Suspended {
			b.users = append(b.users, h)
			shares = append(shares, h.shares...)
		}
	}
	slices.SortFunc(shares, (*share).older)
	var enforced []*constraint
	for _, c := range s.constraints {
		if c.Enforce {
			enforced = append(enforced, c)
		}
	}
	b.requirePrerequisites(enforced)
	b.keepOldest(shares, enforced)
	b.requirePrerequisites(enforced)
	for _, c := range s.constraints {
		if !c.Enforce {
			b.requirePrerequisites([]*constraint{c})
			b.keepOldest(shares, []*constraint{c})
		}
	}
	return b.broken
}

// keepOldest goes through the shares from the oldest and finds those that break a constraint beside the ones kept so far.
func (b *binding) keepOldest(shares []*share, constraints []*constraint) {
	checks := make([]check, 0, len(constraints))
	for _, c := range constraints {
		switch {
		case c.Separation != nil:
			checks = append(checks, &separation{scene: b.scene, constraint: c, kept: map[*holder][]duties{}})
		case c.Holders != nil && c.Holders.AtMost != nil:
			checks = append(checks, &holders{constraint: c})
		}
	}
	for _, next := range shares {
		if !next.withheld {
			b.keep(next, checks)
		}
	}
}

// keep keeps a share if it breaks nothing that is not waived. What lives by a waiver does not count in the constraint that is
// waived: others hold what they would without it.
func (b *binding) keep(next *share, checks []check) {
	var whole []check
	broken := map[check]string{}
	for _, c := range checks {
		if why := c.breaks(next); why != "" {
			broken[c] = why
		} else {
			whole = append(whole, c)
		}
	}
	for _, c := range checks {
		if why := broken[c]; why != "" && !b.breach(c.of(), next, why) {
			return
		}
	}
	for _, c := range whole {
		c.keep(next)
	}
}

// breach notes that a share breaks a constraint, and tells whether it is kept: a waived one is, until the waiver ends.
func (b *binding) breach(c *constraint, broken *share, why string) bool {
	waiver := b.waiver(c, broken.of.id)
	b.broken = append(b.broken, breach{constraint: c, share: broken, why: why, waiver: waiver})
	b.known[brokenBy{c, broken}] = struct{}{}
	switch {
	case !c.Enforce:
		return false
	case waiver != nil:
		broken.limit(waiver.NotAfter)
		return true
	}
	broken.withheld = true
	return false
}
