// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/publish"
)

// shardWriters is how many shards of one organization are written at the same time: each is 200 KiB, and the first publication
// of a large organization writes a hundred.
const shardWriters = 8

// writeShards writes shards, several at the same time.
func (p *Publisher) writeShards(ctx context.Context, loaded *state, shards []*publish.Shard) error {
	failures := make([]error, len(shards))
	workqueue.ParallelizeUntil(ctx, shardWriters, len(shards), func(i int) {
		desired := configmap.Shard(loaded.snapshot.Key, shards[i])
		loaded.mark(desired, shards[i])
		if err := p.writeShard(ctx, loaded, desired, shards[i]); err != nil {
			failures[i] = fmt.Errorf("ConfigMap %q: %w", desired.Name, err)
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	return retry.MostSevere(failures...)
}

// writeShard creates a shard. If it exists already, it stays if it holds what it should, and is replaced otherwise: it is
// immutable. Its name is the digest of what it holds, so nobody else's has it. It is read from the API server, because the cache does
// not hold a ConfigMap that lost its labels, and may be behind.
func (p *Publisher) writeShard(ctx context.Context, loaded *state, desired *corev1.ConfigMap, shard *publish.Shard) error {
	err := p.Client.Create(ctx, desired.DeepCopy(), client.FieldOwner(statuswriter.FieldManager))
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	existing := &corev1.ConfigMap{}
	if err := p.Live.Get(ctx, client.ObjectKeyFromObject(desired), existing); err != nil {
		return err
	}
	switch {
	case !configmap.Holds(existing, shard.Part.Digest):
		return p.replace(ctx, existing, desired)
	case loaded.mark(existing, shard):
		return p.Client.Update(ctx, existing, client.FieldOwner(statuswriter.FieldManager))
	default:
		return nil
	}
}
