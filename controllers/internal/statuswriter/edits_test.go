// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

func withHolders(n int32) *v1alpha1.Role {
	return &v1alpha1.Role{ObjectMeta: metav1.ObjectMeta{UID: "u"}, Status: v1alpha1.RoleStatus{HolderCount: &n}}
}

// edits are observed by a clock that a test sets.
func edits() (*Edits, *time.Time) {
	now := time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)
	return &Edits{Clock: func() time.Time { return now }}, &now
}

func TestOwnWritesAreNoEdits(t *testing.T) {
	e, _ := edits()
	// Two writes are on their way before either is observed.
	e.written(withHolders(1), fingerprintOf(withHolders(1)))
	e.written(withHolders(2), fingerprintOf(withHolders(2)))
	for n := range int32(2) {
		if change := e.Observe(withHolders(n), withHolders(n+1)); change != (Change{Own: true}) {
			t.Errorf("the write of %d is taken for %+v", n+1, change)
		}
	}
	foreign := withHolders(2)
	foreign.Status.Conditions = []metav1.Condition{{Type: "Legal"}}
	if change := e.Observe(withHolders(2), foreign); change != (Change{}) {
		t.Errorf("a condition of another program is taken for %+v", change)
	}
	undo := e.written(withHolders(3), fingerprintOf(withHolders(3)))
	undo()
	if change := e.Observe(withHolders(2), withHolders(3)); !change.Edited || change.Own {
		t.Errorf("what was not written is taken for %+v", change)
	}
}

func TestAnEditStaysUntilItIsPutRight(t *testing.T) {
	e, _ := edits()
	writer := &Writer{Edits: e}
	if change := e.Observe(withHolders(1), withHolders(9)); change != (Change{Edited: true}) {
		t.Errorf("the edit is taken for %+v", change)
	}
	e.Observe(withHolders(9), withHolders(8))
	if n := *Trusted(writer, withHolders(8)).Status.HolderCount; n != 1 {
		t.Errorf("trusted are %d holders", n)
	}
	if objects := e.Objects(); len(objects) != 1 || !e.IsEdited(withHolders(8)) {
		t.Errorf("edited are %v", objects)
	}
	e.Observe(withHolders(8), withHolders(1))
	if e.IsEdited(withHolders(1)) || *Trusted(writer, withHolders(1)).Status.HolderCount != 1 {
		t.Error("the edit was taken back")
	}
	e.Observe(withHolders(1), withHolders(9))
	e.Forget(withHolders(9))
	if len(e.Objects()) != 0 {
		t.Error("the object is gone")
	}
}

func TestEditsOfOneStatusWaitForLonger(t *testing.T) {
	e, now := edits()
	again := func() time.Duration {
		change := e.Observe(withHolders(1), withHolders(9))
		e.Observe(withHolders(9), withHolders(1))
		return change.Wait
	}
	var last time.Duration
	for i, want := range []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second} {
		if last = again(); last != want {
			t.Errorf("edit %d waits %s, not %s", i, last, want)
		}
	}
	for range 50 {
		last = again()
	}
	if last != maxBackoffs*defaultBackoff {
		t.Errorf("an edit waits up to %s", last)
	}
	*now = now.Add(quiet + time.Second)
	if wait := again(); wait != 0 {
		t.Errorf("after a quiet time, an edit waits %s", wait)
	}
}
