// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"

	"github.com/rolewright/rolewright/internal/model"
)

// check finds names that do not exist. They count for nothing; the others of the constraint stay.
func (c *constraint) check(known *knownRoles, catalog *compiledCatalog, found *findings) {
	c.find(known.roles)
	effect := fmt.Sprintf("constraint %q passes over it", c.spec.Name)
	switch {
	case c.spec.Separation != nil:
		for i, duty := range c.spec.Separation.Duties {
			field := fmt.Sprintf("%s.separationOfDuties.duties[%d]", c.field, i)
			catalog.pick(model.Selector{Permissions: duty.Permissions}, c.object, field, effect, found)
		}
	case c.spec.Holders == nil && c.spec.Prerequisite == nil:
		found.reject(c.object, c.field+".type", ReasonUnknownType,
			"constraint %q of type %q does not say what it demands, so it restricts nothing: "+
				"use one of SeparationOfDuties, Holders and Prerequisite, and the field of that name", c.spec.Name, c.spec.Type)
	}
	c.checkExempt(found)
	for _, n := range c.roles() {
		named, exists := known.roles[n.ref]
		switch {
		case c.isElsewhere(n.ref):
		case exists:
			named.reportDisabled(found, c.object, n.field, effect)
		default:
			found.rejectRole(known, c.object, n.field, n.ref, effect)
		}
	}
}

// find looks up the roles that the constraint names.
func (c *constraint) find(roles map[model.RoleRef]*role) {
	switch {
	case c.spec.Separation != nil:
		c.duties = make([][]*role, len(c.spec.Separation.Duties))
		for i, duty := range c.spec.Separation.Duties {
			for _, ref := range duty.Roles {
				c.duties[i] = append(c.duties[i], roles[ref])
			}
			c.named += len(duty.Roles) + len(duty.Permissions)
		}
	case c.spec.Holders != nil:
		c.of = roles[c.spec.Holders.Role]
	case c.spec.Prerequisite != nil:
		c.of, c.required = roles[c.spec.Prerequisite.Role], roles[c.spec.Prerequisite.RequiredRole]
	}
}

// isElsewhere reports whether the constraint is a catalog's and the role a custom one, which only some organizations may have.
func (c *constraint) isElsewhere(ref model.RoleRef) bool {
	return c.object.Kind == model.KindCatalog && ref.Kind == model.KindRole
}

// checkExempt finds custom roles that a catalog would exempt: every organization could make one of that name.
func (c *constraint) checkExempt(found *findings) {
	if c.spec.Separation == nil {
		return
	}
	for i, ref := range c.spec.Separation.Except {
		if c.isElsewhere(ref) {
			found.reject(c.object, fmt.Sprintf("%s.separationOfDuties.exceptRoleRefs[%d]", c.field, i), ReasonLevelMismatch,
				"Role %q may be made by any organization, so a catalog does not exempt it: name a PlatformRole, with its kind", ref.Name)
		}
	}
}

// namedRole is a role that a constraint names, with the field that does.
type namedRole struct {
	ref   model.RoleRef
	field string
}

// roles returns the roles that the constraint names.
func (c *constraint) roles() []namedRole {
	var named []namedRole
	add := func(ref model.RoleRef, format string, at ...any) {
		named = append(named, namedRole{ref, c.field + fmt.Sprintf(format, at...)})
	}
	switch {
	case c.spec.Separation != nil:
		for i, duty := range c.spec.Separation.Duties {
			for j, ref := range duty.Roles {
				add(ref, ".separationOfDuties.duties[%d].roleRefs[%d]", i, j)
			}
		}
		for i, ref := range c.spec.Separation.Except {
			add(ref, ".separationOfDuties.exceptRoleRefs[%d]", i)
		}
	case c.spec.Holders != nil:
		add(c.spec.Holders.Role, ".holders.roleRef")
	case c.spec.Prerequisite != nil:
		add(c.spec.Prerequisite.Role, ".prerequisite.roleRef")
		add(c.spec.Prerequisite.RequiredRole, ".prerequisite.requiredRoleRef")
	}
	return named
}

// CustomRolesNowhere finds the custom roles that a catalog's constraints name and no organization has.
func CustomRolesNowhere(catalog *model.Catalog, exists func(role string) bool) []Finding {
	found := &findings{}
	for _, c := range constraintsOf(catalog) {
		for _, n := range c.roles() {
			if c.isElsewhere(n.ref) && !exists(n.ref.Name) {
				found.warn(c.object, n.field, ReasonUnknownRole,
					"no organization of the catalog has a Role %q, so constraint %q passes over it: fix the name, or, for a role of the platform, "+
						"set kind to PlatformRole", n.ref.Name, c.spec.Name)
			}
		}
	}
	return sortFindings(found.list)
}
