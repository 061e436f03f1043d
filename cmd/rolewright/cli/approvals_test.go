// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/audit"
)

// forRole is a request of ann's for bob that was opened.
func forRole() *v1alpha1.ApprovalRequest {
	r := &v1alpha1.ApprovalRequest{}
	r.Name = "r"
	r.Spec = v1alpha1.ApprovalRequestSpec{
		RequestType: "access", Requester: "ann", Beneficiary: "bob", Unit: "hill", Justification: "Stock\ntaking",
		Attributes: v1alpha1.Attributes{"shelf": apiextensionsv1.JSON{Raw: []byte(`"7"`)}},
		Grant:      &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "curator"}},
	}
	r.Status = v1alpha1.ApprovalRequestStatus{State: v1alpha1.RequestPending, Chain: &v1alpha1.RequestChain{Name: "c", Grant: &v1alpha1.RequestChainGrant{
		DurationSeconds: 28800, Permissions: []v1alpha1.Observed{"collection.edit", "collection.withdraw"}, OmittedPermissionCount: new(int32(3)),
	}}}
	return r
}

// TestConfirmation: nothing but a yes is one.
func TestConfirmation(t *testing.T) {
	for answer, yes := range map[string]bool{"y\n": true, "Yes\n": true, "y": true, "": false, "\n": false, "n\n": false, "yellow\n": false, "\ny\n": false} {
		var out, errOut bytes.Buffer
		o := &decideOptions{
			streams: genericiooptions.IOStreams{In: strings.NewReader(answer), Out: &out, ErrOut: &errOut}, verdict: v1alpha1.VerdictApprove,
		}
		err := o.confirm([]plannedDecision{{request: forRole(), decision: &v1alpha1.ApprovalDecision{Spec: v1alpha1.ApprovalDecisionSpec{Step: "second"}}}})
		if (err == nil) != yes || yes == strings.Contains(errOut.String(), "nothing is approved") {
			t.Errorf("%q: the error is %v, and it says %s", answer, err, errOut.String())
		}
		if !strings.Contains(out.String(), "gains       collection.edit") || !strings.Contains(out.String(), "r, step second\n") {
			t.Errorf("it shows\n%s", out.String())
		}
	}
}

// TestStory: lines that others wrote do not break the table.
func TestStory(t *testing.T) {
	r := forRole()
	decision := v1alpha1.ApprovalDecision{
		Spec: v1alpha1.ApprovalDecisionSpec{Step: "second", Approver: "dee", Verdict: v1alpha1.VerdictDeny, Comment: "no\n\x1b[31mno"},
		Status: v1alpha1.ApprovalDecisionStatus{Conditions: []metav1.Condition{
			{Type: v1alpha1.ConditionCounted, Status: metav1.ConditionFalse, Reason: "NotApprover", Message: "dee was none"},
		}},
	}
	var out bytes.Buffer
	if err := writeStory(&out, r, audit.Records(r, []v1alpha1.ApprovalDecision{decision}), time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"RequestMade", "by ann", `Deny by dee, does not count: dee was none (NotApprover): "no\n\x1b[31mno"`, "curator in hill for 8h"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("the story lacks %q:\n%s", part, out.String())
		}
	}
	if strings.ContainsRune(out.String(), '\x1b') {
		t.Error("it contains an escape")
	}
}

// TestMisusedApprovals: what is wrong with a call is said before any cluster is asked.
func TestMisusedApprovals(t *testing.T) {
	noCluster(t)
	for line, want := range map[string]string{
		"requests -f testdata/shop":                       "leave out -f",
		"requests --mine --all":                           "none of the others can be",
		"requests -o yaml":                                "write text, wide or json",
		"requests x":                                      "unexpected argument",
		"approve":                                         "name one request or several",
		"approve r -f testdata/shop":                      "leave out -f",
		"request":                                         "name one type of request",
		"request order --for 8h":                          "name one with --role",
		"request order --role clerk --for -8h":            "for example --for 8h",
		"request order --role clerk --for 1500ms":         "whole seconds",
		"request order --role clerk --for 8h --scope x":   "write everywhere, units=",
		"request order --attribute unit=x":                "name the unit with --unit",
		"chain order -f testdata/shop":                    "with --requester",
		"chain --requester ann -f testdata/shop":          "name one type of request",
		"chain order --requester a -o x -f testdata/shop": "write text or json",
	} {
		_, errOut, code := call(t, "", strings.Fields(line)...)
		if code != exitError || !strings.Contains(errOut, want) {
			t.Errorf("%s: exit code %d, says %q, want %q", line, code, errOut, want)
		}
	}
}
