// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"sync"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// mostWrites is how many latest writes of an organization are told apart.
const mostWrites = 1024

// Large is the number of assignments from which on writes of an organization are told apart; with fewer, all are read in no time. Once a
// watch begins again, whatever is left is noted as written, but not what is gone: of so many, more than mostWrites are left, and all are
// read.
const Large = 4 * mostWrites

// writes says whose assignments were written lately, in large organizations. It is safe for concurrent use.
type writes struct {
	mutex          sync.Mutex
	version        int64
	byOrganization map[types.NamespacedName]*organizationWrites
}

type organizationWrites struct {
	// complete is the version after which all writes are in at.
	complete int64
	// at are the versions of the latest writes.
	at map[written]int64
}

// written is an assignment of a user that was written.
type written struct{ user, name string }

func newWrites() *writes {
	return &writes{byOrganization: map[types.NamespacedName]*organizationWrites{}}
}

// note notes an assignment as it was before a write, or as it is after it.
func (w *writes) note(organization types.NamespacedName, assignment *v1alpha1.UserAssignment) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	of := w.byOrganization[organization]
	if of == nil {
		return
	}
	w.version++
	if len(of.at) >= mostWrites {
		of.complete = w.version
		clear(of.at)
	}
	of.at[written{string(assignment.Spec.User), assignment.Name}] = w.version
}

// latest returns the version of the latest write.
func (w *writes) latest() int64 {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.version
}

// follow begins to note the writes of an organization if it is large, and ends it if it is not. It reports whether it began.
func (w *writes) follow(organization types.NamespacedName, assignments int) bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	switch of := w.byOrganization[organization]; {
	case assignments < Large:
		delete(w.byOrganization, organization)
		return false
	case of != nil:
		return false
	}
	w.version++
	w.byOrganization[organization] = &organizationWrites{complete: w.version, at: map[written]int64{}}
	return true
}

// since returns whose assignments were written after a version, with their names. It reports false if that is not known.
func (w *writes) since(organization types.NamespacedName, version int64) (byUser map[string][]string, known bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	of := w.byOrganization[organization]
	if of == nil || version < of.complete {
		return nil, false
	}
	byUser = map[string][]string{}
	for assignment, at := range of.at {
		if at > version {
			byUser[assignment.user] = append(byUser[assignment.user], assignment.name)
		}
	}
	return byUser, true
}
