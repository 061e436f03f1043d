// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// OrganizationSpec is the desired state of an Organization.
type OrganizationSpec struct {
	// displayName is the name of the organization that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the organization is.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// catalogRef refers to the PermissionCatalog that defines the permissions of the organization's roles.
	//
	// +required
	CatalogRef CatalogReference `json:"catalogRef,omitzero"`

	// plan is the name of the plan of the catalog that the organization subscribes to.
	//
	// +optional
	Plan Name `json:"plan,omitempty"`

	// features of the catalog that are enabled in addition to those of the plan.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Features []Name `json:"features,omitempty"`

	// defaultGrants give roles to every user of the organization: to everyone who has a UserAssignment, is a member of a
	// UserGroup, or holds a platform role over the organization. Suspended users hold nothing. Each has a name.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	DefaultGrants []Grant `json:"defaultGrants,omitempty"`

	// waivers permit users to violate a constraint of the catalog for a limited time. Those of the organization's own
	// constraints are in its OrganizationStructures.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Waivers []Waiver `json:"waivers,omitempty"`

	// ignoredFindings are the reasons of findings that are not reported, for example [UnusedRole, Wildcard]. Only
	// Warnings and Infos can be ignored; Errors are always reported.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=64
	IgnoredFindings []string `json:"ignoredFindings,omitempty"`

	// approvalRetention says for how long the approval requests of the organization are kept at least. If absent, their
	// chains alone say so.
	//
	// +optional
	ApprovalRetention *ApprovalRetention `json:"approvalRetention,omitempty"`

	// publishing configures how the permissions of the organization are published.
	//
	// +optional
	Publishing *Publishing `json:"publishing,omitempty"`

	// assignmentStatusDetail says what the statuses of the organization's UserAssignments list: Permissions, so that each is
	// complete by itself; or Roles, whose statuses list the permissions, so that a change of a role rewrites no UserAssignment.
	// If absent, it is Permissions, and Roles while the organization has more than 2000 users, until it has at most 1800.
	//
	// +optional
	AssignmentStatusDetail AssignmentStatusDetail `json:"assignmentStatusDetail,omitempty"`
}

// AssignmentStatusDetail is what the status of a UserAssignment lists of what its user may do.
//
// +kubebuilder:validation:Enum=Permissions;Roles
type AssignmentStatusDetail string

// What the status of a UserAssignment lists.
const (
	// DetailPermissions lists the permissions that the user holds.
	DetailPermissions AssignmentStatusDetail = "Permissions"
	// DetailRoles lists the roles that the user holds. The status of each role lists its permissions.
	DetailRoles AssignmentStatusDetail = "Roles"
)

// Publishing configures how the permissions of an organization are published.
type Publishing struct {
	// labels are added to the published ConfigMaps, so that applications can select them, for example {team: red}. Labels of
	// rolewright.dev are reserved.
	//
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.startsWith('rolewright.dev/') && k != 'app.kubernetes.io/managed-by')",message="labels of rolewright.dev and app.kubernetes.io/managed-by are the controller's own"
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="a key is like team or example.com/team: up to 63 letters, digits, -, _ and ., after an optional domain and /"
	Labels map[string]LabelValue `json:"labels,omitempty"`

	// annotations are added to the published ConfigMaps, for example for a controller that replicates them to other
	// namespaces. Annotations of rolewright.dev are reserved.
	//
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.startsWith('rolewright.dev/'))",message="annotations of rolewright.dev are the controller's own"
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="a key is like team or example.com/team: up to 63 letters, digits, -, _ and ., after an optional domain and /"
	Annotations map[string]AnnotationValue `json:"annotations,omitempty"`

	// form is how the document is published. OneConfigMap keeps it in one ConfigMap as long as it fits, up to 900 KiB, so that pods can
	// mount it. Shards spreads it over several ConfigMaps, of which a change writes only one. By default, it is in one ConfigMap up to
	// 64 KiB, and in several beyond; what is in one ConfigMap already stays there as long as it fits.
	//
	// +optional
	Form PublishingForm `json:"form,omitempty"`
}

// PublishingForm is how the document of an organization is published.
//
// +kubebuilder:validation:Enum=OneConfigMap;Shards
type PublishingForm string

// The forms in which a document is published.
const (
	PublishingFormOneConfigMap PublishingForm = "OneConfigMap"
	PublishingFormShards       PublishingForm = "Shards"
)

// AnnotationValue is the value of a Kubernetes annotation.
//
// +kubebuilder:validation:MinLength=0
// +kubebuilder:validation:MaxLength=4096
type AnnotationValue string

