// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
)

const (
	// MaxOpenRequests is how many requests a user may have in a namespace that are open, or were refused lately.
	MaxOpenRequests = 500
	// RefusedWindow is how long a request that was refused before it was opened counts against that bound.
	RefusedWindow = time.Hour
	// maxShownName bounds the characters of a name in a message.
	maxShownName = 63
	// maxAttributeBytes bounds the JSON of each attribute of a request, and maxAttributesBytes all of them with their names.
	maxAttributeBytes, maxAttributesBytes = 4 << 10, 16 << 10
	// excessTTL is how long a request beyond a bound is kept: long enough for its end to be seen.
	excessTTL = time.Minute
)

// exceedsBound denies a request whose requester has too many others, before anything is computed for it, and reports whether
// it did.
func (g *progress) exceedsBound() bool {
	if g.pass.state.OlderRequests < MaxOpenRequests {
		return false
	}
	g.excess = ReasonTooManyRequests
	g.end(v1alpha1.RequestDenied, g.pass.now, fmt.Sprintf(
		"%q has %d other requests in this namespace that are open or were refused within the last hour: "+
			"withdraw some, or wait, and make it again",
		g.pass.input.Requester, g.pass.state.OlderRequests))
	return true
}

// exceedsSize denies a request whose attributes are too large, before anything is computed for it, and reports whether it did.
func (g *progress) exceedsSize() bool {
	attributes, total := g.pass.state.Request.Spec.Attributes, 0
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		size := len(attributes[name].Raw)
		total += len(name) + size
		if size > maxAttributeBytes {
			g.refuseSize("attribute %q has %d bytes of JSON, and at most %d", bounded.Text(name, maxShownName), size, maxAttributeBytes)
			return true
		}
	}
	if total > maxAttributesBytes {
		g.refuseSize("the attributes have %d bytes with their names, and at most %d", total, maxAttributesBytes)
	}
	return total > maxAttributesBytes
}

func (g *progress) refuseSize(message string, values ...any) {
	g.excess = ReasonAttributesTooLarge
	g.end(v1alpha1.RequestDenied, g.pass.now,
		fmt.Sprintf(message, values...)+" are allowed: make it smaller, or name where it can be read, and make the request again")
}

// excessOf returns the reason for which a request was denied before anything was computed for it; empty if it was not.
func excessOf(status *v1alpha1.ApprovalRequestStatus) string {
	denied := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionDenied)
	if denied != nil && (denied.Reason == ReasonTooManyRequests || denied.Reason == ReasonAttributesTooLarge) {
		return denied.Reason
	}
	return ""
}

// CountsAgainstBound reports whether a request counts against the bound of its requester at a time: it is open, or was refused
// lately without being opened.
func CountsAgainstBound(status *v1alpha1.ApprovalRequestStatus, now time.Time) bool {
	switch {
	case isPending(status):
		return true
	case status.State != v1alpha1.RequestDenied || status.Chain != nil || status.CompletionTime == nil || excessOf(status) != "":
		return false
	}
	return now.Before(status.CompletionTime.Add(RefusedWindow))
}
