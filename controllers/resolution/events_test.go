// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"strconv"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/watches"
)

// TestVersionsOfEveryEventAreNoted: whatever the event of a kind, it shows that the watch of another is ahead.
func TestVersionsOfEveryEventAreNoted(t *testing.T) {
	role := func(version int) *v1alpha1.Role {
		return &v1alpha1.Role{ObjectMeta: metav1.ObjectMeta{ResourceVersion: strconv.Itoa(version)}}
	}
	for name, happen := range map[string]func(r *Reconciler, version int) bool{
		"created": func(r *Reconciler, version int) bool {
			return r.noteVersions(&v1alpha1.Role{}).Create(event.CreateEvent{Object: role(version)})
		},
		"updated": func(r *Reconciler, version int) bool {
			return r.noteVersions(&v1alpha1.Role{}).Update(event.UpdateEvent{ObjectOld: role(0), ObjectNew: role(version)})
		},
		"deleted": func(r *Reconciler, version int) bool {
			return r.noteVersions(&v1alpha1.Role{}).Delete(event.DeleteEvent{Object: role(version)})
		},
	} {
		r := &Reconciler{Resolver: Resolver{Watches: &watches.Tracker{}}}
		group := &v1alpha1.UserGroup{ObjectMeta: metav1.ObjectMeta{ResourceVersion: "1000000000"}}
		listed := r.noteVersions(group).Create(event.CreateEvent{Object: group, IsInInitialList: true})
		group.ResourceVersion = "2000000000"
		if !listed || !r.noteVersions(group).Update(event.UpdateEvent{ObjectOld: group, ObjectNew: group}) {
			t.Fatal("an event does not pass")
		}
		for version := 1; r.Watches.Gather(time.Now()) == 0; version++ {
			if !happen(r, version) {
				t.Fatalf("an event does not pass: it is %s", name)
			}
		}
	}
}
