// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	reconciler "sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/test/bench"
)

// The types of requests that BenchmarkClusterRequests makes: a request keeps as many approvers as it can, or some.
const (
	manyApprovers = "many-approvers"
	someApprovers = "some-approvers"
	// approversOfSome is how many approvers requests of the type someApprovers have.
	approversOfSome = 10
)

// BenchmarkClusterRequests has 200 requests for roles made at once, and then approved at once, in an organization of 10,000 users
// on an API server of its own. It reports the CPU time that each of them costs the manager, in this process: what makes requests
// and decisions is kubectl, another process. The floor is a controller that does nothing but write the same statuses. It takes minutes, so it runs only where the variable of BenchmarkCluster is set.
func BenchmarkClusterRequests(b *testing.B) {
	users := clusterSizes(b)[0]
	c := startCluster(b)
	c.seed(users)
	members := bench.Members(users).Assignments
	c.create(requestChain(manyApprovers, v1alpha1.ApproverSelector{
		Type: v1alpha1.ApproverTypeRole, Role: &v1alpha1.RoleApprovers{RoleRef: v1alpha1.RoleReference{Name: "role-01"}},
	}))
	named := make([]v1alpha1.UserReference, approversOfSome)
	for i := range named {
		named[i] = v1alpha1.UserReference(members[len(members)-1-i].Spec.User)
	}
	c.create(requestChain(someApprovers, v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeUsers, Users: named}))
	for _, requestType := range []v1alpha1.Name{someApprovers, manyApprovers} {
		b.Run(string(requestType), func(b *testing.B) { c.measureRequests(b, requestType, members) })
	}
}

// measureRequests measures requests of a type, of which there are none before and after.
func (c *cluster) measureRequests(b *testing.B, requestType v1alpha1.Name, members []*v1alpha1.UserAssignment) {
	b.Helper()
	stop := c.startManager()
	c.awaitIdle(len(members), calm)
	requests := make([]client.Object, roleRequests)
	for i := range requests {
		requests[i] = accessRequest(i, requestType, members[i].Spec.User)
	}
	opened := c.cost(func() { c.createAtOnce(requests) })

	list := c.requests()
	statuses := make(map[string]v1alpha1.ApprovalRequestStatus, len(list.Items))
	decisions := make([]client.Object, len(list.Items))
	for i := range list.Items {
		statuses[list.Items[i].Name] = list.Items[i].Status
		decisions[i] = approvalOf(b, &list.Items[i])
	}
	approved := c.cost(func() { c.createAtOnce(decisions) })

	list = c.requests()
	for i := range list.Items {
		if state := list.Items[i].Status.State; state != v1alpha1.RequestApproved {
			b.Fatalf("request %s is %s: %s", list.Items[i].Name, state, list.Items[i].Status.Message)
		}
	}
	stop()

	c.deleteRequests()
	stop = c.startStatusWriter(statuses)
	floor := c.cost(func() { c.createAtOnce(requests) })
	stop()
	c.deleteRequests()
	b.ReportMetric(opened.Seconds()*1e3/roleRequests, "cpu-ms/opened")
	b.ReportMetric(opened.Seconds()/floor.Seconds(), "opened-x-floor")
	b.ReportMetric((opened-floor).Seconds()*1e3/roleRequests, "cpu-ms-beyond-floor/opened")
	b.ReportMetric(approved.Seconds()*1e3/roleRequests, "cpu-ms/approved")
	b.ReportMetric(0, "ns/op")
}

// deleteRequests deletes the requests of the organization with their decisions, while nothing runs that would write of them.
func (c *cluster) deleteRequests() {
	c.Helper()
	c.check(c.api.DeleteAllOf(c.Context(), &v1alpha1.ApprovalRequest{}, client.InNamespace("bench")))
	c.check(c.api.DeleteAllOf(c.Context(), &v1alpha1.ApprovalDecision{}, client.InNamespace("bench")))
}

// requests returns the requests of the organization.
func (c *cluster) requests() *v1alpha1.ApprovalRequestList {
	c.Helper()
	list := &v1alpha1.ApprovalRequestList{}
	c.check(c.api.List(c.Context(), list, client.InNamespace("bench")))
	return list
}

