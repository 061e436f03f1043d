// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// Members are the custom resources that World is the translation of, as a cluster holds them.
func Members(users int) *intake.Members {
	world := World(users)
	members := &intake.Members{
		Catalog:      &v1alpha1.PermissionCatalog{ObjectMeta: meta("", "bench")},
		Organization: &v1alpha1.Organization{ObjectMeta: meta("bench", "bench")},
	}
	writeCatalog(&members.Catalog.Spec, world.Catalog)
	members.Organization.Spec.CatalogRef.Name = world.Organization.Catalog
	for i := range world.Structures {
		members.Structures = append(members.Structures, writtenStructure(&world.Structures[i]))
	}
	for i := range world.Roles {
		members.Roles = append(members.Roles, writtenRole(&world.Roles[i]))
	}
	for i := range world.Assignments {
		members.Assignments = append(members.Assignments, writtenAssignment(&world.Assignments[i]))
	}
	return members
}

func meta(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name, UID: types.UID(fmt.Sprintf("%s/%s", namespace, name)), Generation: 1}
}

func writtenStructure(structure *model.Structure) v1alpha1.OrganizationStructure {
	written := v1alpha1.OrganizationStructure{ObjectMeta: meta("bench", structure.Name)}
	written.Spec.OrganizationRef.Name = "bench"
	for _, unit := range structure.Units {
		written.Spec.Units = append(written.Spec.Units, v1alpha1.Unit{
			Name: v1alpha1.Name(unit.Name), Kind: v1alpha1.Name(unit.Kind), Parent: v1alpha1.Name(unit.Parent),
		})
	}
	return written
}

func writeCatalog(into *v1alpha1.PermissionCatalogSpec, catalog *model.Catalog) {
	for _, section := range catalog.Sections {
		into.Sections = append(into.Sections, v1alpha1.Section{Name: v1alpha1.Name(section)})
	}
	for _, permission := range catalog.Permissions {
		into.Permissions = append(into.Permissions, v1alpha1.Permission{
			Name: v1alpha1.PermissionName(permission.Name), Section: v1alpha1.Name(permission.Section),
		})
	}
	for _, qualifier := range catalog.Qualifiers {
		into.Qualifiers = append(into.Qualifiers, v1alpha1.Qualifier{
			Name: v1alpha1.Name(qualifier.Name), Expression: v1alpha1.Expression(qualifier.Expression),
		})
	}
}

func writtenRole(role *model.Role) v1alpha1.Role {
	written := v1alpha1.Role{ObjectMeta: meta(role.Namespace, role.Name)}
	written.Spec.OrganizationRef.Name = "bench"
	// The API takes no list that names anything twice.
	for _, parent := range role.Inherits {
		next := v1alpha1.Inheritance{RoleRef: v1alpha1.RoleReference{Name: parent.Role.Name}}
		if !slices.Contains(written.Spec.Inherits, next) {
			written.Spec.Inherits = append(written.Spec.Inherits, next)
		}
	}
	for _, rule := range role.Rules {
		next := v1alpha1.Rule{}
		for _, permission := range slices.Compact(slices.Sorted(slices.Values(rule.Permissions))) {
			next.Permissions = append(next.Permissions, v1alpha1.PermissionName(permission))
		}
		for _, qualifier := range rule.Qualifiers {
			next.Qualifiers = append(next.Qualifiers, v1alpha1.Name(qualifier))
		}
		written.Spec.Rules = append(written.Spec.Rules, next)
	}
	return written
}

func writtenAssignment(assignment *model.Assignment) *v1alpha1.UserAssignment {
	written := &v1alpha1.UserAssignment{ObjectMeta: meta(assignment.Namespace, assignment.Name)}
	written.Spec.OrganizationRef.Name = "bench"
	written.Spec.User = v1alpha1.UserID(assignment.User)
	for _, grant := range assignment.Grants {
		scope := &v1alpha1.Scope{}
		for _, unit := range grant.Scope.Units {
			scope.Units = append(scope.Units, v1alpha1.Name(unit))
		}
		written.Spec.Grants = append(written.Spec.Grants, v1alpha1.Grant{
			Name: v1alpha1.EntryName(grant.Name), RoleRef: v1alpha1.RoleReference{Name: grant.Role.Name}, Scope: scope,
		})
	}
	return written
}
