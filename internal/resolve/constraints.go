// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
)

// constraint is a constraint with where it is written.
type constraint struct {
	*model.Constraint
	object model.Ref
	field  string
	// broken gathers what breaks it, and known the shares among that.
	broken []breach
	known  map[*share]struct{}
}

// breach is a share that breaks a constraint, and why.
type breach struct {
	share *share
	why   string
	// waiver is what lets it live for a while.
	waiver *model.Waiver
}

// bind finds the shares that break a constraint, and withholds those that break one that is enforced.
func (s *scene) bind() *timed {
	all := s.constraints()
	later := &timed{organization: s.organization, shares: s.sharesOf(false), suspended: s.sharesOf(true)}
	if len(all) > 0 {
		s.applyConstraints(all, later.shares)
	}
	for _, c := range all {
		s.report(c, later)
	}
	return later
}

// applyConstraints withholds the newest shares that break an enforced constraint, and those whose prerequisite is not held.
// Prerequisites are asked for first, and again once the newest are withheld, because what is withheld may have been one.
// What is only audited is looked at afterwards.
func (s *scene) applyConstraints(all []*constraint, shares []*share) {
	slices.SortFunc(shares, (*share).older)
	var enforced []*constraint
	for _, c := range all {
		if c.Enforce {
			enforced = append(enforced, c)
		}
	}
	s.requirePrerequisites(enforced)
	s.keepOldest(shares, enforced)
	s.requirePrerequisites(enforced)
	for _, c := range all {
		if !c.Enforce {
			s.requirePrerequisites([]*constraint{c})
			s.keepOldest(shares, []*constraint{c})
		}
	}
}

// constraints returns those of the catalog and of the organization, each by name, with what they name looked up.
func (s *scene) constraints() []*constraint {
	all := make([]*constraint, 0, len(s.catalog.Constraints)+len(s.organization.Constraints))
	for i := range s.catalog.Constraints {
		all = append(all, newConstraint(&s.catalog.Constraints[i], s.catalog.Ref, i))
	}
	for i := range s.organization.Constraints {
		all = append(all, newConstraint(&s.organization.Constraints[i], s.organization.Ref, i))
	}
	for _, c := range all {
		s.checkConstraint(c)
	}
	for i, waiver := range s.organization.Waivers {
		if !slices.ContainsFunc(all, func(c *constraint) bool { return c.Name == waiver.Constraint }) {
			s.found.reject(s.organization.Ref, fmt.Sprintf("spec.waivers[%d].constraint", i), ReasonUnknownConstraint,
				"neither the organization nor its catalog has a constraint %q, so the waiver does nothing: correct the name, or take it out",
				waiver.Constraint)
		}
	}
	slices.SortStableFunc(all, func(a, b *constraint) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

func newConstraint(written *model.Constraint, object model.Ref, place int) *constraint {
	return &constraint{
		Constraint: written, object: object, field: fmt.Sprintf("spec.constraints[%d]", place), known: map[*share]struct{}{},
	}
}

// checkConstraint finds names that do not exist. They count for nothing; the others of the constraint stay.
func (s *scene) checkConstraint(c *constraint) {
	role := func(ref model.RoleRef, field string) {
		// A catalog may speak of custom roles that only some organizations have.
		if _, known := s.roles[ref]; known || (c.object.Kind == model.KindCatalog && ref.Kind == model.KindRole) {
			return
		}
		s.found.reject(c.object, c.field+field, ReasonUnknownRole,
			"%s %q does not exist %s, so constraint %q passes over it: create it, or correct the name", ref.Kind, ref.Name, within(ref), c.Name)
	}
	switch {
	case c.Separation != nil:
		for i, duty := range c.Separation.Duties {
			field := fmt.Sprintf(".separationOfDuties.duties[%d]", i)
			for j, ref := range duty.Roles {
				role(ref, fmt.Sprintf("%s.roles[%d]", field, j))
			}
			effect := fmt.Sprintf("constraint %q passes over it", c.Name)
			s.pick(model.Selector{Permissions: duty.Permissions}, c.object, c.field+field, effect, s.found)
		}
	case c.Holders != nil:
		role(c.Holders.Role, ".holders.roleRef")
	case c.Prerequisite != nil:
		role(c.Prerequisite.Role, ".prerequisite.roleRef")
		role(c.Prerequisite.Requires, ".prerequisite.requires")
	}
}

// sharesOf returns the shares of all users who are suspended, or of all who are not.
func (s *scene) sharesOf(suspended bool) []*share {
	var shares []*share
	for _, h := range s.users {
		if h.Suspended == suspended {
			shares = append(shares, h.shares...)
		}
	}
	return shares
}

// keepOldest goes through the shares from the oldest and finds those that break a constraint beside the ones kept so far.
func (s *scene) keepOldest(shares []*share, constraints []*constraint) {
	checks := make([]check, 0, len(constraints))
	for _, c := range constraints {
		switch {
		case c.Separation != nil:
			checks = append(checks, &separation{scene: s, constraint: c, kept: map[string][]duties{}})
		case c.Holders != nil && c.Holders.AtMost != nil:
			checks = append(checks, &holders{constraint: c})
		}
	}
	for _, next := range shares {
		if !next.withheld {
			s.keep(next, checks)
		}
	}
}

// keep keeps a share if it breaks nothing that is not waived. What lives by a waiver does not count in the constraint that is
// waived: others hold what they would without it.
func (s *scene) keep(next *share, checks []check) {
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
		if why := broken[c]; why != "" && !s.breach(c.of(), next, why) {
			return
		}
	}
	for _, c := range whole {
		c.keep(next)
	}
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

// breach notes that a share breaks a constraint, and tells whether it is kept: a waived one is, until the waiver ends.
func (s *scene) breach(c *constraint, broken *share, why string) bool {
	waiver := s.waiver(c, broken.user)
	c.broken = append(c.broken, breach{share: broken, why: why, waiver: waiver})
	c.known[broken] = struct{}{}
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

// waiver returns the waiver of a constraint for a user that ends last. One that says no end does nothing: a zero time, which
// bounds nothing elsewhere, must not make it last for ever.
func (s *scene) waiver(c *constraint, user string) *model.Waiver {
	var last *model.Waiver
	for i := range s.organization.Waivers {
		w := &s.organization.Waivers[i]
		if w.Constraint == c.Name && !w.NotAfter.IsZero() && (len(w.Users) == 0 || slices.Contains(w.Users, user)) &&
			(last == nil || w.NotAfter.After(last.NotAfter)) {
			last = w
		}
	}
	return last
}

// mostNames bounds how many users a finding names.
const mostNames = 5

// few joins the first names of a list and says how many are left out.
func few(names []string) string {
	if len(names) <= mostNames {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNames], ", "), len(names)-mostNames)
}
