// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
	"github.com/rolewright/rolewright/test/bench"
)

// What stands open while someone's assignment changes.
const (
	openRequests   = 5000
	requestingSize = 10000
)

// approvals are an organization with a chain and open requests, every fifth of them for a role.
type approvals struct {
	members  *intake.Members
	chain    *v1alpha1.ApprovalChain
	requests []v1alpha1.ApprovalRequest
	cache    *snapshot.Cache
	now      time.Time
}

func openApprovals(b *testing.B, users, count int) *approvals {
	b.Helper()
	a := &approvals{cache: snapshot.NewCache(snapshot.CacheOptions{}), members: bench.Members(users), now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	holders := func(role int) []v1alpha1.ApproverSelector {
		return []v1alpha1.ApproverSelector{{Type: v1alpha1.ApproverTypeRole, Role: &v1alpha1.RoleApprovers{RoleRef: v1alpha1.RoleReference{Name: fmt.Sprintf("role-%02d", role)}}}}
	}
	organization := v1alpha1.OrganizationReference{Name: "bench"}
	a.members.Chains = []v1alpha1.ApprovalChain{{
		ObjectMeta: metav1.ObjectMeta{Namespace: "bench", Name: "access", UID: "access", Generation: 1},
		Spec: v1alpha1.ApprovalChainSpec{OrganizationRef: organization, RequestType: "access", Steps: []v1alpha1.ApprovalStep{
			{Name: "first", RequiredApprovals: 2, Approvers: holders(1), Timeouts: []v1alpha1.ApprovalTimeout{{AfterSeconds: 86400, Action: v1alpha1.TimeoutExpire}}},
			{Name: "second", Approvers: holders(2)},
		}, GrantPolicy: &v1alpha1.GrantPolicy{
			Roles:         v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll},
			Beneficiaries: []v1alpha1.GrantBeneficiary{v1alpha1.GrantToRequester},
		}},
	}}
	a.chain = &a.members.Chains[0]
	for i := range count {
		requester := a.members.Assignments[i%users]
		request := v1alpha1.ApprovalRequest{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: "bench", Name: fmt.Sprintf("access-%d", i), UID: types.UID(fmt.Sprint(i)), Generation: 1, CreationTimestamp: metav1.NewTime(a.now),
			},
			Spec: v1alpha1.ApprovalRequestSpec{
				OrganizationRef: organization, RequestType: "access", Requester: requester.Spec.User,
				Unit: a.members.Structures[1].Spec.Units[i%len(a.members.Structures[1].Spec.Units)].Name,
			},
		}
		if i%5 == 0 {
			request.Spec.Grant = &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "role-03"}, DurationSeconds: 3600}
		}
		a.requests = append(a.requests, request)
	}
	// Opening checks each role; what is measured is what comes after.
	a.look(b, a.take(), func() {})
	return a
}

func (a *approvals) take() *snapshot.Snapshot { return a.cache.Build(benchKey, a.members) }

// look passes over every request, as the manager does when there is another snapshot.
func (a *approvals) look(b *testing.B, taken *snapshot.Snapshot, onCheck func()) {
	b.Helper()
	for i := range a.requests {
		state := approval.State{Request: &a.requests[i], Chains: taken.Chains, Index: taken.Index(), Now: a.now}
		state.Records = taken.Records(string(intake.Beneficiary(&a.requests[i].Spec)))
		outcome, check := approval.Decide(&state)
		if check != nil {
			onCheck()
			state.CheckedGrants = []approval.CheckedGrant{{Window: check.Window}}
			outcome, _ = approval.Decide(&state)
		}
		a.requests[i].Status = outcome.Status
		if a.requests[i].Status.State != v1alpha1.RequestPending {
			b.Fatalf("request %d is %s: %s", i, outcome.Status.State, outcome.Status.Message)
		}
	}
}

// BenchmarkApprovals measures what a user's change costs a manager that keeps chains and open requests, part by part: to resolve
// the organization, to make an index of it, to tell what the chain covers, and to look at every open request. The first part is
// what the change costs without any of them. No request may have the organization resolved.
func BenchmarkApprovals(b *testing.B) {
	a := openApprovals(b, requestingSize, openRequests)
	var resolving, indexing, covering, looking time.Duration
	none := func() { b.Fatal("a request that waits has its organization resolved") }
	rounds := 0
	for ; b.Loop(); rounds++ {
		edit(a.members, rounds)
		start := time.Now()
		taken := a.take()
		resolved := time.Now()
		taken.Index()
		indexed := time.Now()
		status.NewView(taken, &status.Outcome{Publication: &v1alpha1.Publication{Revision: 1}}, a.now).Chain(a.chain)
		covered := time.Now()
		a.look(b, taken, none)
		resolving += resolved.Sub(start)
		indexing += indexed.Sub(resolved)
		covering += covered.Sub(indexed)
		looking += time.Since(covered)
	}
	for _, part := range []struct {
		name string
		took time.Duration
	}{{"resolve", resolving}, {"index", indexing}, {"coverage", covering}, {"requests", looking}} {
		b.ReportMetric(part.took.Seconds()*1000/float64(rounds), part.name+"-ms/op")
	}
	b.ReportMetric(looking.Seconds()*1e6/float64(rounds)/openRequests, "us/request")
}