// LabelValue is the value of a Kubernetes label.
//
// +kubebuilder:validation:MinLength=0
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self.matches('^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$')`,message="must be empty, or consist of ASCII letters, digits, '-', '_' or '.', and start and end with a letter or digit, as Kubernetes demands of the value of a label"
type LabelValue string

// OrganizationStatus is the observed state of an Organization.
type OrganizationStatus struct {
	// observedGeneration is the generation of the spec for which this status was computed.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are Ready, which is False if part of the organization has no effect or it cannot be published, and
	// Published.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:default={{type: "Ready", status: "Unknown", reason: "NotObserved", message: "the manager has not observed it yet", lastTransitionTime: "1970-01-01T00:00:00Z"}}
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// unitCount is the number of units in the tree.
	//
	// +optional
	UnitCount *int32 `json:"unitCount,omitempty"`

	// roleCount is the number of roles: those of the organization and those that the platform provides for its catalog.
	//
	// +optional
	RoleCount *int32 `json:"roleCount,omitempty"`

	// userCount is the number of users: those who have an assignment, are members of a group, or hold a platform role over
	// the organization.
	//
	// +optional
	UserCount *int32 `json:"userCount,omitempty"`

	// grantCount is the number of grants that take effect.
	//
	// +optional
	GrantCount *int32 `json:"grantCount,omitempty"`

	// assignmentStatusDetail is what the statuses of the organization's UserAssignments list, or are about to: Permissions if
	// absent.
	//
	// +optional
	AssignmentStatusDetail AssignmentStatusDetail `json:"assignmentStatusDetail,omitempty"`

	// enabledFeatures are the features that the organization has by its plan or by itself, where assignmentStatusDetail is
	// Roles: permissions of roles that require others are not held. They are in the order of their names.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	EnabledFeatures []Observed `json:"enabledFeatures,omitempty"`

	// publication describes the last publication. Whether readers see it is what the condition Published says. The next
	// revision is counted from this one, whatever the ConfigMap says.
	//
	// +optional
	Publication *Publication `json:"publication,omitempty"`

	// findings are the 20 most severe findings about any object of the organization.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Findings []FindingStatus `json:"findings,omitempty"`

	// omittedFindingCount is the number of findings that are not in the list.
	//
	// +optional
	OmittedFindingCount *int32 `json:"omittedFindingCount,omitempty"`
}

// Publication describes what was published last.
type Publication struct {
	// configMapName is the name of the ConfigMap that holds the index of the publication.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	ConfigMapName string `json:"configMapName,omitempty"`

	// revision is the number of the publication, for example 7. Each publication has a greater one than the publication before
	// it; after 9007199254740992 the count starts again.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=9007199254740992
	Revision int64 `json:"revision,omitempty"`

	// digest of the published document, as sha256:<hex>.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	Digest string `json:"digest,omitempty"`

	// bytes is the size of the published document in bytes.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	Bytes int64 `json:"bytes,omitempty"`

	// publishTime is the time of the publication, in RFC 3339, for example 2030-01-31T08:00:00Z.
	//
	// +required
	PublishTime metav1.Time `json:"publishTime,omitzero"`
}

// Organization is a tenant as the platform sets it up: the catalog that defines its permissions, its plan and features, and
// how its permissions are published. What the tenant keeps itself, its tree of units for example, is in
// OrganizationStructures. They, Roles and UserAssignments in the same namespace refer to it.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rworg,categories=rolewright
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="an organization's name may have at most 63 characters: it is used as a label value"
// +kubebuilder:validation:XValidation:rule="!self.metadata.name.startsWith('platform.')",message="an organization's name may not begin with platform.: such names are those of platform documents"
// +kubebuilder:printcolumn:name="Catalog",type=string,JSONPath=`.spec.catalogRef.name`
// +kubebuilder:printcolumn:name="Users",type=integer,JSONPath=`.status.userCount`
// +kubebuilder:printcolumn:name="Roles",type=integer,JSONPath=`.status.roleCount`
// +kubebuilder:printcolumn:name="Revision",type=integer,JSONPath=`.status.publication.revision`
// +kubebuilder:printcolumn:name="Published",type=string,JSONPath=`.status.conditions[?(@.type=="Published")].status`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type Organization struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the desired state of the organization.
	//
	// +required
	Spec OrganizationSpec `json:"spec,omitzero"`

	// status is the state that the manager observed. Only the manager writes it. Until it does, the condition Ready is Unknown.
	//
	// +optional
	// +structType=atomic
	// +kubebuilder:default={}
	Status OrganizationStatus `json:"status,omitzero"`
}

// OrganizationList is a list of Organizations.
//
// +kubebuilder:object:root=true
type OrganizationList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the organizations.
	Items []Organization `json:"items"`
}
