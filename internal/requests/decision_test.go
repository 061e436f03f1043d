// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// TestWhyImpossible checks each reason for which a verdict is refused before a decision is created, and that there is none if it
// may take effect.
func TestWhyImpossible(t *testing.T) {
	for _, test := range []struct {
		name, user string
		verdict    v1alpha1.Verdict
		onBehalfOf string
		change     func(*v1alpha1.ApprovalRequest)
		want       string
	}{
		{name: "approve", user: "dee", verdict: v1alpha1.VerdictApprove},
		{name: "deny", user: "dee", verdict: v1alpha1.VerdictDeny},
		{name: "withdraw", user: "ann", verdict: v1alpha1.VerdictWithdraw},
		{name: "not opened", user: "dee", verdict: v1alpha1.VerdictApprove, want: "try again in a moment",
			change: func(r *v1alpha1.ApprovalRequest) { r.Status = v1alpha1.ApprovalRequestStatus{} }},
		{name: "ended", user: "dee", verdict: v1alpha1.VerdictApprove, want: "too late: request r is Denied",
			change: func(r *v1alpha1.ApprovalRequest) { r.Status.State = v1alpha1.RequestDenied }},
		{name: "withdraw another's", user: "bob", verdict: v1alpha1.VerdictWithdraw, want: "only the requester, ann, and the approvers of request r can withdraw it"},
		{name: "withdraw as an approver", user: "dee", verdict: v1alpha1.VerdictWithdraw},
		{name: "withdraw, perhaps permitted", user: "bob", verdict: v1alpha1.VerdictWithdraw,
			change: func(r *v1alpha1.ApprovalRequest) { r.Status.Chain.ManagePermission = "manage" }},
		{name: "no chain", user: "dee", verdict: v1alpha1.VerdictApprove, want: "request r",
			change: func(r *v1alpha1.ApprovalRequest) { r.Status.Chain = nil }},
		{name: "own, as requester", user: "ann", verdict: v1alpha1.VerdictApprove, want: "nobody decides on their own request"},
		{name: "own, as beneficiary", user: "bob", verdict: v1alpha1.VerdictDeny, want: "nobody decides on their own request"},
		{name: "on behalf", user: "dee", verdict: v1alpha1.VerdictApprove, onBehalfOf: "eve", want: "lets nobody decide on behalf"},
		{name: "on behalf, allowed", user: "dee", verdict: v1alpha1.VerdictApprove, onBehalfOf: "eve",
			change: func(r *v1alpha1.ApprovalRequest) { r.Status.Chain.OnBehalfPermission = "delegate" }},
		{name: "revoke no role", user: "ann", verdict: v1alpha1.VerdictRevoke, want: "is not for a role"},
		{name: "revoke nothing", user: "ann", verdict: v1alpha1.VerdictRevoke, want: "there is nothing to revoke",
			change: func(r *v1alpha1.ApprovalRequest) { r.Spec.Grant = &v1alpha1.RequestedGrant{} }},
		{name: "revoke again", user: "ann", verdict: v1alpha1.VerdictRevoke, want: `there is nothing to revoke: request r was Approved: "cal" revoked the role at noon`,
			change: func(r *v1alpha1.ApprovalRequest) {
				r.Spec.Grant = &v1alpha1.RequestedGrant{}
				r.Status.State = v1alpha1.RequestApproved
				r.Status.Grant = &v1alpha1.GrantStatus{RevocationTime: &metav1.Time{}, RevokedBy: "cal"}
				r.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionGranted, Message: `"cal" revoked the role at noon`}}
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := pending()
			if test.change != nil {
				test.change(request)
			}
			intent := Intent{Verdict: test.verdict, OnBehalfOf: v1alpha1.UserID(test.onBehalfOf), User: v1alpha1.UserID(test.user)}
			got := intent.whyImpossible(request, time.Now())
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
