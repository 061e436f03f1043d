// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/status"
)

// publish writes the shards and the ConfigMap that were decided on, in this order: readers never see a shard named that is
// not there. A refusal of the API server becomes the outcome, for statuses to show before another try, and so does a
// ConfigMap of somebody else's; an error is anything else that kept the writes from being done.
func (r *Reconciler) publish(ctx context.Context, found *state, decided *decision) (refusal, err error) {
	err = r.writeAll(ctx, found, decided)
	var inTheWay *foreignError
	switch {
	case err == nil:
		return nil, nil
	case errors.As(err, &inTheWay):
		*decided = *withheld(found.publication(), status.ReasonForeignConfigMap, err.Error())
		return nil, nil
	case apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause), !refused(err):
		return nil, err
	default:
		*decided = *withheld(found.publication(), status.ReasonPublishFailed, fmt.Sprintf("the API server refused %v", err))
		return err, nil
	}
}

func (r *Reconciler) writeAll(ctx context.Context, found *state, decided *decision) error {
	if err := r.writeShards(ctx, found, decided.shards); err != nil {
		return err
	}
	if decided.write == nil {
		return nil
	}
	if err := r.write(ctx, decided.write); err != nil {
		return fmt.Errorf("ConfigMap %q: %w", decided.write.Name, err)
	}
	r.Publications.Written(found.taken.Key, decided.write.ResourceVersion)
	log.FromContext(ctx).Info("Published", "revision", decided.outcome.Publication.Revision, "digest", decided.outcome.Publication.Digest,
		"bytes", decided.outcome.Publication.Bytes, "shards", len(found.taken.Encoded.Shards), "newShards", len(decided.shards))
	return nil
}

// write creates a ConfigMap, or updates the one that it was copied from. A create fails where somebody else was faster,
// and an update where somebody changed the ConfigMap: an apply would take over what is not ours.
func (r *Reconciler) write(ctx context.Context, configMap *corev1.ConfigMap) error {
	if configMap.ResourceVersion == "" {
		return r.Client.Create(ctx, configMap, client.FieldOwner(statuswriter.FieldManager))
	}
	return r.Client.Update(ctx, configMap, client.FieldOwner(statuswriter.FieldManager))
}

// outdated reports whether a write failed because the cache was behind: another try will find what changed.
func outdated(err error) bool {
	return apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) || apierrors.IsNotFound(err)
}

// refused reports whether the API server understood a write and did not allow it.
func refused(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) ||
		apierrors.IsRequestEntityTooLargeError(err)
}
