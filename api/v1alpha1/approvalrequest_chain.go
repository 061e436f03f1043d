// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Observed is a word or a name in a status, as it was in a spec when it was observed. Rules of specs do not apply to it,
// so that a status stays valid whatever rules are added to specs later.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
type Observed string

// ObservedRole is a role to which a chain referred.
type ObservedRole struct {
	// kind is Role or PlatformRole.
	//
	// +required
	Kind Observed `json:"kind,omitempty"`

	// name of the role.
	//
	// +required
	Name Observed `json:"name,omitempty"`
}

// StepDisposition is what became of a step when the request was opened.
//
// +kubebuilder:validation:Enum=Asked;NotNeeded;ApprovedOnSubmission;Bypassed;WithinAuthority
type StepDisposition string

// Dispositions of steps.
const (
	// StepAsked asks the approvers.
	StepAsked StepDisposition = "Asked"
	// StepNotNeeded skips the step, because its when yields false.
	StepNotNeeded StepDisposition = "NotNeeded"
	// StepApprovedOnSubmission approves the step, because the requester is an approver of it.
	StepApprovedOnSubmission StepDisposition = "ApprovedOnSubmission"
	// StepBypassed skips the step, because the requester holds the bypassPermission of the chain.
	StepBypassed StepDisposition = "Bypassed"
	// StepWithinAuthority skips the step, because the requester may give the role to the beneficiary without a request.
	StepWithinAuthority StepDisposition = "WithinAuthority"
)

// RequestChain is the chain of a request as it was when the request was opened. Later changes of the chain do not
// affect the request. What the chain left out has its default here.
type RequestChain struct {
	// name of the ApprovalChain.
	//
	// +required
	Name Observed `json:"name,omitempty"`

	// uid of the ApprovalChain.
	//
	// +optional
	UID Observed `json:"uid,omitempty"`

	// generation of the ApprovalChain.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	Generation int64 `json:"generation,omitempty"`

	// digest of everything that decisions on the request depend on. A decision names it, so that it applies to what
	// its approver saw.
	//
	// +required
	Digest ChainDigest `json:"digest,omitempty"`

	// order is Sequential or Parallel.
	//
	// +optional
	Order Observed `json:"order,omitempty"`

	// distinctApprovers is WithinStep or AcrossSteps: within what a user counts only once.
	//
	// +optional
	DistinctApprovers Observed `json:"distinctApprovers,omitempty"`

	// bypassPermission is the permission whose holders need no decision.
	//
	// +optional
	BypassPermission Observed `json:"bypassPermission,omitempty"`

	// onBehalfPermission is the permission whose holders may decide on behalf of an approver.
	//
	// +optional
	OnBehalfPermission Observed `json:"onBehalfPermission,omitempty"`

	// managePermission is the permission whose holders may withdraw the request and revoke the role that it gave.
	//
	// +optional
	ManagePermission Observed `json:"managePermission,omitempty"`

	// grant is what the request gives if it is approved. It is absent if the request asks for no role.
	//
	// +optional
	Grant *RequestChainGrant `json:"grant,omitempty"`

	// ttlSecondsAfterFinished is the number of seconds for which the request is kept after its end.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=3153600000
	TTLSecondsAfterFinished *int64 `json:"ttlSecondsAfterFinished,omitempty"`

	// steps as they were resolved when the request was opened.
	//
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=64
	Steps []RequestStep `json:"steps,omitempty"`
}

// RequestChainGrant is the role that a request asks for, as it was when the request was opened.
type RequestChainGrant struct {
	// durationSeconds is the number of seconds for which the role will be held: what the request asks for, or the
	// default of the chain.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3153600000
	DurationSeconds int64 `json:"durationSeconds,omitempty"`

	// startTime is the time before which the role will not be held: the startTime of the request, or the end of the role
	// that it prolongs. In RFC 3339, for example 2030-01-31T08:00:00Z.
	//
	// +optional
	StartTime *metav1.Time `json:"startTime,omitempty"`

	// roleDigest is the digest of what the role gives: its permissions, with the alternatives of each, and the roles
	// that it inherits. If it is another one when the request would be approved, the request is denied.
	//
	// +required
	RoleDigest ChainDigest `json:"roleDigest,omitempty"`

	// permissions are the permissions that the role gives and that the beneficiary did not hold on what the request is
	// about, when it was opened. There are at most 64, in alphabetical order.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Permissions []Observed `json:"permissions,omitempty"`

	// omittedPermissionCount is the number of such permissions that are not in the list.
	//
	// +optional
	OmittedPermissionCount *int32 `json:"omittedPermissionCount,omitempty"`
}

