// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion is the API group and version of every kind in this package.
var GroupVersion = schema.GroupVersion{Group: "rolewright.dev", Version: "v1alpha1"}

// SchemeGroupVersion is GroupVersion under the name that generated code expects.
var SchemeGroupVersion = GroupVersion

var schemeBuilder = runtime.NewSchemeBuilder(func(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&PermissionCatalog{}, &PermissionCatalogList{},
		&Organization{}, &OrganizationList{},
		&OrganizationStructure{}, &OrganizationStructureList{},
		&Role{}, &RoleList{},
		&UserAssignment{}, &UserAssignmentList{},
		&UserGroup{}, &UserGroupList{},
		&PlatformRole{}, &PlatformRoleList{},
		&PlatformAssignment{}, &PlatformAssignmentList{},
		&ApprovalChain{}, &ApprovalChainList{},
		&ApprovalRequest{}, &ApprovalRequestList{},
		&ApprovalDecision{}, &ApprovalDecisionList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
})

// AddToScheme registers every kind of this package with a scheme.
var AddToScheme = schemeBuilder.AddToScheme
