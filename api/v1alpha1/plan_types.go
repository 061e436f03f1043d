// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Plan is what an organization can subscribe to.
type Plan struct {
	// name of the plan.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the plan that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the plan offers.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// features of the catalog that the plan includes.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Features []Name `json:"features,omitempty"`

	// limits bound what an organization with this plan may have, for example {customRoles: 10}.
	//
	// +optional
	Limits *PlanLimits `json:"limits,omitempty"`
}

// PlanLimits bound what an organization with a plan may have. Where a limit is absent, there is none.
//
// +kubebuilder:validation:MinProperties=1
type PlanLimits struct {
	// customRoles is the greatest number of Roles that the organization may have. The newest beyond it have no effect.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	CustomRoles *int32 `json:"customRoles,omitempty"`
}

// Feature is something that can be enabled for an organization.
type Feature struct {
	// name of the feature.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the feature that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the feature offers.
	//
	// +optional
	Description Description `json:"description,omitempty"`
}

// Entitlement is something that a grant can carry, and that rules of roles can require of it.
type Entitlement struct {
	// name of the entitlement, for example reports.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the entitlement that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the entitlement adds for those whose grant carries it.
	//
	// +optional
	Description Description `json:"description,omitempty"`
}
