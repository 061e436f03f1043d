// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Overlaid returns the objects once others are applied: those that others replace by name are left out.
func (o *Objects) Overlaid(others *Objects) Objects {
	return Objects{
		Catalogs:            overlaid[v1alpha1.PermissionCatalog](o.Catalogs, others.Catalogs),
		PlatformRoles:       overlaid[v1alpha1.PlatformRole](o.PlatformRoles, others.PlatformRoles),
		PlatformAssignments: overlaid[v1alpha1.PlatformAssignment](o.PlatformAssignments, others.PlatformAssignments),
		Organizations:       overlaid[v1alpha1.Organization](o.Organizations, others.Organizations),
		Structures:          overlaid[v1alpha1.OrganizationStructure](o.Structures, others.Structures),
		Roles:               overlaid[v1alpha1.Role](o.Roles, others.Roles),
		Assignments:         overlaid[v1alpha1.UserAssignment](o.Assignments, others.Assignments),
		Groups:              overlaid[v1alpha1.UserGroup](o.Groups, others.Groups),
		Chains:              overlaid[v1alpha1.ApprovalChain](o.Chains, others.Chains),
		Requests:            overlaid[v1alpha1.ApprovalRequest](o.Requests, others.Requests),
	}
}

// overlaid returns the second objects, and those of the first that they do not replace.
func overlaid[T any, P interface {
	*T
	metav1.Object
}](objects, others []T) []T {
	nameOf := func(o P) types.NamespacedName {
		return types.NamespacedName{Namespace: o.GetNamespace(), Name: o.GetName()}
	}
	byName := make(map[types.NamespacedName]struct{}, len(others))
	for i := range others {
		byName[nameOf(&others[i])] = struct{}{}
	}
	all := slices.Clone(others)
	for i := range objects {
		if _, applied := byName[nameOf(&objects[i])]; !applied {
			all = append(all, objects[i])
		}
	}
	return all
}
