// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/audit"
)

// Evidence writes what happens to requests into an audit log. It writes what is new in the status of a request, once the status
// is written. After a start, and after an error, it does not know what is in the log, and writes all that is known of a request:
// readers tell by its ID that they have a record already.
type Evidence struct {
	log   *audit.Log
	clock func() time.Time

	mu sync.Mutex
	// recorded holds the requests of which everything up to their status is in the log.
	recorded map[types.UID]bool
	// removed holds those whose removal by the manager is in the log.
	removed map[types.UID]bool
	// deleted holds the requests that others deleted, until that is in the log.
	deleted map[types.NamespacedName][]deletion
}

// deletion is a request that was deleted, and when that was seen.
type deletion struct {
	request *v1alpha1.ApprovalRequest
	at      time.Time
}

// NewEvidence returns the Evidence for a log; without one, it records nothing.
func NewEvidence(log *audit.Log, clock func() time.Time) *Evidence {
	return &Evidence{
		log: log, clock: clock,
		recorded: map[types.UID]bool{}, removed: map[types.UID]bool{}, deleted: map[types.NamespacedName][]deletion{},
	}
}

// begin reports whether everything up to the status of a request is in the log. Until record succeeds, nothing is known to be.
func (e *Evidence) begin(request *v1alpha1.ApprovalRequest) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	known := e.recorded[request.UID]
	delete(e.recorded, request.UID)
	return known
}

// record writes what is new, or everything if it is not known what is in the log.
func (e *Evidence) record(known bool, in *inputs, after *v1alpha1.ApprovalRequest, decisions []v1alpha1.ApprovalDecision) error {
	if e.log == nil {
		return nil
	}
	records := audit.Records(after, decisions)
	if known {
		records = audit.Since(records, audit.Records(in.request, in.decisions))
	}
	if err := e.log.Write(records); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.recorded[after.UID] = true
	return nil
}

// recordRemoval writes everything about a request that the manager is about to remove, and waits until it is on the disk.
func (e *Evidence) recordRemoval(in *inputs, after *v1alpha1.ApprovalRequest, now time.Time) error {
	e.mu.Lock()
	removed := e.removed[after.UID]
	e.mu.Unlock()
	if e.log == nil || removed {
		return nil
	}
	if err := e.record(e.begin(after), in, after, in.decisions); err != nil {
		return err
	}
	if err := e.log.Write(audit.Removed(after, now, "the time to live of the request is over")); err != nil {
		return err
	}
	if err := e.log.Sync(); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.removed[after.UID] = true
	delete(e.recorded, after.UID)
	return nil
}

// recordDeleted writes that requests of a name were deleted.
func (e *Evidence) recordDeleted(key types.NamespacedName) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, d := range e.deleted[key] {
		var records []audit.Record
		if !e.recorded[d.request.UID] {
			records = audit.Records(d.request, nil)
		}
		if err := e.log.Write(append(records, audit.Removed(d.request, d.at, "the request was deleted")...)); err != nil {
			return err
		}
		delete(e.recorded, d.request.UID)
		e.deleted[key] = e.deleted[key][1:]
	}
	delete(e.deleted, key)
	return nil
}

// recordOrphan writes about a decision that was never about a request that existed.
func (e *Evidence) recordOrphan(decision *v1alpha1.ApprovalDecision) error {
	records := audit.Orphan(decision)
	if len(records) == 0 || records[0].Decision.Reason != approval.ReasonUnknownRequest {
		return nil
	}
	return e.log.Write(records)
}

// predicate notices requests that are deleted.
func (e *Evidence) predicate() predicate.Predicate {
	return predicate.Funcs{DeleteFunc: func(deleted event.DeleteEvent) bool {
		request, is := deleted.Object.(*v1alpha1.ApprovalRequest)
		if !is {
			return true
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.removed[request.UID] {
			delete(e.removed, request.UID)
			return true
		}
		key := types.NamespacedName{Namespace: request.Namespace, Name: request.Name}
		e.deleted[key] = append(e.deleted[key], deletion{request: request, at: e.clock()})
		return true
	}}
}
