// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// PlatformKey identifies the platform organization of a catalog, whose document is published in a namespace.
func PlatformKey(namespace, catalog string) types.NamespacedName {
	return types.NamespacedName{Namespace: namespace, Name: document.PlatformOrganization(catalog)}
}

// PlatformMembers returns what the platform document of a catalog is resolved from, as if it were that of an organization: one with
// nothing of its own, so without units, features and roles, whose users are those to whom a grant over all organizations gives a role of
// the catalog. A grant over the organizations that a selector picks covers none where there is none, whatever the selector says.
// Administration rules are about organizations, and left out. The organization is known by the UID and the generation of the catalog.
func PlatformMembers(
	namespace string, catalog *v1alpha1.PermissionCatalog, roles []v1alpha1.PlatformRole, assignments []v1alpha1.PlatformAssignment,
) *Members {
	return &Members{
		Organization: &v1alpha1.Organization{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: namespace, Name: document.PlatformOrganization(catalog.Name), UID: catalog.UID, Generation: catalog.Generation,
				CreationTimestamp: catalog.CreationTimestamp,
			},
			Spec: v1alpha1.OrganizationSpec{CatalogRef: v1alpha1.CatalogReference{Name: catalog.Name}},
		},
		Catalog: catalog,
		PlatformRoles: each(roles, func(role *v1alpha1.PlatformRole) v1alpha1.PlatformRole {
			without := *role
			without.Spec.AdministrationRules = nil
			return without
		}),
		PlatformAssignments: each(assignments, func(assignment *v1alpha1.PlatformAssignment) v1alpha1.PlatformAssignment {
			overAll := *assignment
			overAll.Spec.Grants = slices.DeleteFunc(slices.Clone(assignment.Spec.Grants), func(grant v1alpha1.PlatformGrant) bool {
				return !selectsNothing(grant.Organizations) && !isSet(grant.Organizations.All)
			})
			return overAll
		}),
	}
}

// PlatformWorlds returns the world of the platform document of each catalog, by name, as published in a namespace.
func PlatformWorlds(objects *Objects, namespace string) []model.World {
	worlds := make([]model.World, 0, len(objects.Catalogs))
	for i := range objects.Catalogs {
		key := PlatformKey(namespace, objects.Catalogs[i].Name)
		worlds = append(worlds, World(key.Namespace, key.Name,
			PlatformMembers(namespace, &objects.Catalogs[i], objects.PlatformRoles, objects.PlatformAssignments)))
	}
	slices.SortFunc(worlds, func(a, b model.World) int { return CompareKeys(keyOf(&a), keyOf(&b)) })
	return worlds
}

func keyOf(world *model.World) types.NamespacedName {
	return types.NamespacedName{Namespace: world.Namespace, Name: world.Name}
}