// RequestStep is a step of a request, as it was resolved when the request was opened.
type RequestStep struct {
	// name of the step.
	//
	// +required
	Name Observed `json:"name,omitempty"`

	// disposition is what became of the step when the request was opened: Asked if approvers are asked, NotNeeded if
	// the step is skipped because its when yields false, ApprovedOnSubmission if the requester is an approver of it and
	// the chain approves such steps, Bypassed if the requester may bypass the chain, or WithinAuthority if the requester
	// may give the role to the beneficiary without a request.
	//
	// +required
	Disposition StepDisposition `json:"disposition,omitempty"`

	// approvalMode is Count or All. A step of another mode is never approved.
	//
	// +optional
	ApprovalMode Observed `json:"approvalMode,omitempty"`

	// requiredApprovals is the number of approvals that the step needs, if the approvalMode is Count.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	RequiredApprovals int64 `json:"requiredApprovals,omitempty"`

	// requiredDenials is the number of denials that deny the request.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	RequiredDenials int64 `json:"requiredDenials,omitempty"`

	// approvers are the users who may decide the step while they are still selected. Users who are selected later may
	// not. There are at most 256, in the order in which they are asked.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	Approvers []RequestApprover `json:"approvers,omitempty"`

	// replacedApprover is the beneficiary, if they are an approver of the step and another user makes the request. The users
	// of the pool Fallback decide in their place: if the other approvers are fewer than requiredApprovals, and always if
	// the approvalMode is All.
	//
	// +optional
	ReplacedApprover Observed `json:"replacedApprover,omitempty"`

	// omittedApproverCount is the number of approvers that are not in the list.
	//
	// +optional
	OmittedApproverCount *int32 `json:"omittedApproverCount,omitempty"`

	// requiredPermission is the permission that the users who decide the step must hold.
	//
	// +optional
	RequiredPermission Observed `json:"requiredPermission,omitempty"`

	// approverSelectors select the users of the pool Approver.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	ApproverSelectors []RequestSelector `json:"approverSelectors,omitempty"`

	// fallbackSelectors select the users of the pool Fallback.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	FallbackSelectors []RequestSelector `json:"fallbackSelectors,omitempty"`

	// timeouts are what happens if the step stays open for too long.
	//
	// +optional
	// +listType=map
	// +listMapKey=afterSeconds
	// +kubebuilder:validation:MaxItems=64
	Timeouts []RequestTimeout `json:"timeouts,omitempty"`

	// reminders are the times at which an event reminds of the step while it is open.
	//
	// +optional
	// +listType=map
	// +listMapKey=afterSeconds
	// +kubebuilder:validation:MaxItems=64
	Reminders []RequestReminder `json:"reminders,omitempty"`
}

// RequestApprover is a user who was an approver of a step when the request was opened.
type RequestApprover struct {
	// user is the approver's id.
	//
	// +required
	User Observed `json:"user,omitempty"`

	// pool is Approver, Fallback or Escalation: the list of the step that selected the user.
	//
	// +required
	Pool ApproverPool `json:"pool,omitempty"`

	// afterSeconds is that of the timeout which adds an approver of the pool Escalation.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3153600000
	AfterSeconds int64 `json:"afterSeconds,omitempty"`
}

// RequestSelector selects approvers by the field that belongs to its type. One of an unknown type selects nobody.
type RequestSelector struct {
	// type is Role, Permission, Group, Users, Manager, ManagerWithRole or Administrator.
	//
	// +required
	Type Observed `json:"type,omitempty"`

	// roleRef refers to the role of the types Role and ManagerWithRole.
	//
	// +optional
	RoleRef *ObservedRole `json:"roleRef,omitempty"`

	// match is AtLeast or Exact: which roles count, for the types Role and ManagerWithRole.
	//
	// +optional
	Match Observed `json:"match,omitempty"`

	// nearestUnitKind is the kind of the unit over which the role is held, for the type Role.
	//
	// +optional
	NearestUnitKind Observed `json:"nearestUnitKind,omitempty"`

	// permission is the name of the permission, for the type Permission.
	//
	// +optional
	Permission Observed `json:"permission,omitempty"`

	// groupName is the name of the UserGroup, for the type Group.
	//
	// +optional
	GroupName Observed `json:"groupName,omitempty"`

	// users are the ids, for the type Users.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	Users []Observed `json:"users,omitempty"`

	// lineOf is Requester or Beneficiary: whose line of managers is meant, for the types Manager and ManagerWithRole.
	//
	// +optional
	LineOf Observed `json:"lineOf,omitempty"`

	// level is the distance of the manager, for the type Manager.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	Level int64 `json:"level,omitempty"`

	// aboveLevel is the number of managers that are skipped, for the type ManagerWithRole.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	AboveLevel int64 `json:"aboveLevel,omitempty"`
}

// RequestTimeout is what happens if a step is still open after some time.
type RequestTimeout struct {
	// afterSeconds is the number of seconds after the opening of the step.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3153600000
	AfterSeconds int64 `json:"afterSeconds,omitempty"`

	// action is Escalate, Deny or Expire.
	//
	// +required
	Action Observed `json:"action,omitempty"`

	// approverSelectors select the users of the pool Escalation whom the timeout adds.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	ApproverSelectors []RequestSelector `json:"approverSelectors,omitempty"`
}

// RequestReminder is a time at which an event reminds of an open step.
type RequestReminder struct {
	// afterSeconds is the number of seconds after the opening of the step.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3153600000
	AfterSeconds int64 `json:"afterSeconds,omitempty"`
}
