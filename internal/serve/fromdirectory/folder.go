// SPDX-License-Identifier: Apache-2.0

package fromdirectory

import (
	"context"

	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/dirsource"
)

// folder is one that holds a publication.
type folder struct {
	follower *Follower
	path     string
	source   *permissions.Source
	feeder   *dirsource.Feeder
	// stop ends it; nil until it runs.
	stop context.CancelFunc
	// seen is the state that was told of last, and served is set once the organization is a tenant; refused means never.
	seen            permissions.State
	served, refused bool
}

func newFolder(f *Follower, path string) *folder {
	source := permissions.NewSource(permissions.WithMaxStaleness(f.options.MaxStaleness))
	return &folder{follower: f, path: path, source: source, feeder: dirsource.New(path, source)}
}

// look loads what is there, for the first time.
func (d *folder) look() {
	// What went wrong stands in the source's state.
	_ = d.feeder.Load()
	d.tell()
}

// run follows the folder until the context ends.
func (d *folder) run(ctx context.Context) {
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		_ = d.feeder.Run(ctx)
	}()
	for {
		changed := d.source.Changed()
		d.tell()
		select {
		case <-changed:
		case <-ctx.Done():
			<-fed
			return
		}
	}
}

// tell says what has changed since it was last called, and makes the organization a tenant once it is known.
func (d *folder) tell() {
	before := d.seen
	d.seen = d.source.State()
	key := tenants.Key{Namespace: d.seen.Namespace, Organization: d.seen.Organization}
	if d.seen.Revision > 0 && !d.served && !d.refused {
		d.served = d.follower.claim(d, key)
		d.refused = !d.served
	}
	if !d.refused {
		d.follower.reloads.Record(key, &before, &d.seen)
	}
}
