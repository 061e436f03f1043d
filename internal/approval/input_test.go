// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"reflect"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestInput: chains see all of what a request asks.
func TestInput(t *testing.T) {
	begin := moment(50)
	request := &v1alpha1.ApprovalRequest{Spec: v1alpha1.ApprovalRequestSpec{
		RequestType: "offer", Requester: "ann", Beneficiary: "jon", Unit: "east", Justification: "for the fair",
		Attributes: v1alpha1.Attributes{"urgent": apiextensionsv1.JSON{Raw: []byte("true")}, "kind": apiextensionsv1.JSON{Raw: []byte(`"new"`)}},
		Grant: &v1alpha1.RequestedGrant{
			RoleRef: v1alpha1.RoleReference{Name: "approver"}, DurationSeconds: 100, StartTime: new(metav1.NewTime(begin)),
			RenewalOf: &v1alpha1.ApprovalRequestReference{Name: "offer-0", UID: "uid-0"},
			Scope: &v1alpha1.Scope{
				Units: []v1alpha1.Name{"east", "west"}, UnitGroups: []v1alpha1.Name{"coast", "hills"},
				Dimensions: []v1alpha1.DimensionScope{
					{Name: "goods", Values: []v1alpha1.DimensionValue{"food", "fuel"}}, {Name: "shift", All: new(true)}, {Name: "desk", All: new(false)},
				},
			},
		},
	}}
	want := access.ApprovalInput{
		RequestType: "offer", Requester: "ann", Beneficiary: "jon", Unit: "east", Justification: "for the fair",
		Attributes: map[string]any{"urgent": true, "kind": "new"},
		Grant: &access.ApprovalGrant{
			Role: "approver", DurationSeconds: 100, StartTime: &begin, RenewalOf: "offer-0",
			Scope: &document.Scope{
				Units: []string{"east", "west"}, UnitGroups: []string{"coast", "hills"},
				Dimensions: map[string]document.Values{"goods": {Values: []string{"food", "fuel"}}, "shift": {All: true}, "desk": {}},
			},
		},
	}
	if got := *approval.Input(request); !reflect.DeepEqual(got, want) {
		t.Errorf("the input is\n%+v, not\n%+v\n%+v, not\n%+v", got, want, got.Grant, want.Grant)
	}
	// Everywhere is said as such, a role of the platform by its kind, and nobody else is the one who asks.
	spec := &request.Spec
	spec.Beneficiary, spec.Grant.Scope = "", &v1alpha1.Scope{Everywhere: new(true)}
	spec.Grant.RoleRef.Kind, spec.Grant.StartTime, spec.Grant.RenewalOf = v1alpha1.RoleKindPlatformRole, nil, nil
	want.Beneficiary = "ann"
	want.Grant = &access.ApprovalGrant{
		Role: "PlatformRole/approver", DurationSeconds: 100, Scope: &document.Scope{Everywhere: true, Dimensions: map[string]document.Values{}},
	}
	if got := *approval.Input(request); !reflect.DeepEqual(got, want) {
		t.Errorf("the input is\n%+v, not\n%+v\n%+v, not\n%+v", got, want, got.Grant, want.Grant)
	}
	spec.Grant.RoleRef.Kind, spec.Grant.Scope = v1alpha1.RoleKindRole, nil
	want.Grant = &access.ApprovalGrant{Role: "approver", DurationSeconds: 100}
	if got := *approval.Input(request); !reflect.DeepEqual(got, want) {
		t.Errorf("the input is\n%+v, not\n%+v", got.Grant, want.Grant)
	}
}
