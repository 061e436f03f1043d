// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

const (
	// MaxOpenRequests is how many requests a user may have in a namespace that are open, or were refused lately.
	MaxOpenRequests = 500
	// RefusedWindow is how long a request that was refused before it was opened counts against that bound.
	RefusedWindow = time.Hour
	// excessTTL is how long a request beyond the bound is kept: long enough for its end to be seen.
	excessTTL = time.Minute
)

// exceedsBound denies a request whose requester has too many others, before anything is computed for it, and reports whether
// it did.
func (g *progress) exceedsBound() bool {
	if g.pass.state.OlderRequests < MaxOpenRequests {
		return false
	}
	g.excess = true
	g.end(v1alpha1.RequestDenied, g.pass.now, fmt.Sprintf(
		"%q has %d other requests in this namespace that are open or were refused within the last hour: "+
			"withdraw some, or wait, and make it again",
		g.pass.input.Requester, g.pass.state.OlderRequests))
	return true
}

// isExcess reports whether a request was denied because its requester had too many others.
func isExcess(status *v1alpha1.ApprovalRequestStatus) bool {
	denied := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionDenied)
	return denied != nil && denied.Reason == ReasonTooManyRequests
}

// CountsAgainstBound reports whether a request counts against the bound of its requester at a time: it is open, or was refused
// lately without being opened.
func CountsAgainstBound(status *v1alpha1.ApprovalRequestStatus, now time.Time) bool {
	switch {
	case status.State == "" || status.State == v1alpha1.RequestPending:
		return true
	case status.State != v1alpha1.RequestDenied || status.Chain != nil || status.CompletionTime == nil || isExcess(status):
		return false
	}
	return now.Before(status.CompletionTime.Add(RefusedWindow))
}
