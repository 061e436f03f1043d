// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/status"
)

// publish writes the shards and the ConfigMap that were decided on, in this order: readers never see a reference to a shard that
// is not there. If the API server refuses, or a finalizer holds a ConfigMap that must be created again, that becomes the
// outcome: statuses show it before another try. Err is anything else that prevented the writes.
func (p *Publisher) publish(ctx context.Context, loaded *state, decided *decision) (refusal, err error) {
	err = p.writeAll(ctx, loaded, decided)
	var held *heldError
	switch {
	case err == nil:
		p.setMark(loaded, decided)
		return nil, nil
	case errors.As(err, &held):
		*decided = *loaded.unpublished(status.ReasonPublishFailed, held.Error())
		return err, nil
	case apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause), !retry.IsRefused(err):
		return nil, err
	default:
		*decided = *loaded.unpublished(status.ReasonPublishFailed, fmt.Sprintf("the API server refused %v", err))
		return err, nil
	}
}

// setMark records what is published once a decision was carried out.
func (p *Publisher) setMark(loaded *state, decided *decision) {
	if decided.outcome.Problem != nil {
		return
	}
	configMap := loaded.configMap
	if decided.write != nil {
		configMap = decided.write
	}
	p.Publications.SetMark(loaded.snapshot.Key, &publications.Mark{
		Organization: loaded.organization.UID, ConfigMap: configMap.UID, Publication: *decided.outcome.Last,
	})
}

func (p *Publisher) writeAll(ctx context.Context, loaded *state, decided *decision) error {
	if err := p.writeShards(ctx, loaded, decided.shards); err != nil {
		return err
	}
	if decided.write == nil {
		return nil
	}
	if err := p.write(ctx, loaded.configMap, decided.write); err != nil {
		return fmt.Errorf("ConfigMap %q: %w", decided.write.Name, err)
	}
	p.Publications.Written(loaded.snapshot.Key, decided.write.ResourceVersion)
	log.FromContext(ctx).Info("Published", "revision", decided.outcome.Publication.Revision, "digest", decided.outcome.Publication.Digest,
		"bytes", decided.outcome.Publication.Bytes, "shards", len(loaded.snapshot.Encoded.Shards), "newShards", len(decided.shards))
	return nil
}

// write creates a ConfigMap, or updates the existing one that it was copied from. A create fails if another writer was faster, and
// an update if another writer changed the ConfigMap: an apply would take over what is not ours. An immutable one is deleted and
// created again; if a finalizer holds it, at least what is not its data can be updated.
func (p *Publisher) write(ctx context.Context, existing, desired *corev1.ConfigMap) error {
	switch {
	case existing == nil:
		return p.Client.Create(ctx, desired, client.FieldOwner(statuswriter.FieldManager))
	case ptr.Deref(existing.Immutable, false) && (len(existing.Finalizers) == 0 || !configmap.HasData(existing, desired.Data)):
		desired.Immutable = nil
		return p.replace(ctx, existing, desired)
	default:
		return p.Client.Update(ctx, desired, client.FieldOwner(statuswriter.FieldManager))
	}
}
