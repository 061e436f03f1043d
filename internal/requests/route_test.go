// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestPools: each step begins with those who are asked, and says what happens if they do not decide.
func TestPools(t *testing.T) {
	chain := &document.Chain{Steps: []document.Step{
		{ApprovalMode: document.ApprovalAll, Fallback: []document.Approver{{}}, Timeouts: []document.StepTimeout{
			{AfterSeconds: 7200, Action: string(v1alpha1.TimeoutEscalate)}, {AfterSeconds: 86400 * 3, Action: "Deny"},
		}},
		{RequiredApprovals: 2}, {},
	}}
	plan := &access.ApprovalPlan{Steps: []access.PlanStep{
		{Name: "head", Disposition: access.DispositionAsked, Approvers: []string{"a"}, Replaced: "bob", Escalations: [][]string{{"c"}, nil}},
		{Name: "board", Disposition: access.DispositionAsked, Approvers: strings.Split("abcdefghij", "")},
		{Name: "cost", Disposition: access.DispositionNotNeeded},
	}}
	var lines []string
	for _, p := range Pools(chain, plan) {
		lines = append(lines, fmt.Sprintf("%s|%s|%s|%s|%s", p.Step, p.Disposition, p.Needs, p.Pool, p.Users))
	}
	want := `head|Asked|all|Approver|a
|||Beneficiary, not asked|bob
|||Fallback|nobody
|||Escalation after 120m|c
|||Deny after 3d|
board|Asked|2 approvals|Approver|a, b, c, d, e, f, g, h and 2 more
cost|NotNeeded|||`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("the pools are\n%s\nnot\n%s", got, want)
	}
}

// TestRenew: what is prolonged stays what it was, and only its time is another.
func TestRenew(t *testing.T) {
	renewed := forRole()
	renewed.UID, renewed.Spec.Grant.DurationSeconds, renewed.Spec.Beneficiary = "u", 60, ""
	spec, err := Renew(renewed, v1alpha1.RequestedGrant{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if spec.Requester != "" || spec.Beneficiary != "ann" || spec.Grant.DurationSeconds != 60 || spec.Grant.RoleRef.Name != "curator" ||
		spec.Grant.RenewalOf == nil || spec.Grant.RenewalOf.UID != "u" || spec.Justification != "Stock\ntaking" {
		t.Errorf("the spec is %+v, the grant %+v", spec, spec.Grant)
	}
	spec, err = Renew(renewed, v1alpha1.RequestedGrant{DurationSeconds: 5}, "more")
	if err != nil || spec.Grant.DurationSeconds != 5 || spec.Justification != "more" || renewed.Spec.Grant.DurationSeconds != 60 {
		t.Errorf("the spec is %+v, the grant %+v, the error %v", spec, spec.Grant, err)
	}
	if by := By("dee", spec); by.Spec.Requester != "dee" || by.Spec.Via != "" {
		t.Errorf("dee asks as %+v", by.Spec)
	}
	spec.Requester = "ann"
	if by := By("system:serviceaccount:shop:desk", spec); by.Spec.Requester != "ann" || by.Spec.Via != "system:serviceaccount:shop:desk" {
		t.Errorf("a service account asks as %+v", by.Spec)
	}
	renewed.Spec.Grant = nil
	if _, err := Renew(renewed, v1alpha1.RequestedGrant{}, ""); err == nil || !strings.Contains(err.Error(), "nothing to prolong") {
		t.Errorf("of no role: %v", err)
	}
}
