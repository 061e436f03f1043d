// SPDX-License-Identifier: Apache-2.0

package fromdirectory

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/filewatch"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Options say what is followed, and where it goes.
type Options struct {
	// Directory holds a publication, or folders that do, directly or in folders of their own: <namespace>/<organization>.
	Directory string
	// MaxStaleness is how long an organization is served without a sign that it is current; 0 for ever.
	MaxStaleness time.Duration
	// Registry receives the organizations.
	Registry *tenants.Registry
	// Log receives what is added, removed and refused.
	Log logr.Logger
	// Reloaded is called for every new publication with whether it was accepted; it may be nil.
	Reloaded func(accepted bool)
}

// Follower keeps the organizations of a registry as a directory publishes them.
type Follower struct {
	options Options
	reloads tenants.ReloadLog
	// folders are those that hold a publication, by path; served are the ones that the registry's organizations come from.
	folders map[string]*folder
	served  map[tenants.Key]*folder
	// complete is set once the first state is served.
	complete bool
}

// New reads the directory for the first time. A publication that is not there yet, or damaged, is waited for.
func New(options Options) (*Follower, error) {
	info, err := os.Stat(options.Directory)
	if err != nil {
		return nil, fmt.Errorf("--directory: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("--directory: %s is a file: name the folder that contains %s", options.Directory, document.PublicationKey)
	}
	f := &Follower{
		options: options, reloads: tenants.ReloadLog{Log: options.Log, Reloaded: options.Reloaded},
		folders: map[string]*folder{}, served: map[tenants.Key]*folder{},
	}
	f.refresh()
	if len(f.folders) == 0 {
		options.Log.Info("Waiting: nothing is published in the directory yet", "directory", options.Directory)
	}
	return f, nil
}

// Run follows the directory until the context ends.
func (f *Follower) Run(ctx context.Context) {
	states := filewatch.Watch(ctx, []string{f.options.Directory}, f.options.Log)
	filewatch.Follow(ctx, states, func(filewatch.Fingerprint) { f.refresh() })
}

// refresh reads every folder. Folders that are gone are removed first, so that an organization may move to another.
func (f *Follower) refresh() {
	found := publications(f.options.Directory)
	for path, known := range f.folders {
		if _, err := os.Stat(path); !slices.Contains(found, path) && os.IsNotExist(err) {
			delete(f.folders, path)
			f.remove(known)
		}
	}
	for _, path := range found {
		if f.folders[path] == nil {
			f.folders[path] = f.newFolder(path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(f.folders)) {
		f.load(f.folders[path])
	}
	if !f.complete && len(f.served) > 0 {
		f.finishStart()
	}
}

// finishStart records that the first state is served. The root answers for its organization if no other folder is there.
func (f *Follower) finishStart() {
	if len(f.folders) == 1 {
		for only := range f.served {
			f.options.Registry.FixRoot(only)
		}
	}
	f.options.Registry.Complete()
	f.complete = true
}

// load reads a folder, and adds its organization to the registry once it is known.
func (f *Follower) load(folder *folder) {
	// Errors are in the source's state.
	_ = folder.feeder.Load()
	before := folder.logged
	was := folder.key()
	folder.logged = folder.source.State()
	if folder.key() != was {
		f.forget(folder, was, "the folder publishes another organization")
	}
	if folder.logged.Revision > 0 && !f.serve(folder) {
		return
	}
	if folder.conflict {
		// It takes the place of another folder, so everything about it is new.
		folder.conflict, before = false, permissions.State{}
	}
	f.reloads.Record(folder.key(), &before, &folder.logged)
}

// serve adds a folder's organization to the registry. It returns false if the organization is served from another folder.
func (f *Follower) serve(folder *folder) bool {
	key := folder.key()
	switch other := f.served[key]; other {
	case folder:
	case nil:
		f.served[key] = folder
		f.options.Registry.Put(tenants.NewSourceBacked(key, folder.source))
	default:
		if !folder.conflict {
			folder.conflict = true
			f.options.Log.Error(nil, "Two folders publish the same organization; not serving the second",
				"organization", key.String(), "served", other.path, "not-served", folder.path)
		}
		return false
	}
	return true
}

// remove removes the organization that was served from a folder that is gone.
func (f *Follower) remove(folder *folder) { f.forget(folder, folder.key(), "the folder is gone") }

// forget removes an organization that was served from a folder.
func (f *Follower) forget(folder *folder, key tenants.Key, why string) {
	if f.served[key] != folder {
		return
	}
	delete(f.served, key)
	f.options.Registry.Remove(key)
	f.options.Log.Info("No longer serving: "+why, "organization", key.String(), "folder", folder.path)
}
