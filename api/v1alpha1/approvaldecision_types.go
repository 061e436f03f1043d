// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Verdict is what somebody says to a request.
//
// +kubebuilder:validation:Enum=Approve;Deny;Withdraw;Revoke
type Verdict string

// Verdicts.
const (
	// VerdictApprove approves a step.
	VerdictApprove Verdict = "Approve"
	// VerdictDeny denies a step.
	VerdictDeny Verdict = "Deny"
	// VerdictWithdraw takes a pending request back. Only its requester can.
	VerdictWithdraw Verdict = "Withdraw"
	// VerdictRevoke ends at once the role that an approved request gave. Its requester, its beneficiary and everybody who may
	// decide one of its steps can.
	VerdictRevoke Verdict = "Revoke"
)

// ApprovalDecisionSpec is one user's verdict on one step of a request. It cannot be changed.
//
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a decision cannot be changed"
// +kubebuilder:validation:XValidation:rule="(self.verdict in ['Approve', 'Deny']) == has(self.step)",message="name the step with Approve and Deny, and with no other verdict"
// +kubebuilder:validation:XValidation:rule="(self.verdict in ['Approve', 'Deny']) == has(self.digest)",message="give the digest of the request's chain with Approve and Deny, and with no other verdict"
// +kubebuilder:validation:XValidation:rule="!has(self.onBehalfOf) || self.verdict in ['Approve', 'Deny']",message="onBehalfOf goes with Approve and Deny only"
// +kubebuilder:validation:XValidation:rule="!has(self.onBehalfOf) || self.onBehalfOf != self.approver",message="onBehalfOf must be somebody else"
type ApprovalDecisionSpec struct {
	// requestRef names the request.
	//
	// +required
	RequestRef ApprovalRequestReference `json:"requestRef,omitzero"`

	// step is the name of the step that is decided.
	//
	// +optional
	Step Name `json:"step,omitempty"`

	// approver is the id of who decides: the user whom the API server has authenticated, or one for whom a service account has
	// the verb impersonate.
	//
	// +required
	Approver UserID `json:"approver,omitempty"`

	// onBehalfOf is the approver for whom the decision is made, by a holder of the chain's onBehalfPermission.
	//
	// +optional
	OnBehalfOf UserID `json:"onBehalfOf,omitempty"`

	// verdict is Approve, Deny, Withdraw or Revoke.
	//
	// +required
	Verdict Verdict `json:"verdict,omitempty"`

	// digest is the one that the request's status.chain names: of what the approver has seen.
	//
	// +optional
	Digest ChainDigest `json:"digest,omitempty"`

	// comment says why, for people.
	//
	// +optional
	Comment Description `json:"comment,omitempty"`
}

// ChainDigest is sha256:<hex> of the chain of a request as it was resolved.
//
// +kubebuilder:validation:MinLength=71
// +kubebuilder:validation:MaxLength=71
// +kubebuilder:validation:Pattern=`^sha256:[0-9a-f]{64}$`
type ChainDigest string

// ApprovalRequestReference names an ApprovalRequest in the namespace of the object that refers to it.
type ApprovalRequestReference struct {
	// name of the ApprovalRequest.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// uid of the ApprovalRequest, so that a decision is never about a later one of the same name.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	UID string `json:"uid,omitempty"`
}

// ApprovalDecisionStatus is what the controller found.
type ApprovalDecisionStatus struct {
	// conditions holds Counted: whether the decision counts, and if not, why.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`
}

// ApprovalDecision is one user's verdict on a request. Its name is a digest of the request's UID, the step and the approver,
// so that nobody votes twice: rolewright approve makes it. It can be neither changed nor deleted.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwdec,categories=rolewright
// +kubebuilder:printcolumn:name="Request",type=string,JSONPath=`.spec.requestRef.name`
// +kubebuilder:printcolumn:name="Step",type=string,JSONPath=`.spec.step`
// +kubebuilder:printcolumn:name="Approver",type=string,JSONPath=`.spec.approver`
// +kubebuilder:printcolumn:name="Verdict",type=string,JSONPath=`.spec.verdict`
// +kubebuilder:printcolumn:name="Counted",type=string,JSONPath=`.status.conditions[?(@.type=="Counted")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Counted")].message`
type ApprovalDecision struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the verdict.
	//
	// +required
	Spec ApprovalDecisionSpec `json:"spec,omitzero"`

	// status is what the controller found. It is the controller's alone.
	//
	// +optional
	Status ApprovalDecisionStatus `json:"status,omitzero"`
}

// ApprovalDecisionList is a list of ApprovalDecisions.
//
// +kubebuilder:object:root=true
type ApprovalDecisionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the decisions.
	Items []ApprovalDecision `json:"items"`
}
