// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"testing"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/debounce"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// TestOwnChangesOvertakeSharedOnes: an organization is resolved for a change of its own before those that one change of a catalog concerns,
// and what it resolves to is known to be no shared change, once.
func TestOwnChangesOvertakeSharedOnes(t *testing.T) {
	q := priorityqueue.New[ctrl.Request]("test")
	defer q.ShutDown()
	r := &Reconciler{Resolver: Resolver{Debouncer: debounce.New(0, time.Now)}}
	keys := []snapshot.Key{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	for _, key := range keys {
		r.markDirty(q, key, isShared(&v1alpha1.PermissionCatalog{}))
	}
	r.markDirty(q, keys[2], isShared(&v1alpha1.UserAssignment{}))
	for _, want := range []struct {
		name string
		own  bool
	}{{"c", true}, {"a", false}, {"b", false}} {
		request, _ := q.Get()
		if own := r.own.take(request.NamespacedName); request.Name != want.name || own != want.own {
			t.Errorf("next is %s, of which something has changed: %v; want %v", request.Name, own, want)
		}
		q.Done(request)
	}
	if r.own.take(keys[2]) {
		t.Error("a change is taken twice")
	}
	if _ = r.again(keys[2], false, nil); !r.own.take(keys[2]) {
		t.Error("a change is lost after an error")
	}
	if _ = r.again(keys[0], true, nil); r.own.take(keys[0]) {
		t.Error("a shared change becomes an own one after an error")
	}
}
