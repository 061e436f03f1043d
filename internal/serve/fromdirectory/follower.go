// SPDX-License-Identifier: Apache-2.0

package fromdirectory

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Options say what is followed, and who is told.
type Options struct {
	// Directory holds a publication, or folders that do, directly or in folders of their own: <namespace>/<organization>.
	Directory string
	// MaxStaleness is how long an organization is served without a sign that it is current; 0 means for ever.
	MaxStaleness time.Duration
	// Registry receives the organizations.
	Registry *tenants.Registry
	// Log receives what is added, removed and refused.
	Log logr.Logger
	// Reloaded is called for every new publication with whether it was accepted; it may be nil.
	Reloaded func(accepted bool)
	// Poll is how often new folders are looked for.
	Poll time.Duration
}

// Follower keeps the tenants of a registry as the directory says.
type Follower struct {
	options Options
	reloads tenants.ReloadLog
	folders map[string]*folder
	// claimed says which folder an organization is served from.
	mutex   sync.Mutex
	claimed map[tenants.Key]*folder
}

// New looks at the directory for the first time. A publication that is not there yet, or damaged, is waited for.
func New(options Options) (*Follower, error) {
	info, err := os.Stat(options.Directory)
	if err != nil {
		return nil, fmt.Errorf("--directory: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("--directory: %s is a file; name the folder that %s lies in", options.Directory, document.PublicationKey)
	}
	f := &Follower{
		options: options, reloads: tenants.ReloadLog{Log: options.Log, Reloaded: options.Reloaded},
		folders: map[string]*folder{}, claimed: map[tenants.Key]*folder{},
	}
	f.scan()
	if len(f.folders) == 0 {
		options.Log.Info("Waiting: nothing is published in the directory yet", "directory", options.Directory)
	}
	return f, nil
}

// Run follows the directory until the context ends.
func (f *Follower) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	polling := time.NewTicker(f.options.Poll)
	defer polling.Stop()
	for {
		for _, folder := range f.folders {
			if folder.stop == nil {
				folderCtx, stop := context.WithCancel(ctx)
				folder.stop = stop
				running.Go(func() { folder.run(folderCtx) })
			}
		}
		select {
		case <-ctx.Done():
			for _, folder := range f.folders {
				folder.stop()
			}
			return
		case <-polling.C:
			f.scan()
		}
	}
}

// scan finds folders that are new, and forgets those that are gone.
func (f *Follower) scan() {
	found := publications(f.options.Directory)
	for _, path := range found {
		if f.folders[path] == nil {
			added := newFolder(f, path)
			f.folders[path] = added
			added.look()
		}
	}
	for path, known := range f.folders {
		if _, err := os.Stat(path); slices.Contains(found, path) || !os.IsNotExist(err) {
			continue
		}
		delete(f.folders, path)
		if known.stop != nil {
			known.stop()
		}
		f.release(known)
	}
}

// publications are the folders that hold one: the directory itself, or those below it.
func publications(directory string) []string {
	if holdsPublication(directory) {
		return []string{directory}
	}
	var found []string
	for _, child := range children(directory) {
		if holdsPublication(child) {
			found = append(found, child)
			continue
		}
		found = append(found, slices.DeleteFunc(children(child), func(path string) bool { return !holdsPublication(path) })...)
	}
	return found
}

func holdsPublication(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, document.PublicationKey))
	return err == nil
}

// children are the folders in a folder, those left out that the kubelet makes for itself.
func children(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var found []string
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		if info, err := os.Stat(path); err == nil && info.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
			found = append(found, path)
		}
	}
	return found
}

// claim makes an organization a tenant out of a folder, unless another folder holds it already.
func (f *Follower) claim(by *folder, key tenants.Key) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if other := f.claimed[key]; other != nil {
		f.options.Log.Error(nil, "Two folders publish the same organization; not serving the second",
			"organization", key.String(), "served", other.path, "not-served", by.path)
		return false
	}
	f.claimed[key] = by
	f.options.Registry.Put(tenants.NewSourceBacked(key, by.source))
	f.options.Registry.Complete()
	return true
}

// release takes back what a folder claimed.
func (f *Follower) release(folder *folder) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for key, by := range f.claimed {
		if by == folder {
			delete(f.claimed, key)
			f.options.Registry.Remove(key)
			f.options.Log.Info("No longer serving: the folder is gone", "organization", key.String(), "folder", folder.path)
		}
	}
}
