// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// OrganizationStructureSpec is the desired state of an OrganizationStructure.
type OrganizationStructureSpec struct {
	// organizationRef refers to the organization. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="organizationRef cannot be changed: delete the object and create it again"
	OrganizationRef OrganizationReference `json:"organizationRef,omitzero"`

	// displayName is the name of the structure that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the structure is for.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// units are sites, branches and departments of the organization. All structures of the organization form one tree of up to
	// 5000 units: exactly one unit of them all, the root, has no parent. An organization without any units has a single
	// one, its root, that has the organization's name.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=512
	// +kubebuilder:validation:XValidation:rule="self.filter(u, !has(u.parent)).size() <= 1",message="only one unit can have no parent: it is the root of the tree"
	Units []Unit `json:"units,omitempty"`

	// unitGroups are named sets of units, for grants that do not follow the tree. Their units may be in any structure of the
	// organization.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	UnitGroups []UnitGroup `json:"unitGroups,omitempty"`

	// constraints apply to the assignments of the organization, in addition to those of the catalog.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Constraints []Constraint `json:"constraints,omitempty"`

	// waivers permit users to violate a constraint of this or another structure of the organization for a limited time.
	// Those of the catalog's constraints are in the Organization.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Waivers []Waiver `json:"waivers,omitempty"`
}

// Unit is a node of the organization's tree. A grant on a unit also covers all units below it.
//
// +kubebuilder:validation:XValidation:rule="!has(self.parent) || self.parent != self.name",message="a unit cannot be its own parent"
type Unit struct {
	// name of the unit, which is unique in the organization. If two structures declare it, that of the older one counts.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the unit that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// kind is the kind of the unit, for example division. A resource of this type is the unit of this kind that its id names;
	// if its id names none, every request about it is denied.
	//
	// +optional
	Kind Name `json:"kind,omitempty"`

	// parent is the name of the unit directly above this one, which may be in another structure of the organization. Only the
	// root has no parent.
	//
	// +optional
	Parent Name `json:"parent,omitempty"`

	// attributes are facts about the unit, which CEL expressions read in resource.unit, or in resource.properties if the resource
	// is the unit itself, for example {beds: 12}. One with the name of a dimension is the unit's value of that dimension.
	//
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=64
	Attributes Attributes `json:"attributes,omitempty"`
}

// UnitGroup is a named set of units.
type UnitGroup struct {
	// name of the group, which is unique in the organization. If two structures declare it, that of the older one counts.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the group that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// units of the group.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1024
	Units []UnitReference `json:"units,omitempty"`
}

// OrganizationStructureStatus is the observed state of an OrganizationStructure.
type OrganizationStructureStatus struct {
	// observedGeneration is the generation of the spec for which this status was computed.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are Ready, which is False if part of the structure has no effect, and Published, which is True if
	// readers see the structure.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:default={{type: "Ready", status: "Unknown", reason: "NotObserved", message: "the manager has not observed it yet", lastTransitionTime: "1970-01-01T00:00:00Z"}}
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// unitCount is the number of units in the structure.
	//
	// +optional
	UnitCount *int32 `json:"unitCount,omitempty"`

	// unitGroupCount is the number of unit groups in the structure.
	//
	// +optional
	UnitGroupCount *int32 `json:"unitGroupCount,omitempty"`

	// constraintCount is the number of constraints in the structure.
	//
	// +optional
	ConstraintCount *int32 `json:"constraintCount,omitempty"`
}

// OrganizationStructure is what a tenant keeps of its own organization: units, unit groups, constraints and their waivers.
// Several in the namespace of the organization add up, so that teams can each keep a part.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwstruct,categories=rolewright
// +kubebuilder:selectablefield:JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="Units",type=integer,JSONPath=`.status.unitCount`
// +kubebuilder:printcolumn:name="Constraints",type=integer,JSONPath=`.status.constraintCount`
// +kubebuilder:printcolumn:name="Published",type=string,JSONPath=`.status.conditions[?(@.type=="Published")].status`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Organization",type=string,priority=1,JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type OrganizationStructure struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the desired state of the structure.
	//
	// +required
	Spec OrganizationStructureSpec `json:"spec,omitzero"`

	// status is the state that the manager observed. Only the manager writes it. Until it does, the condition Ready is Unknown.
	//
	// +optional
	// +structType=atomic
	// +kubebuilder:default={}
	Status OrganizationStructureStatus `json:"status,omitzero"`
}

// OrganizationStructureList is a list of OrganizationStructures.
//
// +kubebuilder:object:root=true
type OrganizationStructureList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the structures.
	Items []OrganizationStructure `json:"items"`
}
