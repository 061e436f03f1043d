// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/recorder"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
)

// FieldManager owns the fields that the manager writes.
const FieldManager = "rolewright"

// maxNote bounds the note of an event, in bytes.
const maxNote = 1024

// Writer writes statuses.
type Writer struct {
	Client   client.Client
	Recorder recorder.EventRecorder
}

// Write writes the desired status of an object if it differs from the current one, and sends an event for each condition
// whose status or reason changes.
func Write[S any, P conditions.Status[S]](ctx context.Context, w *Writer, object client.Object, current *S, desired S) error {
	written, err := Apply[S, P](ctx, w, object, current, desired)
	if err == nil && written {
		w.sendEvents(object, *P(current).GetConditions(), *P(&desired).GetConditions())
	}
	return err
}

// Apply writes the desired status of an object if it differs from the current one, and reports whether it did. An object
// that no longer exists needs no status.
func Apply[S any, P conditions.Status[S]](ctx context.Context, w *Writer, object client.Object, current *S, desired S) (bool, error) {
	if conditions.UpToDate[S, P](*current, desired) {
		return false, nil
	}
	configuration, err := configurationOf(object, &desired, w.Client.Scheme())
	if err != nil {
		return false, err
	}
	err = w.Client.Status().Apply(ctx, configuration, client.FieldOwner(FieldManager), client.ForceOwnership)
	if err != nil {
		if client.IgnoreNotFound(err) == nil {
			return false, nil
		}
		return false, fmt.Errorf("writing the status of %T %s: %w", object, client.ObjectKeyFromObject(object), err)
	}
	return true, nil
}

// sendEvents sends an event for each condition whose status or reason changed. What ResolvedRefs says, Ready says as well, and
// so does a condition of the same reason.
func (w *Writer) sendEvents(object client.Object, before, after []metav1.Condition) {
	ready := meta.FindStatusCondition(after, v1alpha1.ConditionReady)
	for _, condition := range after {
		if condition.Type == v1alpha1.ConditionResolvedRefs ||
			condition.Type != v1alpha1.ConditionReady && ready != nil && ready.Reason == condition.Reason {
			continue
		}
		former := meta.FindStatusCondition(before, condition.Type)
		if former != nil && former.Status == condition.Status && former.Reason == condition.Reason {
			continue
		}
		kind := corev1.EventTypeNormal
		if condition.Status != metav1.ConditionTrue {
			kind = corev1.EventTypeWarning
		}
		w.Recorder.Eventf(object, nil, kind, condition.Reason, condition.Type, "%s", bounded.Bytes(condition.Message, maxNote))
	}
}
