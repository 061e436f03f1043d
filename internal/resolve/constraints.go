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
	spec   *model.Constraint
	object model.Ref
	field  string
}

// readConstraints reads those of the catalog and of the organization, each by name, with what they name looked up.
func (r *reader) readConstraints() {
	all := make([]*constraint, 0, len(r.env.catalog.spec.Constraints)+len(r.env.organization.Constraints))
	for i := range r.env.catalog.spec.Constraints {
		all = append(all, newConstraint(&r.env.catalog.spec.Constraints[i], r.env.catalog.spec.Ref, i))
	}
	for i := range r.env.organization.Constraints {
		all = append(all, newConstraint(&r.env.organization.Constraints[i], r.env.organization.Ref, i))
	}
	for _, c := range all {
		r.checkConstraint(c)
	}
	for i, waiver := range r.env.organization.Waivers {
		if !slices.ContainsFunc(all, func(c *constraint) bool { return c.spec.Name == waiver.Constraint }) {
			r.found.reject(r.env.organization.Ref, fmt.Sprintf("spec.waivers[%d].constraint", i), ReasonUnknownConstraint,
				"neither the organization nor its catalog has a constraint %q, so the waiver does nothing: fix the name, or remove it",
				waiver.Constraint)
		}
	}
	slices.SortStableFunc(all, func(a, b *constraint) int { return cmp.Compare(a.spec.Name, b.spec.Name) })
	r.env.constraints = all
}

func newConstraint(written *model.Constraint, object model.Ref, place int) *constraint {
	return &constraint{spec: written, object: object, field: fmt.Sprintf("spec.constraints[%d]", place)}
}

// checkConstraint finds names that do not exist. They count for nothing; the others of the constraint stay.
func (r *reader) checkConstraint(c *constraint) {
	role := func(ref model.RoleRef, field string) {
		// A catalog may speak of custom roles that only some organizations have.
		if _, known := r.env.roles[ref]; known || (c.object.Kind == model.KindCatalog && ref.Kind == model.KindRole) {
			return
		}
		r.found.reject(c.object, c.field+field, ReasonUnknownRole,
			"%s %q does not exist %s, so constraint %q passes over it: create it, or fix the name", ref.Kind, ref.Name, within(ref), c.spec.Name)
	}
	switch {
	case c.spec.Separation != nil:
		for i, duty := range c.spec.Separation.Duties {
			field := fmt.Sprintf(".separationOfDuties.duties[%d]", i)
			for j, ref := range duty.Roles {
				role(ref, fmt.Sprintf("%s.roles[%d]", field, j))
			}
			effect := fmt.Sprintf("constraint %q passes over it", c.spec.Name)
			r.env.catalog.pick(model.Selector{Permissions: duty.Permissions}, c.object, c.field+field, effect, r.found)
		}
	case c.spec.Holders != nil:
		role(c.spec.Holders.Role, ".holders.roleRef")
	case c.spec.Prerequisite != nil:
		role(c.spec.Prerequisite.Role, ".prerequisite.roleRef")
		role(c.spec.Prerequisite.Requires, ".prerequisite.requires")
	}
}

// waiver returns the waiver of a constraint for a user that ends last. One that says no end does nothing: a zero time, which
// bounds nothing elsewhere, must not make it last for ever.
func (e *environment) waiver(c *constraint, user string) *model.Waiver {
	var last *model.Waiver
	for i := range e.organization.Waivers {
		w := &e.organization.Waivers[i]
		if w.Constraint == c.spec.Name && !w.NotAfter.IsZero() && (len(w.Users) == 0 || slices.Contains(w.Users, user)) &&
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
