// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Members are all that one organization is resolved from. They may be shared with a cache: nobody may change them.
type Members struct {
	// Organization is nil when the object is missing.
	Organization *v1alpha1.Organization
	// Catalog is nil when the organization's catalog, or the organization, is missing.
	Catalog    *v1alpha1.PermissionCatalog
	Structures []v1alpha1.OrganizationStructure
	Roles      []v1alpha1.Role
	Groups     []v1alpha1.UserGroup
	Chains     []v1alpha1.ApprovalChain
	// Requests need only be those that give a role.
	Requests []v1alpha1.ApprovalRequest
	// Assignments may be hundred thousands. AssignmentsVersion says when they were read, to those who keep account of later writes.
	Assignments        []*v1alpha1.UserAssignment
	AssignmentsVersion int64
	// PlatformRoles and PlatformAssignments may hold those of any catalog and for any organization: World picks.
	PlatformRoles       []v1alpha1.PlatformRole
	PlatformAssignments []v1alpha1.PlatformAssignment
}

// Empty reports whether there is nothing to speak of: no organization, and nothing that refers to it.
func (m *Members) Empty() bool {
	return m.Organization == nil && len(m.Structures) == 0 && len(m.Roles) == 0 && len(m.Assignments) == 0 &&
		len(m.Groups) == 0 && len(m.Chains) == 0
}

// World translates the objects of the organization that has a name in a namespace, whether or not it exists.
func World(namespace, name string, members *Members) model.World {
	world := environmentWorld(namespace, name, members)
	for _, assignment := range members.Assignments {
		world.Assignments = append(world.Assignments, Assignment(assignment))
	}
	return world
}

// environmentWorld translates all but assignments.
func environmentWorld(namespace, name string, members *Members) model.World {
	world := model.World{
		Namespace:  namespace,
		Name:       name,
		Structures: each(members.Structures, Structure),
		Roles:      each(members.Roles, Role),
		Groups:     each(members.Groups, Group),
		Chains:     each(members.Chains, Chain),
		Requested:  requested(members.Requests),
	}
	if members.Organization == nil {
		return world
	}
	world.Organization = Organization(members.Organization)
	for i := range members.PlatformRoles {
		if role := &members.PlatformRoles[i]; role.Spec.CatalogRef.Name == world.Organization.Catalog {
			world.PlatformRoles = append(world.PlatformRoles, PlatformRole(role))
		}
	}
	world.PlatformAssignments = each(members.PlatformAssignments, func(a *v1alpha1.PlatformAssignment) model.PlatformAssignment {
		return PlatformAssignment(a, members.Organization.Labels)
	})
	if members.Catalog != nil {
		world.Catalog = Catalog(members.Catalog)
	}
	return world
}

// Worlds sorts objects by organization: one world for each that exists or that an object refers to, by namespace and name.
func Worlds(objects Objects) []model.World {
	var worlds []model.World
	elsewhere := Elsewhere(&objects)
	for key, members := range Organizations(&objects) {
		world := World(key.Namespace, key.Name, members)
		world.Elsewhere = elsewhere
		worlds = append(worlds, world)
	}
	return worlds
}

// Organizations yields each organization that exists or that an object refers to, by namespace and name, with its objects.
func Organizations(objects *Objects) iter.Seq2[types.NamespacedName, *Members] {
	byKey := ByOrganization(objects)
	return func(yield func(types.NamespacedName, *Members) bool) {
		for _, key := range slices.SortedFunc(maps.Keys(byKey), CompareKeys) {
			if !yield(key, byKey[key]) {
				return
			}
		}
	}
}

// Elsewhere returns what the worlds of objects may be told of each other. A reader of all of the objects may be told; the manager
// must not tell: it writes into the statuses of tenants, and none may learn of another.
func Elsewhere(objects *Objects) *model.Elsewhere {
	catalogs := make([]string, len(objects.Catalogs))
	for i := range objects.Catalogs {
		catalogs[i] = objects.Catalogs[i].Name
	}
	e := model.NewElsewhere(catalogs)
	for i := range objects.Organizations {
		e.AddOrganization(objects.Organizations[i].Namespace, objects.Organizations[i].Name)
	}
	for i := range objects.Roles {
		e.AddRole(objects.Roles[i].Name, objects.Roles[i].Namespace, objects.Roles[i].Spec.OrganizationRef.Name)
	}
	for i := range objects.PlatformRoles {
		e.AddPlatformRole(objects.PlatformRoles[i].Name, objects.PlatformRoles[i].Spec.CatalogRef.Name)
	}
	return e
}

// CompareKeys orders organizations by namespace and name.
func CompareKeys(a, b types.NamespacedName) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

// ByOrganization sorts objects by the organization that each is or refers to. Members share what they have with the objects.
func ByOrganization(objects *Objects) map[types.NamespacedName]*Members {
	byKey := map[types.NamespacedName]*Members{}
	of := func(namespace, name string) *Members {
		k := types.NamespacedName{Namespace: namespace, Name: name}
		if byKey[k] == nil {
			byKey[k] = &Members{PlatformRoles: objects.PlatformRoles, PlatformAssignments: objects.PlatformAssignments}
		}
		return byKey[k]
	}
	catalogs := make(map[string]*v1alpha1.PermissionCatalog, len(objects.Catalogs))
	for i := range objects.Catalogs {
		catalogs[objects.Catalogs[i].Name] = &objects.Catalogs[i]
	}
	for i := range objects.Organizations {
		organization := &objects.Organizations[i]
		members := of(organization.Namespace, organization.Name)
		members.Organization, members.Catalog = organization, catalogs[organization.Spec.CatalogRef.Name]
	}
	for i := range objects.Structures {
		members := of(objects.Structures[i].Namespace, objects.Structures[i].Spec.OrganizationRef.Name)
		members.Structures = append(members.Structures, objects.Structures[i])
	}
	for i := range objects.Roles {
		members := of(objects.Roles[i].Namespace, objects.Roles[i].Spec.OrganizationRef.Name)
		members.Roles = append(members.Roles, objects.Roles[i])
	}
	for _, assignment := range objects.Assignments {
		members := of(assignment.Namespace, assignment.Spec.OrganizationRef.Name)
		members.Assignments = append(members.Assignments, assignment)
	}
	for i := range objects.Groups {
		members := of(objects.Groups[i].Namespace, objects.Groups[i].Spec.OrganizationRef.Name)
		members.Groups = append(members.Groups, objects.Groups[i])
	}
	for i := range objects.Chains {
		members := of(objects.Chains[i].Namespace, objects.Chains[i].Spec.OrganizationRef.Name)
		members.Chains = append(members.Chains, objects.Chains[i])
	}
	for i := range objects.Requests {
		members := of(objects.Requests[i].Namespace, objects.Requests[i].Spec.OrganizationRef.Name)
		members.Requests = append(members.Requests, objects.Requests[i])
	}
	return byKey
}
