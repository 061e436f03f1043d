// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/model"
)

// EndingSoon is how long before its end a grant is found to be about to end.
const EndingSoon = 7 * 24 * time.Hour

// timed is what is found at some times only. A document never depends on it: windows are published, and readers have clocks.
type timed struct {
	organization *model.Organization
	constraints  []*constraint
	// shares are those of which something may be found at some time.
	shares []*share
	// broken are the breaches of each constraint.
	broken map[*constraint][]breach
}

// At returns all findings at a moment, in the order of Findings, and the next moment at which they may be others; it is zero
// when they stay.
func (r *Resolution) At(now time.Time) ([]Finding, time.Time) {
	if r.later == nil {
		return r.Findings, time.Time{}
	}
	c := &calendar{now: now, found: &findings{list: slices.Clone(r.Findings)}}
	r.later.waivers(c)
	r.later.endings(c)
	r.later.tooFew(c)
	r.later.idleGrants(c)
	return shown(c.found.list, r.later.organization), c.next
}

// calendar gathers findings at a moment, and the next moment that matters.
type calendar struct {
	now   time.Time
	found *findings
	next  time.Time
}

// passed tells whether a moment has come; if not, it is one that matters.
func (c *calendar) passed(at time.Time) bool {
	if !at.After(c.now) {
		return true
	}
	if c.next.IsZero() || at.Before(c.next) {
		c.next = at
	}
	return false
}

// live tells whether a window is open.
func (c *calendar) live(w model.Window) bool {
	begun := w.NotBefore.IsZero() || c.passed(w.NotBefore)
	return begun && (w.NotAfter.IsZero() || !c.passed(w.NotAfter))
}

func (t *timed) waivers(c *calendar) {
	for i := range t.organization.Waivers {
		if w := &t.organization.Waivers[i]; c.passed(w.NotAfter) {
			c.found.warn(t.organization.Ref, fmt.Sprintf("spec.waivers[%d]", i), ReasonWaiverExpired,
				"waiver %q of constraint %q ended at %s: take it out, or have %s renew it",
				w.Name, w.Constraint, w.NotAfter.UTC().Format(time.RFC3339), w.Owner)
		}
	}
	for _, constraint := range t.constraints {
		var ended []breach
		for _, b := range t.broken[constraint] {
			switch {
			case b.waiver == nil:
			case c.passed(b.waiver.NotAfter):
				ended = append(ended, b)
			default:
				c.found.note(b.share.object.Ref, b.share.field, ReasonConstraintWaived, "constraint %q is broken, and waived until %s by %s: %s",
					constraint.Name, b.waiver.NotAfter.UTC().Format(time.RFC3339), b.waiver.Owner, b.waiver.Reason)
			}
		}
		constraint.tell(ended, t.organization.Ref, c.found)
	}
}

// endings finds grants that have ended, or soon will. Of those that end with a waiver, other findings tell.
func (t *timed) endings(c *calendar) {
	for _, s := range t.shares {
		end := s.window.NotAfter
		switch {
		case end.IsZero() || s.waived || s.of.profile.Suspended:
		case c.passed(end):
			c.found.note(s.object.Ref, s.field, ReasonGrantExpired,
				"ended at %s: take it out, or give it a later notAfter", end.UTC().Format(time.RFC3339))
		case c.passed(end.Add(-EndingSoon)):
			c.found.note(s.object.Ref, s.field, ReasonGrantExpiring,
				"ends at %s: give it a later notAfter if it is still needed", end.UTC().Format(time.RFC3339))
		}
	}
}

// tooFew finds roles that fewer users hold than a constraint asks for.
func (t *timed) tooFew(c *calendar) {
	for _, constraint := range t.constraints {
		if constraint.Holders == nil || constraint.Holders.AtLeast == nil {
			continue
		}
		users := set{}
		for _, s := range t.shares {
			if s.holdsRole(constraint.Holders.Role) && !s.of.profile.Suspended && c.live(s.window) {
				users.add(s.of.id)
			}
		}
		if least := *constraint.Holders.AtLeast; len(users) < least {
			c.found.warn(t.organization.Ref, "", ReasonTooFewHolders,
				"constraint %q of %s asks for at least %d holders of %s %q, and %d hold it: grant the role to more users",
				constraint.Name, constraint.object, least, constraint.Holders.Role.Kind, constraint.Holders.Role.Name, len(users))
		}
	}
}

// idleGrants finds suspended users whose own assignments still grant something.
func (t *timed) idleGrants(c *calendar) {
	live := map[model.Ref]int{}
	for _, s := range t.shares {
		if s.of.profile.Suspended && c.live(s.window) {
			live[s.object.Ref]++
		}
	}
	for ref, count := range live {
		c.found.note(ref, "spec.state", ReasonSuspendedWithGrants,
			"the user is suspended, and what this gives (%d in all) would come back with the user: take out what should not", count)
	}
}
