// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// userEntry is what a resolution keeps of one user, beside what is published. It depends on the environment and on the user's
// assignments alone, unless the user is constrained together with others. It never changes.
type userEntry struct {
	// assignment is the first assignment of the user, empty if there is none, and managers are those that the assignments name.
	assignment string
	// steps are those that it takes to read the user, and to enforce constraints upon the user alone.
	steps    uint32
	managers []namedManager
	coverage roleCoverage
	// attributes are the kinds of the user's attributes that conditions read.
	attributes []attributeKinds
	// details is what only few users have; nil for the others.
	details *userDetails
}

// namedManager is the manager that an assignment names.
type namedManager struct{ assignment, manager string }

// userDetails is what the aggregate needs of a user beside role coverage.
type userDetails struct {
	findings   []Finding
	violations []violation
	// timed are the bindings of which something may be found at some time.
	timed []*binding
	// hides is set of a user who may depend on what nothing else that is kept or published of them shows.
	hides bool
	// unenforced is set for a user who is constrained together with others: what was read, before any constraint.
	unenforced *resolvedUser
}

func newUserEntry(assignments []*model.Assignment) *userEntry {
	entry := &userEntry{}
	for _, a := range assignments {
		if entry.assignment == "" || a.Name < entry.assignment {
			entry.assignment = a.Name
		}
		if a.Manager != "" {
			entry.managers = append(entry.managers, namedManager{assignment: a.Name, manager: a.Manager})
		}
	}
	return entry
}

// entryOf sums up a user once all constraints are enforced.
func (e *environment) entryOf(u *resolvedUser, violations []violation) *userEntry {
	entry := newUserEntry(u.assignments)
	entry.coverage = e.coverageOf(u)
	entry.attributes = u.attributeKinds(e)
	details := userDetails{findings: u.found, violations: violations, hides: u.hides}
	for _, b := range u.bindings {
		if e.hasTimedFindings(b) {
			details.timed = append(details.timed, b)
		}
	}
	if len(details.findings)+len(details.violations)+len(details.timed) > 0 || details.hides {
		entry.details = &details
	}
	return entry
}

// constrainedTogether reports whether the user is constrained together with others.
func (entry *userEntry) constrainedTogether() bool {
	return entry != nil && entry.details != nil && entry.details.unenforced != nil
}

// sameLine reports whether another entry of the user names the same managers in the same assignments, and is written in the same.
func (entry *userEntry) sameLine(other *userEntry) bool {
	return entry != nil && entry.assignment == other.assignment && slices.Equal(entry.managers, other.managers)
}

// hasTimedFindings reports whether something may be found about a binding at some time.
func (e *environment) hasTimedFindings(b *binding) bool {
	switch {
	case b.withheld:
		return false
	case b.user.profile.Suspended:
		return b.object.Kind == model.KindAssignment
	case !b.window.EndTime.IsZero() && !b.waived && !b.isDefault:
		return true
	}
	return slices.ContainsFunc(e.constraints, func(c *constraint) bool {
		return c.spec.Holders != nil && c.spec.Holders.AtLeast != nil && b.holds(c.of)
	})
}

// release drops what nothing asks for once the user's entry is made.
func (u *resolvedUser) release() {
	u.assignments, u.bindings, u.denied, u.lost, u.found = nil, nil, nil, nil, nil
}
