// SPDX-License-Identifier: Apache-2.0

package worstcases

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// Name is that of the organization, of its namespace and of its catalog.
const Name = "worst"

// Bounds of the API, as far as the cases reach them.
const (
	permissionsOfCatalog = 1024
	conditionsOfCatalog  = 128
	parentsOfRole        = 32
	rulesOfRole          = 256
	sectionsOfRule       = 64
	grantsOfAssignment   = 64
	unitsOfStructure     = 512
	unitsOfOrganization  = 5000
	unitsOfGroup         = 1024
	groupsOfScope        = 64
	impliedOfPermission  = 64
	membersOfGroup       = 1000
	stepsOfChain         = 16
	constraintsOfOne     = 32
)

// organization are objects that are being generated.
type organization struct{ members intake.Members }

func meta(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: namespace, Name: name, UID: types.UID(namespace + "/" + name), Generation: 1,
	}
}

// begin returns an organization whose catalog has permissions in one section, and qualifiers and features, as many as there may be.
func begin(permissions int) *organization {
	o := &organization{intake.Members{
		Catalog:      &v1alpha1.PermissionCatalog{ObjectMeta: meta("", Name)},
		Organization: &v1alpha1.Organization{ObjectMeta: meta(Name, Name)},
	}}
	spec := &o.members.Catalog.Spec
	spec.Sections = []v1alpha1.Section{{Name: "all"}}
	for i := range permissions {
		spec.Permissions = append(spec.Permissions, v1alpha1.Permission{Name: permission(i), Section: "all"})
	}
	for i := range conditionsOfCatalog {
		spec.Qualifiers = append(spec.Qualifiers, v1alpha1.Qualifier{
			Name: qualifier(i), Expression: v1alpha1.Expression(fmt.Sprintf("resource.properties.a%d == subject.id", i)),
		})
		spec.Features = append(spec.Features, v1alpha1.Feature{Name: v1alpha1.Name(fmt.Sprintf("f%03d", i))})
	}
	o.members.Organization.Spec.CatalogRef.Name = Name
	return o
}

func permission(i int) v1alpha1.PermissionName {
	return v1alpha1.PermissionName(fmt.Sprintf("all.p%04d", i))
}
func qualifier(i int) v1alpha1.Name {
	return v1alpha1.Name(fmt.Sprintf("q%03d", i%conditionsOfCatalog))
}
func roleName(i int) string        { return fmt.Sprintf("role-%04d", i) }
func unitName(i int) v1alpha1.Name { return v1alpha1.Name(fmt.Sprintf("unit-%04d", i)) }

func (o *organization) role(i int) *v1alpha1.Role {
	role := v1alpha1.Role{ObjectMeta: meta(Name, roleName(i))}
	role.Spec.OrganizationRef.Name = Name
	o.members.Roles = append(o.members.Roles, role)
	return &o.members.Roles[len(o.members.Roles)-1]
}

func inherit(role *v1alpha1.Role, parent int) {
	role.Spec.Inherits = append(role.Spec.Inherits, v1alpha1.Inheritance{RoleRef: reference(parent)})
}

func everywhere() *v1alpha1.Scope { return &v1alpha1.Scope{Everywhere: new(true)} }

// assignment adds an assignment of a user, which grants some roles.
func (o *organization) assignment(name, user string, roles ...int) *v1alpha1.UserAssignment {
	a := &v1alpha1.UserAssignment{ObjectMeta: meta(Name, name)}
	a.Spec.OrganizationRef.Name, a.Spec.User = Name, v1alpha1.UserID(user)
	for i, role := range roles {
		a.Spec.Grants = append(a.Spec.Grants, v1alpha1.Grant{
			Name: v1alpha1.EntryName(fmt.Sprintf("g%02d", i)), RoleRef: reference(role), Scope: everywhere(),
		})
	}
	o.members.Assignments = append(o.members.Assignments, a)
	return a
}

// structure adds a structure.
func (o *organization) structure() *v1alpha1.OrganizationStructure {
	s := v1alpha1.OrganizationStructure{ObjectMeta: meta(Name, fmt.Sprintf("structure-%03d", len(o.members.Structures)))}
	s.Spec.OrganizationRef.Name = Name
	o.members.Structures = append(o.members.Structures, s)
	return &o.members.Structures[len(o.members.Structures)-1]
}

// units adds as many units as there may be, each below the one that a function names; the first is the root unless it names one.
func (o *organization) units(parent func(i int) v1alpha1.Name) {
	for first := 0; first < unitsOfOrganization; first += unitsOfStructure {
		s := o.structure()
		for i := first; i < min(first+unitsOfStructure, unitsOfOrganization); i++ {
			s.Spec.Units = append(s.Spec.Units, v1alpha1.Unit{Name: unitName(i), Kind: "unit", Parent: parent(i)})
		}
	}
}

// inLine puts each unit below the one before.
func inLine(i int) v1alpha1.Name {
	if i == 0 {
		return ""
	}
	return unitName(i - 1)
}

// beside puts all units below the first.
func beside(i int) v1alpha1.Name {
	if i == 0 {
		return ""
	}
	return unitName(0)
}
