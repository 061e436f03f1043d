// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// TestNobodyWaitsForTheRequestsOfAnotherOrganization: what a user does is looked at before all that a change of an organization
// affects, and so is an affected request once someone decides it.
func TestNobodyWaitsForTheRequestsOfAnotherOrganization(t *testing.T) {
	queue := priorityqueue.New[reconcile.Request]("approval")
	defer queue.ShutDown()
	ctx := context.Background()
	for i := range 1000 {
		affectedRequests.Generic(ctx, event.GenericEvent{Object: &v1alpha1.ApprovalRequest{ObjectMeta: named(fmt.Sprint(i))}}, queue)
	}
	asked := &v1alpha1.ApprovalRequest{ObjectMeta: named("asked")}
	(&handler.EnqueueRequestForObject{}).Create(ctx, event.CreateEvent{Object: asked}, queue)
	decision := &v1alpha1.ApprovalDecision{ObjectMeta: named("decision")}
	decision.Spec.RequestRef.Name = "500"
	handler.EnqueueRequestsFromMapFunc(requestOfDecision).Create(ctx, event.CreateEvent{Object: decision}, queue)
	for _, want := range []string{"asked", "500"} {
		next, _ := queue.Get()
		if next.NamespacedName != (types.NamespacedName{Namespace: namespace, Name: want}) {
			t.Errorf("%s goes before %s", next, want)
		}
	}
}

// TestAffectedRequestsWithoutPriorities: a queue without priorities takes them too.
func TestAffectedRequestsWithoutPriorities(t *testing.T) {
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[reconcile.Request]())
	defer queue.ShutDown()
	affectedRequests.Generic(context.Background(), event.GenericEvent{Object: &v1alpha1.ApprovalRequest{ObjectMeta: named("one")}}, queue)
	if queue.Len() != 1 {
		t.Errorf("the queue holds %d", queue.Len())
	}
}
