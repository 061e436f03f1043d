// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"fmt"
	"maps"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	decision "github.com/rolewright/rolewright/internal/admission"
)

const (
	// patience is how long a request is worked on. The API server waits for longer.
	patience = 8 * time.Second
	// lag is how long the cache may take to show what the API server has.
	lag = 2 * time.Second
	// poll is how often the cache is asked meanwhile.
	poll = 2 * time.Millisecond
	// written is how long the API server may take to make a write that was allowed. After that, it will not be made.
	written = 30 * time.Second
)

// await waits until the cache shows what became of the latest write that was allowed, and the object as it is before this one. It
// returns why it does not; empty if it does.
func (h *Handler) await(ctx context.Context, organization *organization, write *decision.Write) (reason string) {
	ctx, cancel := context.WithTimeout(ctx, lag)
	defer cancel()
	for {
		reason = h.behind(ctx, organization, write)
		if reason == "" {
			return ""
		}
		select {
		case <-time.After(poll):
		case <-ctx.Done():
			return reason
		}
	}
}

// behind says what the cache does not show yet.
func (h *Handler) behind(ctx context.Context, organization *organization, write *decision.Write) string {
	if p := organization.pending; p != nil {
		cached, err := lookup.Cached(ctx, h.Objects, p.write.Object())
		if err != nil {
			return err.Error()
		}
		if !p.isSettled(cached) && h.Clock().Sub(p.since) < written {
			return fmt.Sprintf("this replica of Rolewright does not see yet whether %s was written, which was just allowed", p.ref())
		}
		organization.settled()
	}
	cached, err := lookup.Cached(ctx, h.Objects, write.Object())
	if err != nil {
		return err.Error()
	}
	if !isCurrent(cached, write.Before) {
		return fmt.Sprintf("this replica of Rolewright does not see %s as it is before the change", write.Ref())
	}
	return ""
}

// isCurrent reports whether an object in the cache says what the API server has. Its status does not matter.
func isCurrent(cached, stored client.Object) bool {
	if cached == nil || stored == nil {
		return (cached == nil) == (stored == nil)
	}
	return cached.GetUID() == stored.GetUID() && cached.GetGeneration() == stored.GetGeneration() &&
		maps.Equal(cached.GetLabels(), stored.GetLabels())
}
