// SPDX-License-Identifier: Apache-2.0

package conditions

import (
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// reduced begins the summary of a status that was reduced. The rest is the digest of its fields. No text that was read is like this: the
// byte is no part of UTF-8.
const reduced = "\xff"

// Reduce leaves out of the status of an assignment what users may do, which the manager does not read. There may be hundreds of thousands
// of them, and that is most of each. Its fingerprint stays the same: in the place of the summary is a digest. What was reduced stays as it
// is.
func Reduce(status *v1alpha1.UserAssignmentStatus) {
	if _, is := reducedTo(status); is {
		return
	}
	fields, err := fieldsOf(status)
	if err != nil {
		return // What was read from JSON is JSON.
	}
	status.Effective, status.Conditions = nil, shared.of(status.Conditions)
	status.Summary = reduced + string(fields[:])
}

// reducedTo returns the digest of the fields of a status that was reduced.
func reducedTo(status any) (fields digest, is bool) {
	assignment, is := status.(*v1alpha1.UserAssignmentStatus)
	if !is {
		return digest{}, false
	}
	text, is := strings.CutPrefix(assignment.Summary, reduced)
	if !is || len(text) != len(fields) {
		return digest{}, false
	}
	return digest([]byte(text)), true
}

// mostShared is how many lists of conditions are remembered: of the users of an organization, most have the same.
const mostShared = 4096

// lists are lists of conditions that several statuses share.
type lists struct {
	mutex    sync.Mutex
	byDigest map[digest][]metav1.Condition
}

var shared = lists{byDigest: map[digest][]metav1.Condition{}}

// of returns a list that equals another, and that others have as well.
func (l *lists) of(conditions []metav1.Condition) []metav1.Condition {
	key, err := digestOf(conditions)
	if err != nil {
		return conditions
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if known, is := l.byDigest[key]; is {
		return known
	}
	if len(l.byDigest) >= mostShared {
		clear(l.byDigest)
	}
	l.byDigest[key] = conditions
	return conditions
}
