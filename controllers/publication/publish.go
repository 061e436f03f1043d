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

	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/status"
)

// publish writes the shards and the ConfigMap that were decided on, in this order: readers never see a reference to a shard that
// is not there. If the API server refuses, or a shard has the name of a foreign ConfigMap, that becomes the outcome: statuses
// show it before another try. Err is anything else that prevented the writes.
func (r *Reconciler) publish(ctx context.Context, loaded *state, decided *decision) (refusal, err error) {
	err = r.writeAll(ctx, loaded, decided)
	var foreign *foreignError
	switch {
	case err == nil:
		return nil, nil
	case errors.As(err, &foreign):
		*decided = *unpublished(loaded.publication(), status.ReasonForeignConfigMap, err.Error())
		return nil, nil
	case apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause), !retry.IsRefused(err):
		return nil, err
	default:
		*decided = *unpublished(loaded.publication(), status.ReasonPublishFailed, fmt.Sprintf("the API server refused %v", err))
		return err, nil
	}
}

func (r *Reconciler) writeAll(ctx context.Context, loaded *state, decided *decision) error {
	if err := r.writeShards(ctx, loaded, decided.shards); err != nil {
		return err
	}
	if decided.write == nil {
		return nil
	}
	if err := r.write(ctx, decided.write); err != nil {
		return fmt.Errorf("ConfigMap %q: %w", decided.write.Name, err)
	}
	r.Publications.Written(loaded.snapshot.Key, decided.write.ResourceVersion)
	log.FromContext(ctx).Info("Published", "revision", decided.outcome.Publication.Revision, "digest", decided.outcome.Publication.Digest,
		"bytes", decided.outcome.Publication.Bytes, "shards", len(loaded.snapshot.Encoded.Shards), "newShards", len(decided.shards))
	return nil
}

// write creates a ConfigMap, or updates the one that it was copied from. A create fails if another writer was faster, and an
// update if another writer changed the ConfigMap: an apply would take over what is not ours.
func (r *Reconciler) write(ctx context.Context, configMap *corev1.ConfigMap) error {
	if configMap.ResourceVersion == "" {
		return r.Client.Create(ctx, configMap, client.FieldOwner(statuswriter.FieldManager))
	}
	return r.Client.Update(ctx, configMap, client.FieldOwner(statuswriter.FieldManager))
}