// startStatusWriter starts a manager of one controller, which writes the statuses of requests by their names. It returns what stops
// it.
func (c *cluster) startStatusWriter(statuses map[string]v1alpha1.ApprovalRequestStatus) (stop func()) {
	c.Helper()
	manager := c.newManager()
	reconcile := func(ctx context.Context, key ctrl.Request) (ctrl.Result, error) {
		request := &v1alpha1.ApprovalRequest{}
		err := manager.GetClient().Get(ctx, key.NamespacedName, request)
		if err != nil || request.Status.Chain != nil {
			return ctrl.Result{}, client.IgnoreNotFound(err)
		}
		request.Status = statuses[key.Name]
		return ctrl.Result{}, manager.GetClient().Status().Update(ctx, request)
	}
	c.check(ctrl.NewControllerManagedBy(manager).For(&v1alpha1.ApprovalRequest{}).Complete(reconciler.Func(reconcile)))
	ctx, cancel := context.WithCancel(context.Background())
	return c.run(ctx, cancel, manager.Start)
}

// requestChain returns a chain of one step for a type of requests.
func requestChain(requestType v1alpha1.Name, approvers v1alpha1.ApproverSelector) *v1alpha1.ApprovalChain {
	chain := &v1alpha1.ApprovalChain{ObjectMeta: metav1.ObjectMeta{Namespace: "bench", Name: string(requestType)}}
	chain.Spec.OrganizationRef.Name, chain.Spec.RequestType = "bench", requestType
	chain.Spec.Steps = []v1alpha1.ApprovalStep{{Name: "only", Approvers: []v1alpha1.ApproverSelector{approvers}}}
	chain.Spec.GrantPolicy = &v1alpha1.GrantPolicy{
		Roles: v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll}, Beneficiaries: []v1alpha1.GrantBeneficiary{v1alpha1.GrantToRequester},
	}
	return chain
}

func accessRequest(i int, requestType v1alpha1.Name, requester v1alpha1.UserID) *v1alpha1.ApprovalRequest {
	return &v1alpha1.ApprovalRequest{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "ApprovalRequest"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "bench", Name: fmt.Sprintf("access-%03d", i)},
		Spec: v1alpha1.ApprovalRequestSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: "bench"}, RequestType: requestType, Requester: requester,
			Grant: &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "role-07"}, DurationSeconds: 3600},
		},
	}
}

// approvalOf returns the decision of the first approver of a request.
func approvalOf(b *testing.B, request *v1alpha1.ApprovalRequest) *v1alpha1.ApprovalDecision {
	b.Helper()
	if request.Status.Chain == nil || len(request.Status.Chain.Steps[0].Approvers) == 0 {
		b.Fatalf("request %s is not open, or nobody may decide it: %s", request.Name, request.Status.Message)
	}
	step := &request.Status.Chain.Steps[0]
	return &v1alpha1.ApprovalDecision{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "ApprovalDecision"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "bench", Name: request.Name},
		Spec: v1alpha1.ApprovalDecisionSpec{
			RequestRef: v1alpha1.ApprovalRequestReference{Name: request.Name, UID: string(request.UID)},
			Step:       v1alpha1.Name(step.Name), Approver: v1alpha1.UserID(step.Approvers[0].User),
			Verdict: v1alpha1.VerdictApprove, Digest: request.Status.Chain.Digest,
		},
	}
}

// createAtOnce has kubectl create objects.
func (c *cluster) createAtOnce(objects []client.Object) {
	c.Helper()
	var text strings.Builder
	for _, object := range objects {
		c.check(json.NewEncoder(&text).Encode(object))
	}
	program, err := controlplane.Locate(controlplane.Kubectl)
	c.check(err)
	kubeconfig := filepath.Join(c.TempDir(), "kubeconfig")
	c.check(c.plane.Admin.WriteKubeconfig(kubeconfig))
	command := exec.CommandContext(c.Context(), program, "--kubeconfig", kubeconfig, "create", "-f", "-")
	command.Stdin = strings.NewReader(text.String())
	if output, err := command.CombinedOutput(); err != nil {
		c.Fatalf("kubectl create: %v: %s", err, output)
	}
}

// cost returns the CPU time of this process from what happens until nothing has been written for a while, without what it uses for
// nothing in as long a time. Memory that is free by then is returned first: the runtime would do that later, at the cost of what is
// measured.
func (c *cluster) cost(happens func()) time.Duration {
	c.Helper()
	debug.FreeOSMemory()
	began, before := time.Now(), cpuTime()
	time.Sleep(calm)
	idle := float64(cpuTime()-before) / float64(time.Since(began))
	began, before = time.Now(), cpuTime()
	happens()
	for last, since := c.writes.Load(), time.Now(); time.Since(since) < calm; time.Sleep(pause / 5) {
		if writes := c.writes.Load(); writes != last {
			last, since = writes, time.Now()
		}
	}
	return cpuTime() - before - time.Duration(idle*float64(time.Since(began)))
}

// cpuTime returns the CPU time of this process, without its children.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
