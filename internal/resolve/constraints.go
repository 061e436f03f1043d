// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
)

// constraint is a constraint with where it is written, and what waives it.
type constraint struct {
	spec    *model.Constraint
	object  model.Ref
	field   string
	waivers []*model.Waiver
	// combined is the constraint with what its roles give, nil if it is not evaded by that; evaded is set on that one.
	combined *constraint
	evaded   bool
	// of is the role whose holders are counted, or that presupposes another, which is required; nil if there is none. Duties are the
	// roles of each duty.
	of, required *role
	duties       [][]*role
	// named is how many roles and permissions the constraint names.
	named int
}

// readConstraints reads those of the catalog and of the organization, each by name, with what they name looked up.
func (r *reader) readConstraints() {
	catalog, own := r.env.catalog.spec, r.env.structure.constraints.list
	ofCatalog, ofOrganization := constraintsOf(catalog), make([]*constraint, len(own))
	for i, declared := range own {
		ofOrganization[i] = &constraint{spec: declared.spec, object: declared.in.Ref, field: declared.field}
	}
	all := slices.Concat(ofCatalog, ofOrganization)
	for _, c := range all {
		c.check(r.env.known, r.env.catalog, r.found)
		c.checkCombined(r.env.roles, r.found)
	}
	r.waive(ofCatalog, r.env.organization.Ref, r.env.organization.Waivers,
		fmt.Sprintf("catalog %q has no constraint %%q, so the waiver does nothing: fix the name, or, for a constraint of the organization, "+
			"move the waiver to an OrganizationStructure", catalog.Name))
	for _, part := range r.env.structure.parts {
		r.waive(ofOrganization, part.Ref, part.Waivers,
			"no structure of the organization has a constraint %q, so the waiver does nothing: fix the name, or, for a constraint of the "+
				"catalog, move the waiver to the Organization")
	}
	slices.SortStableFunc(all, func(a, b *constraint) int { return cmp.Compare(a.spec.Name, b.spec.Name) })
	r.env.constraints = all
}

// constraintsOf returns the constraints that a catalog declares.
func constraintsOf(catalog *model.Catalog) []*constraint {
	declared := make([]*constraint, len(catalog.Constraints))
	for i := range catalog.Constraints {
		spec := &catalog.Constraints[i]
		declared[i] = &constraint{spec: spec, object: catalog.Ref, field: fmt.Sprintf("spec.constraints[%s]", spec.Name)}
	}
	return declared
}

// waive adds the waivers that an object grants to the constraints that it may waive.
func (r *reader) waive(constraints []*constraint, object model.Ref, waivers []model.Waiver, unknown string) {
	for i := range waivers {
		waiver := &waivers[i]
		field := fmt.Sprintf("spec.waivers[%s]", waiver.Name)
		if waiver.AllUsers == (len(waiver.Users) > 0) {
			r.found.reject(object, field, ReasonInvalidWaiver,
				"waiver %q does not say whom it is for, so it waives nobody: name users, or set allUsers to true, and not both", waiver.Name)
			continue
		}
		r.env.waivers = append(r.env.waivers, writtenWaiver{Waiver: waiver, object: object, field: field})
		at := slices.IndexFunc(constraints, func(c *constraint) bool { return c.spec.Name == waiver.Constraint })
		if at < 0 {
			r.found.reject(object, field+".constraintRef.name", ReasonUnknownConstraint, unknown, waiver.Constraint)
			continue
		}
		constraints[at].waivers = append(constraints[at].waivers, r.withoutMalformed(waiver, object, field))
	}
}

// withoutMalformed returns a waiver without the ids that no user has. The API server does not check them: so many patterns would cost
// it too much.
func (r *reader) withoutMalformed(waiver *model.Waiver, object model.Ref, field string) *model.Waiver {
	if !slices.ContainsFunc(waiver.Users, func(id string) bool { return !model.IsUserID(id) }) {
		return waiver
	}
	valid := *waiver
	valid.Users = nil
	for i, id := range waiver.Users {
		if model.IsUserID(id) {
			valid.Users = append(valid.Users, id)
			continue
		}
		r.found.reject(object, fmt.Sprintf("%s.users[%d]", field, i), ReasonInvalidWaiver,
			"%s is no id of a user, so the waiver does nothing for it: write at most 512 characters, without control characters or "+
				"invisible ones, and without white space at the start and the end", quotedID(id))
	}
	return &valid
}

// writtenWaiver is a waiver with where it is written.
type writtenWaiver struct {
	*model.Waiver
	object model.Ref
	field  string
}

// waiver returns the waiver of a constraint for a user that ends last. One that says no end does nothing: a zero time, which
// bounds nothing elsewhere, must not make it last for ever.
func (c *constraint) waiver(user string, work *work) *model.Waiver {
	var last *model.Waiver
	for _, w := range c.waivers {
		work.spend(1 + len(w.Users))
		if !w.EndTime.IsZero() && (w.AllUsers || slices.Contains(w.Users, user)) && (last == nil || w.EndTime.After(last.EndTime)) {
			last = w
		}
	}
	return last
}

// mostNames bounds how many users a finding names.
const mostNames = 5

// fewOthers is few of a list without the name at a place. It takes no longer for a long list.
func fewOthers(names []string, but int) string {
	others := names[:len(names)-1]
	if but <= mostNames {
		first := min(len(names), mostNames+1)
		return fewOf(slices.Delete(slices.Clone(names[:first]), but, but+1), len(others))
	}
	return few(others)
}

// few joins the first names of a list and says how many are left out.
func few(names []string) string { return fewOf(names, len(names)) }

// fewOf is few of a list of which only the first names are given.
func fewOf(names []string, all int) string {
	if all <= mostNames {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNames], ", "), all-mostNames)
}
