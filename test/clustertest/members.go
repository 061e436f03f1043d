// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// resolve resolves the organization from what the API server holds, without a manager.
func (w *World) resolve() *snapshot.Snapshot {
	ginkgo.GinkgoHelper()
	key := snapshot.Key{Namespace: w.Namespace, Name: w.Organization}
	if catalog, is := document.PlatformCatalog(w.Organization); is {
		return snapshot.Build(key, w.platformMembers(catalog))
	}
	return snapshot.Build(key, w.members())
}

// Platform returns the platform document of the world's catalog, as it is published in a namespace, as a world to ask.
func (w *World) Platform(namespace string) *World {
	platform := *w
	platform.Namespace, platform.Organization = namespace, document.PlatformOrganization(w.Namespace)
	return &platform
}

// platformMembers lists what a platform document is resolved from.
func (w *World) platformMembers(name string) *intake.Members {
	ginkgo.GinkgoHelper()
	catalog, roles, assignments := &v1alpha1.PermissionCatalog{}, &v1alpha1.PlatformRoleList{}, &v1alpha1.PlatformAssignmentList{}
	gomega.Expect(w.find(client.ObjectKey{Name: name}, catalog)).To(gomega.BeTrue(), "catalog %s is there", name)
	w.list(roles)
	w.list(assignments)
	return intake.PlatformMembers(w.Namespace, catalog, roles.Items, assignments.Items)
}

// members lists what the organization is resolved from.
func (w *World) members() *intake.Members {
	ginkgo.GinkgoHelper()
	organization, catalog := &v1alpha1.Organization{}, &v1alpha1.PermissionCatalog{}
	members := &intake.Members{}
	if w.find(client.ObjectKey{Namespace: w.Namespace, Name: w.Organization}, organization) {
		members.Organization = organization
		reference := organization.Spec.CatalogRef.Name
		if w.find(client.ObjectKey{Name: reference}, catalog) {
			members.Catalog = catalog
		}
		platformRoles, platformAssignments := &v1alpha1.PlatformRoleList{}, &v1alpha1.PlatformAssignmentList{}
		w.list(platformRoles)
		w.list(platformAssignments)
		members.PlatformAssignments = platformAssignments.Items
		members.PlatformRoles = slices.DeleteFunc(platformRoles.Items, func(r v1alpha1.PlatformRole) bool {
			return r.Spec.CatalogRef.Name != reference
		})
	}
	w.listMembers(members)
	return members
}

// listMembers adds the objects of the namespace that refer to the organization.
func (w *World) listMembers(members *intake.Members) {
	ginkgo.GinkgoHelper()
	roles, groups, assignments := &v1alpha1.RoleList{}, &v1alpha1.UserGroupList{}, &v1alpha1.UserAssignmentList{}
	chains, requests := &v1alpha1.ApprovalChainList{}, &v1alpha1.ApprovalRequestList{}
	structures := &v1alpha1.OrganizationStructureList{}
	for _, list := range []client.ObjectList{structures, roles, groups, assignments, chains, requests} {
		w.list(list, client.InNamespace(w.Namespace))
	}
	other := func(reference v1alpha1.OrganizationReference) bool { return reference.Name != w.Organization }
	members.Structures = slices.DeleteFunc(structures.Items, func(o v1alpha1.OrganizationStructure) bool { return other(o.Spec.OrganizationRef) })
	members.Roles = slices.DeleteFunc(roles.Items, func(o v1alpha1.Role) bool { return other(o.Spec.OrganizationRef) })
	members.Groups = slices.DeleteFunc(groups.Items, func(o v1alpha1.UserGroup) bool { return other(o.Spec.OrganizationRef) })
	members.Chains = slices.DeleteFunc(chains.Items, func(o v1alpha1.ApprovalChain) bool { return other(o.Spec.OrganizationRef) })
	members.Requests = slices.DeleteFunc(requests.Items, func(o v1alpha1.ApprovalRequest) bool {
		return other(o.Spec.OrganizationRef) || !intake.Gives(&o)
	})
	for i := range assignments.Items {
		if !other(assignments.Items[i].Spec.OrganizationRef) {
			members.Assignments = append(members.Assignments, &assignments.Items[i])
		}
	}
}

func (w *World) find(key client.ObjectKey, into client.Object) bool {
	ginkgo.GinkgoHelper()
	err := w.API.Get(w.Ctx, key, into)
	gomega.Expect(client.IgnoreNotFound(err)).To(gomega.Succeed())
	return err == nil
}

func (w *World) list(into client.ObjectList, options ...client.ListOption) {
	ginkgo.GinkgoHelper()
	gomega.Expect(w.API.List(w.Ctx, into, options...)).To(gomega.Succeed())
}
