// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"strings"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

func TestDurationText(t *testing.T) {
	for seconds, want := range map[int64]string{28800: "8h", 86400: "1d", 129600: "1d12h", 90: "1m30s", 1: "1s", 0: ""} {
		if got := Duration(seconds); got != want {
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
		if got := Asked(r); got != want {
			t.Errorf("it asks for %q, not for %q", got, want)
		}
	}
}

func TestDetails(t *testing.T) {
	now := time.Date(2030, time.January, 31, 8, 0, 0, 0, time.UTC)
	show := func(r *v1alpha1.ApprovalRequest) string {
		var lines []string
		for _, row := range Details(r, now) {
			lines = append(lines, row.Title+": "+row.Text)
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
