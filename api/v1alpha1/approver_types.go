// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ApproverSelector names approvers in exactly one way.
//
// +kubebuilder:validation:XValidation:rule="[has(self.role), has(self.group), has(self.users), has(self.manager)].filter(x, x).size() == 1",message="set exactly one of role, group, users and manager"
type ApproverSelector struct {
	// role names the holders of a role.
	//
	// +optional
	Role *RoleApprovers `json:"role,omitempty"`

	// group is the name of a UserGroup of the organization: its default member is asked first.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Group string `json:"group,omitempty"`

	// users by id.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Users []UserID `json:"users,omitempty"`

	// manager names somebody in the line of managers.
	//
	// +optional
	Manager *ManagerApprover `json:"manager,omitempty"`
}

// RoleApprovers are the holders of a role whose grant is live and covers the request's unit and dimensions.
type RoleApprovers struct {
	// roleRef names the role. Whoever holds a role that inherits it holds it too.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// exactly asks, when true, for this role itself.
	//
	// +optional
	Exactly *bool `json:"exactly,omitempty"`

	// nearestUnitKind asks for holders over the nearest unit of this kind, at the request's unit or above it. Without such a unit
	// there is no approver.
	//
	// +optional
	NearestUnitKind Name `json:"nearestUnitKind,omitempty"`
}

// LineOf says whose line of managers is meant.
//
// +kubebuilder:validation:Enum=Requester;Beneficiary
type LineOf string

// Whose line of managers.
const (
	// LineOfRequester is the line above who asks.
	LineOfRequester LineOf = "Requester"
	// LineOfBeneficiary is the line above whom it is asked for.
	LineOfBeneficiary LineOf = "Beneficiary"
)

// ManagerApprover is one user in a line of managers.
//
// +kubebuilder:validation:XValidation:rule="has(self.level) != has(self.holding)",message="set exactly one of level and holding"
type ManagerApprover struct {
	// of is Requester (when absent) or Beneficiary.
	//
	// +optional
	Of LineOf `json:"of,omitempty"`

	// level is how many steps up the manager stands: 1 is the line manager.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=32
	Level int32 `json:"level,omitempty"`

	// holding asks for the nearest in the line who holds a role that covers the request's unit and dimensions. Whoever holds a
	// role that inherits it holds it too, unless exactly is set.
	//
	// +optional
	Holding *RoleReference `json:"holding,omitempty"`

	// exactly asks, when true, for the role of holding itself.
	//
	// +optional
	Exactly *bool `json:"exactly,omitempty"`

	// aboveLevel leaves out, with holding, the first steps of the line: with 1, the line manager.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=32
	AboveLevel int32 `json:"aboveLevel,omitempty"`
}
