// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PermissionCatalogSpec is the desired state of a PermissionCatalog.
//
// +kubebuilder:validation:XValidation:rule="!has(self.permissions) || (has(self.sections) && self.permissions.all(p, self.sections.exists(s, s.name == p.section)))",message="every permission's section must be one of spec.sections",fieldPath=".sections"
type PermissionCatalogSpec struct {
	// displayName is the name of the application that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the application is for.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// sections group the permissions, in the order in which people read them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Sections []Section `json:"sections,omitempty"`

	// permissions are what users can do in the application.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1024
	Permissions []Permission `json:"permissions,omitempty"`

	// subjectTypes are the words by which applications call users in subject.type, for example [user, identity]: all of them
	// name the same users. The first is what searches and conditions use where a request names none. A resource of one
	// of these types is the user that its id names. If absent, it is user. Publishing it needs readers that
	// know rolewright.dev/permissions/v3.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	SubjectTypes []Name `json:"subjectTypes,omitempty"`

	// qualifiers are named conditions that restrict a permission. The rules of roles refer to them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Qualifiers []Qualifier `json:"qualifiers,omitempty"`

	// prohibitions are named conditions under which permissions are denied to every user.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Prohibitions []Prohibition `json:"prohibitions,omitempty"`

	// features can be enabled for an organization. Permissions and rules can require them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Features []Feature `json:"features,omitempty"`

	// entitlements are what a grant of a role can carry, person by person. Rules of roles can require them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Entitlements []Entitlement `json:"entitlements,omitempty"`

	// dimensions are further axes of scope beside units, for example the type of a contract. Every grant states the
	// values that it covers, for each of them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Dimensions []Dimension `json:"dimensions,omitempty"`

	// plans are what an organization can subscribe to: the features that they include, and limits.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Plans []Plan `json:"plans,omitempty"`

	// constraints apply to the assignments of every organization that uses the catalog.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Constraints []Constraint `json:"constraints,omitempty"`

	// approvalRetention says for how long the approval requests of the organizations that use the catalog are kept at
	// least. If absent, the organizations and their chains say so.
	//
	// +optional
	ApprovalRetention *ApprovalRetention `json:"approvalRetention,omitempty"`
}

// Dimension is an axis of scope beside units.
type Dimension struct {
	// name of the dimension. Applications send the value of a request in resource.properties under this name.
	//
	// +required
	Name DimensionName `json:"name,omitempty"`

	// displayName is the name of the dimension that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the dimension distinguishes.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// values of the dimension, for example [local, travel]. A request with any other value is denied.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:XValidation:rule=`!self.matches('[\\pC\u2028\u2029]|^\\pZ|\\pZ$')`,message="must not contain control characters or invisible ones, and must not start or end with white space"
	Values []DimensionValue `json:"values,omitempty"`
}

// PermissionCatalogStatus is the observed state of the PermissionCatalog.
type PermissionCatalogStatus struct {
	// observedGeneration is the generation of the spec for which this status was computed.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are Ready, which is False if part of the object has no effect.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:default={{type: "Ready", status: "Unknown", reason: "NotObserved", message: "the manager has not observed it yet", lastTransitionTime: "1970-01-01T00:00:00Z"}}
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// permissionCount is the number of permissions of the catalog.
	//
	// +optional
	PermissionCount *int32 `json:"permissionCount,omitempty"`

	// organizationCount is the number of organizations that use the catalog.
	//
	// +optional
	OrganizationCount *int32 `json:"organizationCount,omitempty"`
}

// PermissionCatalog defines what users can do in an application, and under which conditions. Organizations refer to
// one.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=rwcat,categories=rolewright-platform
// +kubebuilder:printcolumn:name="Permissions",type=integer,JSONPath=`.status.permissionCount`
// +kubebuilder:printcolumn:name="Organizations",type=integer,JSONPath=`.status.organizationCount`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type PermissionCatalog struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the desired state of the catalog.
	//
	// +required
	Spec PermissionCatalogSpec `json:"spec,omitzero"`

	// status is the state that the manager observed. Only the manager writes it. Until it does, the condition Ready is Unknown.
	//
	// +optional
	// +structType=atomic
	// +kubebuilder:default={}
	Status PermissionCatalogStatus `json:"status,omitzero"`
}

// PermissionCatalogList is a list of PermissionCatalogs.
//
// +kubebuilder:object:root=true
type PermissionCatalogList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the catalogs.
	Items []PermissionCatalog `json:"items"`
}
