// SPDX-License-Identifier: Apache-2.0

package priority_test

import (
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"

	"github.com/rolewright/rolewright/controllers/internal/priority"
)

// TestOwnChangesComeFirst: an organization with a change of its own overtakes those that only share one, itself among them.
func TestOwnChangesComeFirst(t *testing.T) {
	queue := priorityqueue.New[ctrl.Request]("test")
	defer queue.ShutDown()
	key := func(name string) types.NamespacedName { return types.NamespacedName{Name: name} }
	for _, name := range []string{"a", "b", "c", "d"} {
		priority.Add(queue, key(name), 0, true)
	}
	priority.Add(queue, key("own"), 0, false)
	priority.Add(queue, key("d"), 0, false)
	priority.Add(queue, key("own"), 0, true)
	var order []string
	for range 5 {
		request, _ := queue.Get()
		order = append(order, request.Name)
		queue.Done(request)
	}
	if want := []string{"own", "d", "a", "b", "c"}; !slices.Equal(order, want) {
		t.Errorf("they come in the order %v; want %v", order, want)
	}
}

// TestReportsComeLast: what is left to report comes after all that is to be published, and moves up if something changes.
func TestReportsComeLast(t *testing.T) {
	queue := priorityqueue.New[ctrl.Request]("test")
	defer queue.ShutDown()
	key := func(name string) types.NamespacedName { return types.NamespacedName{Name: name} }
	priority.AddAt(queue, key("reported"), 0, priority.Report)
	priority.AddAt(queue, key("changed"), 0, priority.Report)
	priority.Add(queue, key("shared"), 0, true)
	priority.AddAt(queue, key("shared"), 0, priority.Report)
	priority.Add(queue, key("changed"), 0, false)
	var order []string
	for range 3 {
		request, _ := queue.Get()
		order = append(order, request.Name)
		queue.Done(request)
	}
	if want := []string{"changed", "shared", "reported"}; !slices.Equal(order, want) {
		t.Errorf("they come in the order %v; want %v", order, want)
	}
}

// TestPlainQueues: a queue without priorities takes everything.
func TestPlainQueues(t *testing.T) {
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[ctrl.Request]())
	defer queue.ShutDown()
	priority.Add(queue, types.NamespacedName{Name: "a"}, 0, true)
	if request, _ := queue.Get(); request.Name != "a" {
		t.Errorf("it holds %v", request)
	}
}
