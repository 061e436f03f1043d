// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// Publisher writes documents to ConfigMaps: those of organizations, or those of the platform.
type Publisher struct {
	// Client reads from the cache and waits for its own writes to arrive there.
	Client client.Client
	// Live reads from the API server, also what the cache leaves out.
	Live client.Reader
	// Namespaces knows the namespaces that are being deleted.
	Namespaces *lookup.Namespaces
	// Store holds what is published, and Publications knows what was.
	Store        *snapshot.Store
	Publications *publications.Tracker
	// Grace is how long a shard stays after the index ceased to reference it.
	Grace time.Duration
	Clock func() time.Time

	// unreferenced holds the shards that each organization no longer needs.
	unreferenced sync.Map
}

// decide decides on what the cache holds, which is too little to write it. If there is anything to do, it decides again on what the
// API server holds. It returns nil if there is another document there, and another resolution is about to come.
func (p *Publisher) decide(ctx context.Context, loaded *state, now time.Time) (*decision, error) {
	decided, err := decide(loaded, now)
	if err != nil || decided.isFinal() || loaded.organization == nil {
		return decided, err
	}
	if loaded.configMap, err = p.configMap(ctx, loaded.snapshot.Key, p.Live); err != nil || p.isFenced(loaded) {
		return nil, err
	}
	return decide(loaded, now)
}
