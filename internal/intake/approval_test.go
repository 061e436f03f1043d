// SPDX-License-Identifier: Apache-2.0

package intake_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// approved is a request that gives a role.
func approved(namespace, name, organization string) v1alpha1.ApprovalRequest {
	from := metav1.NewTime(time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC))
	until := metav1.NewTime(from.Add(time.Hour))
	return v1alpha1.ApprovalRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1alpha1.ApprovalRequestSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: organization}, Requester: "ann",
			Grant: &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "reader"}},
		},
		Status: v1alpha1.ApprovalRequestStatus{
			State: v1alpha1.RequestApproved, Grant: &v1alpha1.GrantStatus{Window: v1alpha1.Window{StartTime: &from, EndTime: &until}},
		},
	}
}

// TestGives: a request gives a role only if it asks for one, was approved, says for how long, and was neither
// revoked nor deleted.
func TestGives(t *testing.T) {
	for name, c := range map[string]struct {
		change func(r *v1alpha1.ApprovalRequest)
		want   bool
	}{
		"approved":          {func(*v1alpha1.ApprovalRequest) {}, true},
		"asks for none":     {func(r *v1alpha1.ApprovalRequest) { r.Spec.Grant = nil }, false},
		"pending":           {func(r *v1alpha1.ApprovalRequest) { r.Status.State = v1alpha1.RequestPending }, false},
		"denied":            {func(r *v1alpha1.ApprovalRequest) { r.Status.State = v1alpha1.RequestDenied }, false},
		"without state":     {func(r *v1alpha1.ApprovalRequest) { r.Status.State = "" }, false},
		"without status":    {func(r *v1alpha1.ApprovalRequest) { r.Status.Grant = nil }, false},
		"without beginning": {func(r *v1alpha1.ApprovalRequest) { r.Status.Grant.StartTime = nil }, false},
		"without end":       {func(r *v1alpha1.ApprovalRequest) { r.Status.Grant.EndTime = nil }, false},
		"being deleted": {func(r *v1alpha1.ApprovalRequest) {
			r.DeletionTimestamp, r.Finalizers = r.Status.Grant.StartTime, []string{"example.com/mine"}
		}, false},
		"revoked": {func(r *v1alpha1.ApprovalRequest) { r.Status.Grant.RevocationTime = r.Status.Grant.StartTime }, false},
	} {
		request := approved("a", "one", "shop")
		c.change(&request)
		if got := intake.Gives(&request); got != c.want {
			t.Errorf("%s: gives a role: %t", name, got)
		}
	}
}

// TestWorldsHaveTheirOwnRequestsGroupsAndChains: each object belongs to the organization that it names, in its namespace.
func TestWorldsHaveTheirOwnRequestsGroupsAndChains(t *testing.T) {
	var objects intake.Objects
	for _, of := range [][2]string{{"a", "shop"}, {"b", "shop"}, {"a", "bank"}, {"a", "shop"}} {
		objects.Requests = append(objects.Requests, approved(of[0], "night", of[1]))
		group := v1alpha1.UserGroup{ObjectMeta: metav1.ObjectMeta{Namespace: of[0], Name: "night"}}
		group.Spec.OrganizationRef.Name = of[1]
		objects.Groups = append(objects.Groups, group)
		chain := v1alpha1.ApprovalChain{ObjectMeta: metav1.ObjectMeta{Namespace: of[0], Name: "night"}}
		chain.Spec.OrganizationRef.Name = of[1]
		objects.Chains = append(objects.Chains, chain)
	}
	want := map[string]int{"a/bank": 1, "a/shop": 2, "b/shop": 1}
	worlds := intake.Worlds(objects)
	if len(worlds) != len(want) {
		t.Errorf("there are %d worlds", len(worlds))
	}
	for _, w := range worlds {
		if count := want[w.Namespace+"/"+w.Name]; len(w.Requested) != count || len(w.Groups) != count || len(w.Chains) != count {
			t.Errorf("%s/%s has %d requests, %d groups and %d chains", w.Namespace, w.Name, len(w.Requested), len(w.Groups), len(w.Chains))
		}
	}
}
