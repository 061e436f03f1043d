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
	"github.com/rolewright/rolewright/internal/english"
)

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"grün, and 3 more":         "grün, and 3 more",
		"bye\x1b[31m\nfake   row":  `bye\x1b[31m\nfake   row`,
		"a\tb\rc\x00\x7f":          `a\tb\rc\x00\x7f`,
		"\u202eevil\u2066 \u0085x": `\u202eevil\u2066 \u0085x`,
		"\xff":                     `\ufffd`,
		"wide\u00a0space":          `wide\u00a0space`,
	} {
		if got := english.Printable(text); got != want {
			t.Errorf("%q is printed as %s, not as %s", text, got, want)
		}
	}
}

func TestDurationText(t *testing.T) {
	for seconds, want := range map[int64]string{28800: "8h", 86400: "1d", 129600: "1d12h", 90: "1m30s", 1: "1s", 0: ""} {
		if got := durationText(seconds); got != want {
			t.Errorf("%d s are %q, not %q", seconds, got, want)
		}
	}
}

// forRole is a request for a role that was opened.
func forRole() *v1alpha1.ApprovalRequest {
	r := pending()
	r.Spec = v1alpha1.ApprovalRequestSpec{
		RequestType: "access", Requester: "ann", Beneficiary: "bob", Unit: "hill", Justification: "Stock\ntaking",
		Attributes: v1alpha1.Attributes{"shelf": apiextensionsv1.JSON{Raw: []byte(`"7"`)}},
		Grant:      &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "curator"}},
	}
	r.Status.Chain.Grant = &v1alpha1.RequestChainGrant{
		DurationSeconds: 28800, Permissions: []v1alpha1.Observed{"collection.edit", "collection.withdraw"}, OmittedPermissionCount: new(int32(3)),
	}
	return r
}

func TestWhatIsAsked(t *testing.T) {
	for want, change := range map[string]func(*v1alpha1.ApprovalRequest){
		"curator in hill for 8h": func(*v1alpha1.ApprovalRequest) {},
		"curator in units=icu,er contractType=* for 8h": func(r *v1alpha1.ApprovalRequest) {
			r.Spec.Grant.Scope = &v1alpha1.Scope{
				Units: []v1alpha1.Name{"icu", "er"}, Dimensions: []v1alpha1.DimensionScope{{Name: "contractType", All: new(true)}},
			}
		},
		"curator in everywhere": func(r *v1alpha1.ApprovalRequest) {
			r.Spec.Grant.Scope, r.Status.Chain = &v1alpha1.Scope{Everywhere: new(true)}, nil
		},
		"access in hill": func(r *v1alpha1.ApprovalRequest) { r.Spec.Grant = nil },
		"access":         func(r *v1alpha1.ApprovalRequest) { r.Spec.Grant, r.Spec.Unit = nil, "" },
	} {
		r := forRole()
		change(r)
		if got := whatIsAsked(r); got != want {
			t.Errorf("it asks for %q, not for %q", got, want)
		}
	}
}

func TestDetails(t *testing.T) {
	now := time.Date(2030, time.January, 31, 8, 0, 0, 0, time.UTC)
	show := func(r *v1alpha1.ApprovalRequest) string {
		var lines []string
		for _, row := range details(r, now) {
			lines = append(lines, row[0]+": "+row[1])
		}
		return strings.Join(lines, "\n")
	}
	r := forRole()
	if got, want := show(r), `asks for: curator in hill for 8h
for: bob
asked by: ann
attribute: shelf="7"
held: 2030-01-31T08:00:00Z to 2030-01-31T16:00:00Z, if approved now
gains: collection.edit, collection.withdraw and 3 more
why: Stock\ntaking`; got != want {
		t.Errorf("the details are\n%s, not\n%s", got, want)
	}
	r.Spec.Via = "system:serviceaccount:shop:desk"
	r.Spec.Grant.RenewalOf = &v1alpha1.ApprovalRequestReference{Name: "access-1"}
	r.Status.Chain.Grant.StartTime = &metav1.Time{Time: now.Add(time.Hour)}
	for _, part := range []string{"written by: system:serviceaccount:shop:desk", "prolongs: access-1", "held: 2030-01-31T09:00:00Z to 2030-01-31T17:00:00Z, if"} {
		if got := show(r); !strings.Contains(got, part) {
			t.Errorf("the details lack %q:\n%s", part, got)
		}
	}
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
