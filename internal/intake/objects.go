// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"iter"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// All yields each object with what identifies it.
func (o *Objects) All() iter.Seq2[model.Ref, metav1.Object] {
	return func(yield func(model.Ref, metav1.Object) bool) {
		_ = yieldAll[v1alpha1.PermissionCatalog](model.KindCatalog, o.Catalogs, yield) &&
			yieldAll[v1alpha1.PlatformRole](model.KindPlatformRole, o.PlatformRoles, yield) &&
			yieldAll[v1alpha1.PlatformAssignment](model.KindPlatformAssignment, o.PlatformAssignments, yield) &&
			yieldAll[v1alpha1.Organization](model.KindOrganization, o.Organizations, yield) &&
			yieldAll[v1alpha1.OrganizationStructure](model.KindStructure, o.Structures, yield) &&
			yieldAll[v1alpha1.Role](model.KindRole, o.Roles, yield) &&
			yieldAll[v1alpha1.UserAssignment](model.KindAssignment, o.Assignments, yield) &&
			yieldAll[v1alpha1.UserGroup](model.KindGroup, o.Groups, yield) &&
			yieldAll[v1alpha1.ApprovalChain](model.KindChain, o.Chains, yield) &&
			yieldAll[v1alpha1.ApprovalRequest](model.KindRequest, o.Requests, yield)
	}
}

func yieldAll[T any, P interface {
	*T
	metav1.Object
}](kind string, list []T, yield func(model.Ref, metav1.Object) bool) bool {
	for i := range list {
		object := P(&list[i])
		if !yield(model.Ref{Kind: kind, Namespace: object.GetNamespace(), Name: object.GetName()}, object) {
			return false
		}
	}
	return true
}

// Without returns the objects but one.
func (o *Objects) Without(ref model.Ref) Objects {
	var kept Objects
	for other, object := range o.All() {
		if other != ref {
			kept.add(object)
		}
	}
	return kept
}

func (o *Objects) add(object metav1.Object) {
	switch object := object.(type) {
	case *v1alpha1.PermissionCatalog:
		o.Catalogs = append(o.Catalogs, *object)
	case *v1alpha1.PlatformRole:
		o.PlatformRoles = append(o.PlatformRoles, *object)
	case *v1alpha1.PlatformAssignment:
		o.PlatformAssignments = append(o.PlatformAssignments, *object)
	case *v1alpha1.Organization:
		o.Organizations = append(o.Organizations, *object)
	case *v1alpha1.OrganizationStructure:
		o.Structures = append(o.Structures, *object)
	case *v1alpha1.Role:
		o.Roles = append(o.Roles, *object)
	case *v1alpha1.UserAssignment:
		o.Assignments = append(o.Assignments, *object)
	case *v1alpha1.UserGroup:
		o.Groups = append(o.Groups, *object)
	case *v1alpha1.ApprovalChain:
		o.Chains = append(o.Chains, *object)
	case *v1alpha1.ApprovalRequest:
		o.Requests = append(o.Requests, *object)
	}
}
