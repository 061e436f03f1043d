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
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// roleRequests is how many requests for roles come at once.
const roleRequests = 200

// BenchmarkRoleRequests measures what requests for roles cost a manager from their opening to their approval, each with both
// checks of whether its role would be held. The floor is a resolution of the organization from scratch: x-resolution is how many
// of these a single request costs. Nobody may wait for all of them longer than for one resolution.
func BenchmarkRoleRequests(b *testing.B) {
	a := openApprovals(b, requestingSize, 0)
	a.members.Structures[0].Spec.Constraints = []v1alpha1.Constraint{apart("role-03", "role-04")}
	a.members.Structures[0].Generation++
	taken := a.take()
	taken.Index()
	byUser := map[string]*v1alpha1.UserAssignment{}
	for _, assignment := range a.members.Assignments {
		byUser[string(assignment.Spec.User)] = assignment
	}
	var deciding, resolving time.Duration
	for b.Loop() {
		start := time.Now()
		for i := range roleRequests {
			a.passes(b, taken, byUser, a.roleRequest(i))
		}
		decided := time.Now()
		snapshot.Build(benchKey, a.members)
		deciding, resolving = deciding+decided.Sub(start), resolving+time.Since(decided)
	}
	b.ReportMetric(deciding.Seconds()*1e6/float64(b.N*roleRequests), "us/request")
	b.ReportMetric(resolving.Seconds()*1e3/float64(b.N), "resolution-ms/op")
	b.ReportMetric(deciding.Seconds()/roleRequests/resolving.Seconds(), "x-resolution")
}

func apart(roles ...string) v1alpha1.Constraint {
	c := v1alpha1.Constraint{
		Name: "apart", Enforcement: v1alpha1.Enforce, Type: v1alpha1.ConstraintSeparationOfDuties,
		SeparationOfDuties: &v1alpha1.SeparationOfDuties{AtMost: 1},
	}
	for _, role := range roles {
		c.SeparationOfDuties.Duties = append(c.SeparationOfDuties.Duties, v1alpha1.Duty{
			Name: v1alpha1.Name(role), RoleRefs: []v1alpha1.RoleReference{{Name: role}},
		})
	}
	return c
}

// roleRequest is one that no pass has seen.
func (a *approvals) roleRequest(i int) *v1alpha1.ApprovalRequest {
	return &v1alpha1.ApprovalRequest{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "bench", Name: fmt.Sprintf("role-%d", i), UID: types.UID(fmt.Sprint(i)), Generation: 1, CreationTimestamp: metav1.NewTime(a.now),
		},
		Spec: v1alpha1.ApprovalRequestSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: "bench"}, RequestType: "access", Requester: a.members.Assignments[i].Spec.User,
			Grant: &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "role-07"}, DurationSeconds: 3600},
		},
	}
}

// passes opens a request, has every approver approve it, and decides it until it has ended.
func (a *approvals) passes(b *testing.B, taken *snapshot.Snapshot, byUser map[string]*v1alpha1.UserAssignment, request *v1alpha1.ApprovalRequest) {
	b.Helper()
	state := approval.State{
		Request: request, Chains: taken.Chains, Index: taken.Index(), Records: taken.Records(string(request.Spec.Requester)), Now: a.now,
	}
	request.Status = decided(b, taken, byUser, &state)
	for i := range request.Status.Chain.Steps {
		step := &request.Status.Chain.Steps[i]
		for j := range min(2, len(step.Approvers)) {
			state.Decisions = append(state.Decisions, v1alpha1.ApprovalDecision{
				ObjectMeta: metav1.ObjectMeta{Namespace: "bench", Name: fmt.Sprintf("%s-%d-%d", request.Name, i, j), UID: types.UID(fmt.Sprintf("%s-%d-%d", request.Name, i, j)), CreationTimestamp: metav1.NewTime(a.now)},
				Spec: v1alpha1.ApprovalDecisionSpec{
					RequestRef: v1alpha1.ApprovalRequestReference{Name: request.Name, UID: string(request.UID)},
					Step:       v1alpha1.Name(step.Name), Approver: v1alpha1.UserID(step.Approvers[j].User),
					Verdict: v1alpha1.VerdictApprove, Digest: request.Status.Chain.Digest,
				},
			})
		}
	}
	if request.Status = decided(b, taken, byUser, &state); request.Status.State != v1alpha1.RequestApproved {
		b.Fatalf("request %s is %s: %s %s", request.Name, request.Status.State, request.Status.Message, request.Status.WaitingFor)
	}
}

// decided returns the status of a request after a pass, with the check that this takes.
func decided(b *testing.B, taken *snapshot.Snapshot, byUser map[string]*v1alpha1.UserAssignment, state *approval.State) v1alpha1.ApprovalRequestStatus {
	b.Helper()
	state.CheckedGrants = nil
	_, check := approval.Decide(state)
	if check == nil {
		b.Fatal("the role of the request is not checked")
	}
	assignment := intake.Assignment(byUser[check.Grant.User])
	refusals := taken.Resolution.CheckGrant(&check.Grant, nil, map[string][]*model.Assignment{check.Grant.User: {&assignment}})
	state.CheckedGrants = []approval.CheckedGrant{approval.AnswerCheck(check, refusals)}
	outcome, _ := approval.Decide(state)
	return outcome.Status
}
