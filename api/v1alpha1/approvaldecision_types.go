// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Verdict is what a decision says about a request.
//
// +kubebuilder:validation:Enum=Approve;Deny;Withdraw;Revoke
type Verdict string

// Verdicts.
const (
	// VerdictApprove approves a step.
	VerdictApprove Verdict = "Approve"
	// VerdictDeny denies a step.
	VerdictDeny Verdict = "Deny"
	// VerdictWithdraw withdraws a pending request. Its requester can and, once it is open, the approvers of its steps and
	// the holders of the managePermission of its chain.
	VerdictWithdraw Verdict = "Withdraw"
	// VerdictRevoke immediately ends the role that an approved request gave. Its requester, its beneficiary, the
	// approvers of its steps and the holders of the managePermission of its chain can.
	VerdictRevoke Verdict = "Revoke"
)

// ApprovalDecisionSpec is a user's verdict on a request. It cannot be changed.
//
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a decision cannot be changed"
// +kubebuilder:validation:XValidation:rule="(self.verdict in ['Approve', 'Deny']) == has(self.step)",message="name the step with Approve and Deny, and with no other verdict"
// +kubebuilder:validation:XValidation:rule="(self.verdict in ['Approve', 'Deny']) == has(self.digest)",message="give the digest of the request's chain with Approve and Deny, and with no other verdict"
// +kubebuilder:validation:XValidation:rule="!has(self.onBehalfOf) || self.verdict in ['Approve', 'Deny']",message="onBehalfOf goes with Approve and Deny only"
// +kubebuilder:validation:XValidation:rule="!has(self.onBehalfOf) || self.onBehalfOf != self.approver",message="onBehalfOf must be another user"
// +kubebuilder:validation:XValidation:rule="!has(self.via) || self.via != self.approver",message="via must be another user than approver: leave it out if the service account decides for itself"
type ApprovalDecisionSpec struct {
	// requestRef refers to the request.
	//
	// +required
	RequestRef ApprovalRequestReference `json:"requestRef,omitzero"`

	// step is the name of the step that is decided. It goes with the verdicts Approve and Deny.
	//
	// +optional
	Step Name `json:"step,omitempty"`

	// approver is the id of the user who decides: the user whom the API server authenticated, unless via names a service
	// account.
	//
	// +required
	Approver UserID `json:"approver,omitempty"`

	// via is the user name of the service account that writes the decision for the approver, for example
	// system:serviceaccount:shop:desk. It must be the user whom the API server authenticated, and needs the verb
	// impersonate for the approver. If absent, the approver writes the decision.
	//
	// +optional
	Via ServiceAccountUser `json:"via,omitempty"`

	// onBehalfOf is the id of the approver on whose behalf the decision is made. The user who decides must hold the
	// onBehalfPermission of the chain.
	//
	// +optional
	OnBehalfOf UserID `json:"onBehalfOf,omitempty"`

	// verdict is Approve or Deny for a step, Withdraw for a pending request, or Revoke for the role that an approved
	// request gave.
	//
	// +required
	Verdict Verdict `json:"verdict,omitempty"`

	// digest is the digest in status.chain of the request, which identifies what the approver saw. It goes with the
	// verdicts Approve and Deny.
	//
	// +optional
	Digest ChainDigest `json:"digest,omitempty"`

	// comment says why the user decided so.
	//
	// +optional
	Comment Description `json:"comment,omitempty"`
}

// ChainDigest is the digest of the resolved chain of a request, as sha256:<hex>.
//
// +kubebuilder:validation:MinLength=71
// +kubebuilder:validation:MaxLength=71
// +kubebuilder:validation:XValidation:rule=`self.matches('^sha256:[0-9a-f]{64}$')`,message="must be 'sha256:' and 64 hexadecimal digits in lower case, as status.chain.digest of the request has it"
type ChainDigest string

// ApprovalRequestReference refers to an ApprovalRequest in the namespace of the object that holds the reference.
type ApprovalRequestReference struct {
	// name of the ApprovalRequest.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// uid of the ApprovalRequest, so that another request of the same name is not meant.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	UID string `json:"uid,omitempty"`
}

// ApprovalDecisionStatus is the observed state of the ApprovalDecision.
type ApprovalDecisionStatus struct {
	// observedGeneration is the generation of the spec for which this status was computed.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are Ready and Counted, which are True if the decision counts. Their reason says why not if it does not.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:default={{type: "Ready", status: "Unknown", reason: "NotObserved", message: "the manager has not observed it yet", lastTransitionTime: "1970-01-01T00:00:00Z"}}
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`
}

// ApprovalDecision is a user's verdict on a request. It may have any name: of several of one user on the same step, the
// first that counts is the one that matters. It can be neither changed nor deleted. rolewright approve creates it.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwdec,categories=rolewright
// +kubebuilder:selectablefield:JSONPath=`.spec.requestRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.approver`
// +kubebuilder:printcolumn:name="Verdict",type=string,JSONPath=`.spec.verdict`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Counted")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Approver",type=string,priority=1,JSONPath=`.spec.approver`
// +kubebuilder:printcolumn:name="Request",type=string,priority=1,JSONPath=`.spec.requestRef.name`
// +kubebuilder:printcolumn:name="Step",type=string,priority=1,JSONPath=`.spec.step`
// +kubebuilder:printcolumn:name="Counted",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Counted")].status`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Counted")].message`
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

	// status is the state that the manager observed. Only the manager writes it. Until it does, the condition Ready is Unknown.
	//
	// +optional
	// +structType=atomic
	// +kubebuilder:default={}
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
