// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"context"
	"fmt"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
	"sigs.k8s.io/controller-runtime/pkg/recorder"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/conditions"
)

// FieldManager owns the fields that the manager writes.
const FieldManager = "rolewright"

// maxConditions is how many conditions the schema of every kind allows.
const maxConditions = 8

// Writer writes statuses.
type Writer struct {
	// Client is one that NewClient made. Live reads from the API server: of a status that others write too, a write is answered with less.
	Client   client.Client
	Live     client.Reader
	Recorder recorder.EventRecorder
	Edits    *Edits
	// Namespaces knows which namespaces are being deleted: nothing is written there.
	Namespaces *lookup.Namespaces

	warnings warnings
}

// Trusted returns an object with the status from which the next one may be computed: its own or, if another writer changed that, the
// one before.
func Trusted[O client.Object](w *Writer, object O) O {
	former, _, edited := w.Edits.find(object.GetUID())
	if !edited {
		return object
	}
	trusted := object.DeepCopyObject().(O)
	statusOf(trusted).Set(reflect.ValueOf(former).Elem())
	return trusted
}

// Write writes the status that an object should have if it differs from the current one, and sends a warning for each condition
// that is newly not True.
func Write[O client.Object, S any, P conditions.Status[S]](ctx context.Context, w *Writer, object O, desired func(O) S) error {
	trusted := Trusted(w, object)
	status := desired(trusted)
	written, err := Apply[O, S, P](ctx, w, trusted, status)
	if err == nil && written {
		w.warn(object, *P(currentOf[S](trusted)).GetConditions(), *P(&status).GetConditions())
	}
	return err
}

// Apply writes the desired status of an object, which was computed from a trusted one, if it differs from the current one, and
// reports whether it did. An object that no longer exists, or will not much longer, needs no status.
func Apply[O client.Object, S any, P conditions.Status[S]](ctx context.Context, w *Writer, object O, desired S) (bool, error) {
	edited := w.Edits.IsEdited(object)
	if w.isLeaving(ctx, object) {
		return false, nil
	}
	fingerprint, err := conditions.FingerprintOf(P(&desired))
	if err != nil {
		return false, fmt.Errorf("translating the status of %T %s: %w", object, client.ObjectKeyFromObject(object), err)
	}
	if fingerprint == fingerprintOf(object) && !edited {
		return false, nil
	}
	undo := w.Edits.written(object, fingerprint)
	version, err := write[O, S, P](ctx, w, object, desired, edited)
	if err != nil || version == object.GetResourceVersion() {
		undo()
	}
	switch {
	case err == nil:
		return true, nil
	case client.IgnoreNotFound(err) == nil:
		return false, nil
	default:
		return false, fmt.Errorf("writing the status of %T %s: %w", object, client.ObjectKeyFromObject(object), err)
	}
}

// write applies a status, and returns the version of the object then. An apply removes neither what others added nor what they own
// too: where that is found, or was seen before, the status is replaced as a whole.
func write[O client.Object, S any, P conditions.Status[S]](
	ctx context.Context, w *Writer, object O, desired S, edited bool,
) (string, error) {
	if edited {
		return replace[O, S, P](ctx, w, object, desired, object.GetResourceVersion())
	}
	answer, err := apply(ctx, w, object, desired)
	if apierrors.IsInvalid(err) {
		// The conditions of others may leave no room.
		return replace[O, S, P](ctx, w, object, desired, object.GetResourceVersion())
	}
	if err != nil {
		return "", err
	}
	version := ptr.Deref(answer.ResourceVersion, "")
	if version != object.GetResourceVersion() && !answer.isOfOthers() {
		// Should there be anything else yet, the cache delivers another status than was written.
		return version, nil
	}
	stored := object.DeepCopyObject().(O)
	if err := w.Live.Get(ctx, client.ObjectKeyFromObject(object), stored); err != nil {
		return version, err
	}
	if conditions.UpToDate[S, P](*currentOf[S](stored), desired) {
		return version, nil
	}
	return replace[O, S, P](ctx, w, object, desired, version)
}

// apply applies a status, and returns what the API server has then.
func apply(ctx context.Context, w *Writer, object client.Object, status any) (*answer, error) {
	kind, err := apiutil.GVKForObject(object, w.Client.Scheme())
	if err != nil {
		return nil, err
	}
	answer := answerFor(object, kind)
	return answer, w.Client.Status().Apply(ctx, answer, client.FieldOwner(FieldManager), client.ForceOwnership,
		&client.SubResourceApplyOptions{SubResourceBody: configurationOf(object, kind, status)})
}

// replace replaces the status of a version of an object, apart from the conditions that other programs set, as far as there is
// room for them.
func replace[O client.Object, S any, P conditions.Status[S]](
	ctx context.Context, w *Writer, object O, desired S, version string,
) (string, error) {
	current := client.Object(object)
	if _, latest, edited := w.Edits.find(object.GetUID()); edited {
		current = latest
	}
	replaced := object.DeepCopyObject().(O)
	replaced.SetResourceVersion(version)
	of := P(&desired).GetConditions()
	for _, c := range conditions.Foreign(*P(currentOf[S](current)).GetConditions()) {
		if len(*of) < maxConditions {
			*of = append((*of)[:len(*of):len(*of)], c)
		}
	}
	*currentOf[S](replaced) = desired
	err := w.Client.Status().Update(ctx, replaced, client.FieldOwner(FieldManager))
	return replaced.GetResourceVersion(), err
}

// currentOf returns the status of an object.
func currentOf[S any](object client.Object) *S { return statusOf(object).Addr().Interface().(*S) }
