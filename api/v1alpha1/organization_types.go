// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// OrganizationSpec describes a tenant.
type OrganizationSpec struct {
	// displayName is the organization's name for people.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// catalogRef names the PermissionCatalog that the organization's roles speak of.
	//
	// +required
	CatalogRef CatalogReference `json:"catalogRef,omitzero"`

	// plan names the catalog's plan that the organization subscribes to.
	//
	// +optional
	Plan Name `json:"plan,omitempty"`

	// features that are turned on besides the plan's, out of the catalog's.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Features []Name `json:"features,omitempty"`

	// units are the organization's sites, branches and departments. They form one tree: exactly one has no parent.
	//
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5000
	// +kubebuilder:validation:XValidation:rule="self.filter(u, !has(u.parent)).size() == 1",message="exactly one unit must have no parent: it is the root of the tree"
	Units []Unit `json:"units,omitempty"`

	// unitGroups are named sets of units, for grants that span the tree.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	UnitGroups []UnitGroup `json:"unitGroups,omitempty"`

	// constraints bind the organization's assignments, besides those of the catalog.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Constraints []Constraint `json:"constraints,omitempty"`

	// waivers let some users break a constraint for a while.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Waivers []Waiver `json:"waivers,omitempty"`

	// ignoredFindings are reasons of findings of severity Warning or Info that are not to be shown. Errors always are.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=64
	IgnoredFindings []string `json:"ignoredFindings,omitempty"`

	// publishing says how the organization's permissions are published.
	//
	// +optional
	Publishing *Publishing `json:"publishing,omitempty"`
}

// Unit is a node of the organization's tree. A grant on it covers what lies below it.
//
// +kubebuilder:validation:XValidation:rule="!has(self.parent) || self.parent != self.name",message="a unit cannot be its own parent"
type Unit struct {
	// name of the unit, unique in the organization.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the unit's name for people.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// kind says what the unit is, for example division. A resource whose type is this kind and whose id is the unit's
	// name is the unit.
	//
	// +optional
	Kind Name `json:"kind,omitempty"`

	// parent is the unit that this one lies directly below. Only the root has none.
	//
	// +optional
	Parent Name `json:"parent,omitempty"`

	// attributes are facts about the unit, for conditions to read.
	//
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=64
	Attributes Attributes `json:"attributes,omitempty"`
}

// UnitGroup is a named set of units.
type UnitGroup struct {
	// name of the group, unique in the organization.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the group's name for people.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// units of the group.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1024
	Units []Name `json:"units,omitempty"`
}

// Publishing says how the organization's permissions are published.
type Publishing struct {
	// labels are added to the published ConfigMaps, for applications that select them. Labels of rolewright.dev are the
	// controller's own.
	//
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.startsWith('rolewright.dev/') && k != 'app.kubernetes.io/managed-by')",message="labels of rolewright.dev and app.kubernetes.io/managed-by are the controller's own"
	Labels map[string]LabelValue `json:"labels,omitempty"`
}

// LabelValue is the value of a Kubernetes label.
//
// +kubebuilder:validation:MinLength=0
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:Pattern=`^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$`
type LabelValue string

// OrganizationStatus is what the controller found and published.
type OrganizationStatus struct {
	// observedGeneration is the generation of the spec that this status speaks of.
	//
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions holds Ready and Published.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// counts says how much the organization has.
	//
	// +optional
	Counts *OrganizationCounts `json:"counts,omitempty"`

	// publication names what is published.
	//
	// +optional
	Publication *Publication `json:"publication,omitempty"`

	// findings are the gravest 20 things found in the organization, about any of its objects.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Findings []FindingStatus `json:"findings,omitempty"`

	// omittedFindings is how many findings were left out of the list.
	//
	// +optional
	OmittedFindings *int32 `json:"omittedFindings,omitempty"`
}

// OrganizationCounts says how much an organization has.
type OrganizationCounts struct {
	// units of the tree.
	//
	// +optional
	Units *int32 `json:"units,omitempty"`

	// roles that the organization has: its own, and those that the platform ships for its catalog.
	//
	// +optional
	Roles *int32 `json:"roles,omitempty"`

	// users of the organization: who has an assignment, is a member of a group, or holds a role of the platform over it.
	//
	// +optional
	Users *int32 `json:"users,omitempty"`

	// grants that count.
	//
	// +optional
	Grants *int32 `json:"grants,omitempty"`
}

// Publication names one published state.
type Publication struct {
	// configMapName is the ConfigMap that holds the index of what is published.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	ConfigMapName string `json:"configMapName,omitempty"`

	// revision counts the published states; it only grows.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	Revision int64 `json:"revision,omitempty"`

	// digest of the published document, as sha256:<hex>.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	Digest string `json:"digest,omitempty"`

	// bytes is the size of the published document.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	Bytes int64 `json:"bytes,omitempty"`

	// publishedAt is when this state was published.
	//
	// +required
	PublishedAt metav1.Time `json:"publishedAt,omitzero"`
}

// Organization is a tenant: its tree of units, its features, and the catalog its roles speak of. Roles and
// UserAssignments in the same namespace refer to it.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rworg,categories=rolewright
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="an organization's name may have at most 63 characters: it is used as a label value"
// +kubebuilder:printcolumn:name="Catalog",type=string,JSONPath=`.spec.catalogRef.name`
// +kubebuilder:printcolumn:name="Users",type=integer,JSONPath=`.status.counts.users`
// +kubebuilder:printcolumn:name="Roles",type=integer,JSONPath=`.status.counts.roles`
// +kubebuilder:printcolumn:name="Revision",type=integer,JSONPath=`.status.publication.revision`
// +kubebuilder:printcolumn:name="Published",type=string,JSONPath=`.status.conditions[?(@.type=="Published")].status`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type Organization struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec describes the tenant.
	//
	// +required
	Spec OrganizationSpec `json:"spec,omitzero"`

	// status is what the controller found and published. It is the controller's alone.
	//
	// +optional
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
