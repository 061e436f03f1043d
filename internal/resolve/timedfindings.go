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

// EndingTime returns from when on a grant is found to be about to end: a tenth of its duration before, or EndingSoon for a long
// one.
func EndingTime(start, end time.Time) time.Time {
	return end.Add(-min(EndingSoon, end.Sub(start)/10))
}

// timedFindings are those that hold at some times only. A document never depends on it: windows are published, and readers have clocks.
type timedFindings struct {
	organization *model.Organization
	constraints  []*constraint
	waivers      []writtenWaiver
	// bindings are those of which something may be found at some time.
	bindings []*binding
	// defaults are what every user has.
	defaults []*binding
	// violations are the violations of each constraint.
	violations map[*constraint][]violation
}

// At returns all findings at a moment, in the order of Findings, and the next moment at which they may be others; it is zero
// when they stay.
func (r *Resolution) At(now time.Time) ([]Finding, time.Time) {
	if r.timed == nil {
		return r.Findings, time.Time{}
	}
	c := &findingsAt{now: now, found: &findings{list: slices.Clone(r.Findings)}}
	r.timed.endedWaivers(c)
	r.timed.endingGrants(c)
	r.timed.tooFewHolders(c)
	r.timed.grantsOfSuspended(c)
	return withoutIgnored(c.found.list, r.timed.organization), c.next
}

// findingsAt gathers the findings at one time, and the next time that matters.
type findingsAt struct {
	now   time.Time
	found *findings
	next  time.Time
}

// passed reports whether a time has come; if not, it is one that matters.
func (c *findingsAt) passed(at time.Time) bool {
	if !at.After(c.now) {
		return true
	}
	if c.next.IsZero() || at.Before(c.next) {
		c.next = at
	}
	return false
}

// live reports whether a window is open.
func (c *findingsAt) live(w model.Window) bool {
	begun := w.StartTime.IsZero() || c.passed(w.StartTime)
	return begun && (w.EndTime.IsZero() || !c.passed(w.EndTime))
}

func (t *timedFindings) endedWaivers(c *findingsAt) {
	for _, w := range t.waivers {
		if c.passed(w.EndTime) {
			c.found.warn(w.object, w.field, ReasonWaiverExpired,
				"waiver %q of constraint %q ended at %s: remove it, or have %s renew it",
				w.Name, w.Constraint, w.EndTime.UTC().Format(time.RFC3339), w.Owner)
		}
	}
	for _, constraint := range t.constraints {
		var ended []violation
		for _, v := range t.violations[constraint] {
			switch {
			case v.waiver == nil:
			case c.passed(v.waiver.EndTime):
				ended = append(ended, v)
			default:
				c.found.note(v.binding.object.Ref, v.binding.field, ReasonConstraintWaived, "constraint %q is broken, and waived until %s by %s: %s",
					constraint.spec.Name, v.waiver.EndTime.UTC().Format(time.RFC3339), v.waiver.Owner, v.waiver.Reason)
			}
		}
		constraint.reportTo(c.found, ended, t.organization.Ref)
	}
}

// endingGrants finds grants that have ended, or soon will. Those that end with a waiver have findings of their own.
func (t *timedFindings) endingGrants(c *findingsAt) {
	for _, b := range slices.Concat(t.defaults, t.bindings) {
		end := b.window.EndTime
		switch {
		case b.object.Kind == model.KindRequest:
			b.endingRequest(c)
		case end.IsZero() || b.waived || (b.user != nil && b.user.profile.Suspended):
		case c.passed(end):
			c.found.note(b.object.Ref, b.field, ReasonGrantExpired,
				"ended at %s: remove it, or give it a later endTime", end.UTC().Format(time.RFC3339))
		case c.passed(end.Add(-EndingSoon)):
			c.found.note(b.object.Ref, b.field, ReasonGrantExpiring,
				"ends at %s: give it a later endTime if it is still needed", end.UTC().Format(time.RFC3339))
		}
	}
}

// endingRequest finds that a role that a request gave is about to end. One that has ended is history, and what suspended users
// were given by requests is not looked at.
func (b *binding) endingRequest(c *findingsAt) {
	end := b.window.EndTime
	if c.passed(end) || !c.passed(EndingTime(b.window.StartTime, end)) {
		return
	}
	c.found.note(b.object.Ref, b.field, ReasonGrantExpiring,
		"ends at %s: make a request with renewalOf if the role is still needed", end.UTC().Format(time.RFC3339))
}

// tooFewHolders finds roles that fewer users hold than a constraint asks for.
func (t *timedFindings) tooFewHolders(c *findingsAt) {
	for _, constraint := range t.constraints {
		if why := t.lacksHolders(constraint, c); why != "" {
			c.found.warn(t.organization.Ref, "", ReasonTooFewHolders, "%s", why)
		}
	}
}

// lacksHolders says that fewer users hold a role than a constraint asks for; empty if enough do.
func (t *timedFindings) lacksHolders(constraint *constraint, c *findingsAt) string {
	if constraint.spec.Holders == nil || constraint.spec.Holders.AtLeast == nil {
		return ""
	}
	users := set{}
	for _, b := range t.bindings {
		if b.holds(constraint.of) && !b.user.profile.Suspended && c.live(b.window) {
			users.add(b.user.id)
		}
	}
	least := *constraint.spec.Holders.AtLeast
	if len(users) >= least {
		return ""
	}
	return fmt.Sprintf("constraint %q of %s asks for at least %d holders of %s %q, and %d hold it: grant the role to more users",
		constraint.spec.Name, constraint.object, least, constraint.spec.Holders.Role.Kind, constraint.spec.Holders.Role.Name, len(users))
}

// grantsOfSuspended finds suspended users whose own assignments still grant something.
func (t *timedFindings) grantsOfSuspended(c *findingsAt) {
	live := map[model.Ref]int{}
	for _, b := range t.bindings {
		if b.user.profile.Suspended && c.live(b.window) {
			live[b.object.Ref]++
		}
	}
	for ref, count := range live {
		c.found.note(ref, "spec.state", ReasonSuspendedWithGrants,
			"the user is suspended, and what this gives (%d in all) would come back with the user: take out what should not", count)
	}
}
