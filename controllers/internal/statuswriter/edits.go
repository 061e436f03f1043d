// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"cmp"
	"reflect"
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/conditions"
)

const (
	// defaultBackoff is how long a status stays as it is that is edited again after it was put right. Each further edit stays for
	// twice the time, up to maxBackoffs times that.
	defaultBackoff = time.Second
	maxBackoffs    = 300
	// quiet is how long a status must not have been edited for the next edit to count as the first.
	quiet = 10 * time.Minute
	// maxWriting bounds how many writes of one status may not have been observed yet.
	maxWriting = 8
)

// Edits are what other writers changed of the statuses that the Writer writes. It compares what the cache delivers with what was
// written, so that neither the manager's own writes nor the conditions that other programs add are among them.
type Edits struct {
	// Clock returns the time.
	Clock func() time.Time
	// Backoff is how long a status stays as it is that is edited a second time; zero means the default.
	Backoff time.Duration

	mu sync.Mutex
	// writing holds what the statuses say that are written and were not observed yet, by the UID of their object.
	writing map[types.UID][]conditions.Fingerprint
	edits   map[types.UID]*edit
}

// edit is what others made of one status.
type edit struct {
	// object is the latest state, and former the status before others changed it, with its fingerprint. They are kept until it is put
	// right.
	object client.Object
	former any
	said   conditions.Fingerprint
	// count is how often the status was edited, last when, and due when it is to be put right.
	count     int
	last, due time.Time
}

func (e *edit) open() bool { return e != nil && e.object != nil }

// Change is what happened to a status between two states of its object.
type Change struct {
	// Own is true if the Writer wrote it, and Edited if another writer changed it; neither, if it is the same.
	Own, Edited bool
	// Wait is how long the status is to stay as it was edited.
	Wait time.Duration
}

// Observe compares two states of an object.
func (e *Edits) Observe(before, after client.Object) Change {
	former, status := fingerprintOf(before), fingerprintOf(after)
	e.mu.Lock()
	defer e.mu.Unlock()
	uid := after.GetUID()
	if before.GetUID() != uid {
		e.forget(before.GetUID())
		return Change{}
	}
	known := e.edits[uid]
	switch {
	case e.isOwn(uid, status):
		known.close()
		return Change{Own: true}
	case known.open() && known.said == status:
		known.close()
		return Change{}
	case former == status:
		return Change{}
	case !known.open():
		known = e.begin(uid)
		known.former, known.said = ownStatus(before), former
	}
	known.object = after
	return Change{Edited: true, Wait: max(0, known.due.Sub(e.Clock()))}
}

// isOwn reports whether a status is one that was written. Those that were written before it will not be observed any more.
func (e *Edits) isOwn(uid types.UID, status conditions.Fingerprint) bool {
	writing := e.writing[uid]
	i := slices.Index(writing, status)
	if i < 0 {
		return false
	}
	if e.writing[uid] = writing[i+1:]; i+1 == len(writing) {
		delete(e.writing, uid)
	}
	return true
}

// begin records an edit of a status that was as it should be.
func (e *Edits) begin(uid types.UID) *edit {
	now := e.Clock()
	if e.edits == nil {
		e.edits = map[types.UID]*edit{}
	}
	for other, known := range e.edits {
		if !known.open() && now.Sub(known.last) > quiet {
			delete(e.edits, other)
		}
	}
	known := e.edits[uid]
	if known == nil {
		known = &edit{}
		e.edits[uid] = known
	}
	known.last, known.due = now, now
	if known.count > 0 {
		known.due = now.Add(cmp.Or(e.Backoff, defaultBackoff) * time.Duration(min(maxBackoffs, 1<<min(known.count-1, 16))))
	}
	known.count++
	return known
}

func (e *edit) close() {
	if e != nil {
		e.object, e.former = nil, nil
	}
}

// Forget forgets an object that was deleted.
func (e *Edits) Forget(object client.Object) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.forget(object.GetUID())
}

func (e *Edits) forget(uid types.UID) {
	delete(e.writing, uid)
	delete(e.edits, uid)
}

// IsEdited reports whether another writer changed the status of an object, and it was not put right yet.
func (e *Edits) IsEdited(object client.Object) bool {
	_, _, edited := e.find(object.GetUID())
	return edited
}

// Objects returns the objects whose status another writer changed.
func (e *Edits) Objects() []client.Object {
	e.mu.Lock()
	defer e.mu.Unlock()
	var objects []client.Object
	for _, known := range e.edits {
		if known.open() {
			objects = append(objects, known.object)
		}
	}
	return objects
}

// find returns the status before another writer changed it, and the object as it is since then.
func (e *Edits) find(uid types.UID) (former any, object client.Object, edited bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	known := e.edits[uid]
	if !known.open() {
		return nil, nil, false
	}
	return known.former, known.object, true
}

// written records that a status is about to be written. If it is not, or nothing changes by it, the caller calls undo.
func (e *Edits) written(object client.Object, status conditions.Fingerprint) (undo func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.writing == nil {
		e.writing = map[types.UID][]conditions.Fingerprint{}
	}
	uid := object.GetUID()
	e.writing[uid] = append(e.writing[uid], status)
	e.writing[uid] = e.writing[uid][max(0, len(e.writing[uid])-maxWriting):]
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.isOwn(uid, status)
	}
}

// fingerprintOf returns what the status of an object says. Objects that were read have statuses that are JSON.
func fingerprintOf(object client.Object) conditions.Fingerprint {
	status, is := reflect.TypeAssert[interface{ GetConditions() *[]metav1.Condition }](statusOf(object).Addr())
	if !is {
		return conditions.Fingerprint{}
	}
	fingerprint, _ := conditions.FingerprintOf(status)
	return fingerprint
}

// ownStatus returns the status of an object without the conditions that other programs set.
func ownStatus(object client.Object) any {
	status := reflect.New(statusOf(object).Type())
	status.Elem().Set(statusOf(object))
	if conditioned, is := reflect.TypeAssert[interface{ GetConditions() *[]metav1.Condition }](status); is {
		of := conditioned.GetConditions()
		*of = conditions.Owned(*of)
	}
	return status.Interface()
}

func statusOf(object client.Object) reflect.Value {
	return reflect.ValueOf(object).Elem().FieldByName("Status")
}
