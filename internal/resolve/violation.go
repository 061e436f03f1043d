// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/model"
)

// Violation is that a constraint is broken by a user, or by too few holders of a role.
type Violation struct {
	// Object is where the constraint is declared, and Constraint its name.
	Object     model.Ref
	Constraint string
	// User is empty if too few users hold a role.
	User, Why string
	// Waived is set while a waiver lets the user break it.
	Waived bool
}

// Constraint identifies a constraint.
type Constraint struct {
	Object model.Ref
	Name   string
}

// Constraints returns those of the organization and of its catalog.
func (r *Resolution) Constraints() []Constraint {
	if r.timed == nil {
		return nil
	}
	var all []Constraint
	for _, c := range r.timed.constraints {
		all = append(all, Constraint{c.object, c.spec.Name})
	}
	return all
}

// Violations returns those of all constraints at a moment, each user of a constraint once.
func (r *Resolution) Violations(now time.Time) []Violation {
	if r.timed == nil {
		return nil
	}
	at := &findingsAt{now: now, found: &findings{}}
	var all []Violation
	for _, c := range r.timed.constraints {
		violations := r.timed.violations[c]
		if c.combined != nil {
			violations = slices.Concat(violations, r.timed.violations[c.combined])
		}
		for _, v := range violations {
			all = append(all, Violation{
				Object: c.object, Constraint: c.spec.Name, User: v.binding.user.id, Why: v.why,
				Waived: v.waiver != nil && !at.passed(v.waiver.EndTime),
			})
		}
		if why := r.timed.lacksHolders(c, at); why != "" {
			all = append(all, Violation{Object: c.object, Constraint: c.spec.Name, Why: why})
		}
	}
	slices.SortStableFunc(all, func(a, b Violation) int {
		return cmp.Or(a.Object.Compare(b.Object), cmp.Compare(a.Constraint, b.Constraint), cmp.Compare(a.User, b.User))
	})
	return slices.CompactFunc(all, func(a, b Violation) bool {
		return a.Object == b.Object && a.Constraint == b.Constraint && a.User == b.User
	})
}
