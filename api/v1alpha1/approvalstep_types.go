// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ApprovalMode says whose approvals a step needs.
//
// +kubebuilder:validation:Enum=Count;All
type ApprovalMode string

// Modes of approval.
const (
	// ApprovalCount needs a number of approvals.
	ApprovalCount ApprovalMode = "Count"
	// ApprovalAll needs the approval of every user who may decide the step.
	ApprovalAll ApprovalMode = "All"
)

// ApprovalStep is a step of a chain.
//
// +kubebuilder:validation:XValidation:rule="!has(self.requiredApprovals) || !has(self.approvalMode) || self.approvalMode == 'Count'",message="requiredApprovals goes with the approvalMode Count only"
type ApprovalStep struct {
	// name of the step.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the step that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the approvers of the step decide.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// when is a CEL expression (https://cel.dev) that yields a boolean. The step is skipped for requests for which it
	// yields false; if absent, every request needs the step, and so does a request for which it cannot be evaluated.
	// It sees subject (the requester), resource (what is requested: the type of the request as resource.type and its
	// attributes in resource.properties), context (context.beneficiary, context.justification and, if a role is
	// requested, context.grant with role, durationSeconds, scope and, if the request has them, startTime and
	// renewalOf), now, and directory, with isManager(a, b) and isAbove(a, b). For example: resource.properties.amount > 10000
	//
	// +optional
	When Expression `json:"when,omitempty"`

	// approvers select the users who may decide the step. They are asked in this order, and any of them may decide.
	//
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Approvers []ApproverSelector `json:"approvers,omitempty"`

	// requiredPermission is a permission that the users who decide the step must hold on what the request is about, for
	// example workflow.approve. Those who are selected and do not hold it are not asked, whatever selects them: approvers,
	// fallback or an escalation. If absent, no permission is needed.
	//
	// +optional
	RequiredPermission PermissionName `json:"requiredPermission,omitempty"`

	// fallback selects the users who may decide the step if none of the approvers can.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Fallback []ApproverSelector `json:"fallback,omitempty"`

	// approvalMode is Count, if requiredApprovals says how many approvals the step needs, or All, if it needs the
	// approval of every user who may decide it. It defaults to Count if absent.
	//
	// +optional
	ApprovalMode ApprovalMode `json:"approvalMode,omitempty"`

	// requiredApprovals is the number of approvals that the step needs. It goes with the approvalMode Count, and
	// defaults to 1 if absent.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=64
	RequiredApprovals int32 `json:"requiredApprovals,omitempty"`

	// requiredDenials is the number of denials that deny the request, for example 2. It defaults to 1 if absent, and goes
	// with the approvalMode Count: if everybody must approve the step, a single denial leaves it undecided.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=64
	RequiredDenials int32 `json:"requiredDenials,omitempty"`

	// timeouts are what happens if the step stays open for too long.
	//
	// +optional
	// +listType=map
	// +listMapKey=afterSeconds
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	Timeouts []ApprovalTimeout `json:"timeouts,omitempty"`

	// reminders are the times at which an event reminds of the step while it is open.
	//
	// +optional
	// +listType=map
	// +listMapKey=afterSeconds
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Reminders []ApprovalReminder `json:"reminders,omitempty"`
}

// ApprovalReminder is a time at which an event reminds of an open step.
type ApprovalReminder struct {
	// afterSeconds is the number of seconds after the opening of the step, for example 86400 for a day.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=31536000
	AfterSeconds int32 `json:"afterSeconds,omitempty"`
}

// TimeoutAction is what happens if a step stays open for too long.
//
// +kubebuilder:validation:Enum=Escalate;Deny;Expire
type TimeoutAction string

// Actions of timeouts.
const (
	// TimeoutEscalate allows further approvers to decide the step as well.
	TimeoutEscalate TimeoutAction = "Escalate"
	// TimeoutDeny denies the request.
	TimeoutDeny TimeoutAction = "Deny"
	// TimeoutExpire ends the request as expired.
	TimeoutExpire TimeoutAction = "Expire"
)

// ApprovalTimeout is what happens if a step is still open after some time.
//
// +kubebuilder:validation:XValidation:rule="(self.action == 'Escalate') == has(self.approvers)",message="name approvers with the action Escalate, and with no other"
type ApprovalTimeout struct {
	// afterSeconds is the number of seconds after the opening of the step, for example 172800 for two days.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=31536000
	AfterSeconds int32 `json:"afterSeconds,omitempty"`

	// action is Escalate, which allows further approvers to decide, Deny, which denies the request, or Expire, which
	// ends it.
	//
	// +required
	Action TimeoutAction `json:"action,omitempty"`

	// approvers select further users who may decide the step from then on. They go with the action Escalate.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Approvers []ApproverSelector `json:"approvers,omitempty"`
}
