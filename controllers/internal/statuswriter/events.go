// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/flowcontrol"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
)

const (
	// maxNote bounds the note of an event, in bytes.
	maxNote = 1024
	// maxWarnings is how many warnings about the objects of one namespace are sent at once, and warningsPerSecond how many after that:
	// a role that is deleted may concern every user. Statuses say it of each object, and the organization's lists the most severe.
	maxWarnings       = 50
	warningsPerSecond = 0.2
)

// warnings bound the events of each namespace.
type warnings struct{ limits sync.Map }

// allow reports whether another warning may be sent in a namespace.
func (w *warnings) allow(namespace string) bool {
	limit, _ := w.limits.LoadOrStore(namespace, flowcontrol.NewTokenBucketRateLimiter(warningsPerSecond, maxWarnings))
	return limit.(flowcontrol.RateLimiter).TryAccept()
}

// warn sends a warning for each condition that ceased to be True, or is not True for another reason than before. What ResolvedRefs
// says, Ready says as well, and so does a condition of the same reason.
func (w *Writer) warn(object client.Object, before, after []metav1.Condition) {
	ready := meta.FindStatusCondition(after, v1alpha1.ConditionReady)
	for i := range after {
		condition := &after[i]
		former := meta.FindStatusCondition(before, condition.Type)
		switch {
		case condition.Status == metav1.ConditionTrue, condition.Type == v1alpha1.ConditionResolvedRefs:
		case condition.Type != v1alpha1.ConditionReady && ready != nil && ready.Reason == condition.Reason:
		case former != nil && former.Status == condition.Status && former.Reason == condition.Reason:
		case isToldOfOrganization(object, condition, after), !w.warnings.allow(object.GetNamespace()):
		default:
			w.Recorder.Eventf(object, nil, corev1.EventTypeWarning, condition.Reason, condition.Type, "%s",
				bounded.Bytes(condition.Message, maxNote))
		}
	}
}

// isToldOfOrganization reports whether a condition says only that nothing of the organization can be published, of which the
// organization itself warns.
func isToldOfOrganization(object client.Object, condition *metav1.Condition, all []metav1.Condition) bool {
	if _, is := object.(*v1alpha1.Organization); is {
		return false
	}
	published := meta.FindStatusCondition(all, v1alpha1.ConditionPublished)
	return published != nil && published.Status == metav1.ConditionFalse && published.Reason == condition.Reason
}

// isLeaving reports whether nothing is to be written to an object, because it or its namespace is being deleted. A request says so of
// itself.
func (w *Writer) isLeaving(ctx context.Context, object client.Object) bool {
	if w.Namespaces.IsTerminating(ctx, object.GetNamespace()) {
		return true
	}
	_, isRequest := object.(*v1alpha1.ApprovalRequest)
	return !isRequest && !object.GetDeletionTimestamp().IsZero()
}
