// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ApproverSelector selects approvers in exactly one way.
//
// +kubebuilder:validation:XValidation:rule="[has(self.role), has(self.group), has(self.users), has(self.manager)].filter(x, x).size() == 1",message="set exactly one of role, group, users and manager"
type ApproverSelector struct {
	// role selects the holders of a role.
	//
	// +optional
	Role *RoleApprovers `json:"role,omitempty"`

	// group is the name of a UserGroup of the organization. Its default member is asked first.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Group string `json:"group,omitempty"`

	// users are selected by id.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Users []UserID `json:"users,omitempty"`

	// manager selects a manager of the requester or the beneficiary.
	//
	// +optional
	Manager *ManagerApprover `json:"manager,omitempty"`
}

// RoleApprovers are the holders of a role whose grant is in effect and covers the unit and the dimensions of the
// request.
type RoleApprovers struct {
	// roleRef refers to the role. Holders of a role that inherits it are holders too.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// exactly selects only holders of the role itself if true, not of roles that inherit it.
	//
	// +optional
	Exactly *bool `json:"exactly,omitempty"`

	// nearestUnitKind selects the holders over the nearest unit of this kind, which is the unit of the request or one
	// above it. If there is no such unit, nobody is selected.
	//
	// +optional
	NearestUnitKind Name `json:"nearestUnitKind,omitempty"`
}

// LineOf is the user whose line of managers is meant.
//
// +kubebuilder:validation:Enum=Requester;Beneficiary
type LineOf string

// Users whose line of managers can be meant.
const (
	// LineOfRequester is the line of managers of the requester.
	LineOfRequester LineOf = "Requester"
	// LineOfBeneficiary is the line of managers of the beneficiary.
	LineOfBeneficiary LineOf = "Beneficiary"
)

// ManagerApprover is a user in a line of managers.
//
// +kubebuilder:validation:XValidation:rule="has(self.level) != has(self.holding)",message="set exactly one of level and holding"
type ManagerApprover struct {
	// of is the user whose line of managers is meant: Requester or Beneficiary. It defaults to Requester if absent.
	//
	// +optional
	Of LineOf `json:"of,omitempty"`

	// level is the distance of the manager from the user: 1 is the line manager, 2 the manager of the line manager.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=32
	Level int32 `json:"level,omitempty"`

	// holding selects the nearest manager who holds a role that covers the unit and the dimensions of the request.
	// Holders of a role that inherits it count too, unless exactly is true.
	//
	// +optional
	Holding *RoleReference `json:"holding,omitempty"`

	// exactly makes holding select only holders of the role itself if true, not of roles that inherit it.
	//
	// +optional
	Exactly *bool `json:"exactly,omitempty"`

	// aboveLevel makes holding skip the managers up to this level: 1 skips the line manager.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=32
	AboveLevel int32 `json:"aboveLevel,omitempty"`
}
