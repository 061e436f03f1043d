// SPDX-License-Identifier: Apache-2.0

package worstcases

import (
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// alike is a long name that differs from others of its sort in a few letters at its end.
func alike(i int) string { return strings.Repeat("a", 54) + fmt.Sprintf("-%04d", i) }

// misspelled is one that does not exist, and is nearly many that do.
func misspelled(i int) string { return "a" + alike(i) }

// manyGrants gives some users as many grants as there may be.
func (o *organization) manyGrants(users int, change func(grant *v1alpha1.Grant, i int)) {
	for u := range users {
		a := o.assignment(fmt.Sprintf("a%04d", u), fmt.Sprintf("u%04d", u))
		for i := range grantsOfAssignment {
			grant := v1alpha1.Grant{Name: v1alpha1.EntryName(fmt.Sprintf("g%02d", i)), RoleRef: reference(0), Scope: everywhere()}
			change(&grant, u*grantsOfAssignment+i)
			a.Spec.Grants = append(a.Spec.Grants, grant)
		}
	}
}

func misspelledUnits() *intake.Members {
	o := begin(1)
	o.units(func(i int) v1alpha1.Name {
		if i == 0 {
			return ""
		}
		return v1alpha1.Name(alike(0))
	})
	for s := range o.members.Structures {
		for i := range o.members.Structures[s].Spec.Units {
			o.members.Structures[s].Spec.Units[i].Name = v1alpha1.Name(alike(s*unitsOfStructure + i))
		}
	}
	o.role(0)
	o.manyGrants(2, func(grant *v1alpha1.Grant, i int) {
		grant.Scope = &v1alpha1.Scope{}
		for k := range 256 {
			grant.Scope.Units = append(grant.Scope.Units, v1alpha1.Name(misspelled(i*256+k)))
		}
	})
	return &o.members
}

func misspelledRoles() *intake.Members {
	o := begin(1)
	for i := range roles {
		o.role(i).Name = alike(i)
	}
	o.manyGrants(500, func(grant *v1alpha1.Grant, i int) { grant.RoleRef.Name = misspelled(i) })
	return &o.members
}

func misspelledPermissions() *intake.Members {
	o := begin(permissionsOfCatalog)
	for i := range o.members.Catalog.Spec.Permissions {
		o.members.Catalog.Spec.Permissions[i].Name = v1alpha1.PermissionName(alike(i))
	}
	for i := range roles {
		role := o.role(i)
		for k := range rulesOfRole {
			role.Spec.Rules = append(role.Spec.Rules, v1alpha1.Rule{
				Permissions: []v1alpha1.PermissionName{v1alpha1.PermissionName(misspelled(i*rulesOfRole + k))},
			})
		}
	}
	return &o.members
}

// misspelledParents has structures with one unit each, below one that does not exist, and others whose units are in one cycle.
func misspelledParents() *intake.Members {
	o := begin(1)
	for i := range unitsOfOrganization {
		parent := misspelled(i)
		switch {
		case i == 0:
			parent = ""
		case i%2 == 0:
			parent = alike((i + 2) % unitsOfOrganization)
		}
		o.structure().Spec.Units = []v1alpha1.Unit{{Name: v1alpha1.Name(alike(i)), Kind: "unit", Parent: v1alpha1.Name(parent)}}
	}
	return &o.members
}

func misspelledUsers() *intake.Members {
	o := begin(1)
	for i := range 5000 {
		o.assignment(fmt.Sprintf("a%04d", i), alike(i)).Spec.Profile.Manager = v1alpha1.UserID(misspelled(i))
	}
	return &o.members
}

// similarUsers has users with an id that looks like those of two others.
func similarUsers() *intake.Members {
	o := begin(1)
	for i := range 2000 {
		id := alike(i)
		for k, written := range []string{id, strings.ToUpper(id), "oidc:" + id} {
			o.assignment(fmt.Sprintf("a%04d-%d", i, k), written)
		}
	}
	return &o.members
}
