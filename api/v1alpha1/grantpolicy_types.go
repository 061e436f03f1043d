// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// GrantPolicy says which roles an ApprovalChain gives, to whom, for how long and for what reason. Whatever it says, a
// role is held only within the unit and the dimensions of the request.
//
// +kubebuilder:validation:XValidation:rule="!has(self.defaultDurationSeconds) || !has(self.maxDurationSeconds) || self.defaultDurationSeconds <= self.maxDurationSeconds",message="defaultDurationSeconds must not exceed maxDurationSeconds"
type GrantPolicy struct {
	// roles that requests may ask for.
	//
	// +required
	Roles GrantableRoles `json:"roles,omitzero"`

	// beneficiaries are the users who may be given a role: Requester, who makes the request, and Members, the other
	// users of the organization.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	Beneficiaries []GrantBeneficiary `json:"beneficiaries,omitempty"`

	// maxDurationSeconds is the largest number of seconds for which a request may ask for a role, for example 604800
	// for seven days. It defaults to 31536000, which is 365 days, if absent.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=31536000
	MaxDurationSeconds int32 `json:"maxDurationSeconds,omitempty"`

	// defaultDurationSeconds is the number of seconds for which a role is held if the request does not say, for example
	// 28800 for eight hours. If absent, a request must say for how long.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=31536000
	DefaultDurationSeconds int32 `json:"defaultDurationSeconds,omitempty"`

	// justification says whether requests must give a reason, and in what form. If absent, they need not.
	//
	// +optional
	Justification *JustificationPolicy `json:"justification,omitempty"`

	// withoutDecision are the ways in which a role is given without a decision of another user: Submission, if the
	// requester is an approver of every step that is needed and onSubmission is ApproveOwnSteps; Bypass, if the
	// requester holds the bypassPermission; NoStepNeeded, if the condition (when) of every step is false; Authority, if
	// the requester may give the role to the beneficiary, who is another user, without a request, by administration rules.
	// If absent, approvers are asked in all of these cases but NoStepNeeded, in which the request is denied.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	WithoutDecision []DecisionBypass `json:"withoutDecision,omitempty"`
}

// GrantableRolesFrom is the way in which GrantableRoles names roles.
//
// +kubebuilder:validation:Enum=Listed;UpTo;All
type GrantableRolesFrom string

// Ways in which roles are named.
const (
	// GrantableRolesListed names roles one by one.
	GrantableRolesListed GrantableRolesFrom = "Listed"
	// GrantableRolesUpTo names a role and every role that it inherits, directly or not.
	GrantableRolesUpTo GrantableRolesFrom = "UpTo"
	// GrantableRolesAll names every role.
	GrantableRolesAll GrantableRolesFrom = "All"
)

// GrantableRoles are the roles that requests may ask for, for example {from: Listed, roleRefs: [{name: auditor}]}.
//
// +union
// +kubebuilder:validation:XValidation:rule="(self.from == 'Listed') == has(self.roleRefs)",message="set roleRefs if from is Listed, and only then"
// +kubebuilder:validation:XValidation:rule="(self.from == 'UpTo') == has(self.upToRoleRef)",message="set upToRoleRef if from is UpTo, and only then"
type GrantableRoles struct {
	// from is Listed, for the roles in roleRefs; UpTo, for the role in upToRoleRef and every role that it inherits,
	// directly or not; or All, for every role.
	//
	// +required
	// +unionDiscriminator
	From GrantableRolesFrom `json:"from,omitempty"`

	// roleRefs refer to the roles. They go with Listed.
	//
	// +optional
	// +unionMember
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	RoleRefs []RoleReference `json:"roleRefs,omitempty"`

	// upToRoleRef refers to the highest role. It goes with UpTo.
	//
	// +optional
	// +unionMember
	UpToRoleRef *RoleReference `json:"upToRoleRef,omitempty"`

	// exceptRoleRefs refer to roles that requests may not ask for, nor for any role that inherits one of them. If one of
	// them does not exist, requests may ask for no role.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	ExceptRoleRefs []RoleReference `json:"exceptRoleRefs,omitempty"`
}

// GrantBeneficiary is a user who may be given a role.
//
// +kubebuilder:validation:Enum=Requester;Members
type GrantBeneficiary string

// Users who may be given a role.
const (
	// GrantToRequester is the user who makes the request.
	GrantToRequester GrantBeneficiary = "Requester"
	// GrantToMembers are the other users of the organization.
	GrantToMembers GrantBeneficiary = "Members"
)

// JustificationRequirement says whether requests must have a justification.
//
// +kubebuilder:validation:Enum=Required;Optional
type JustificationRequirement string

// Requirements of a justification.
const (
	// JustificationRequired denies requests without a justification.
	JustificationRequired JustificationRequirement = "Required"
	// JustificationOptional leaves it to the requester.
	JustificationOptional JustificationRequirement = "Optional"
)

// JustificationPolicy says what the justification of a request must be like, for example
// {requirement: Required, pattern: "^SHIFT-[0-9]+", hint: The number of the shift.}.
type JustificationPolicy struct {
	// requirement is Required or Optional: whether a request for a role must have a justification.
	//
	// +required
	Requirement JustificationRequirement `json:"requirement,omitempty"`

	// pattern is a regular expression (https://github.com/google/re2/wiki/Syntax) that some part of the justification
	// must match, if there is one. With ^ and $, it must match the whole. For example: ^SHIFT-[0-9]+
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Pattern string `json:"pattern,omitempty"`

	// hint tells people what to write.
	//
	// +optional
	Hint DisplayName `json:"hint,omitempty"`
}

// DecisionBypass is a way in which a role is given without a decision of another user.
//
// +kubebuilder:validation:Enum=Submission;Bypass;NoStepNeeded;Authority
type DecisionBypass string

// Ways without a decision.
const (
	// WithoutDecisionOnSubmission gives a role because the requester is an approver of the steps.
	WithoutDecisionOnSubmission DecisionBypass = "Submission"
	// WithoutDecisionOnBypass gives a role because the requester holds the bypassPermission.
	WithoutDecisionOnBypass DecisionBypass = "Bypass"
	// WithoutDecisionIfNoStepNeeded gives a role because the condition of every step is false.
	WithoutDecisionIfNoStepNeeded DecisionBypass = "NoStepNeeded"
	// WithoutDecisionByAuthority gives a role to another user because the requester may give it without a request.
	WithoutDecisionByAuthority DecisionBypass = "Authority"
)
