// SPDX-License-Identifier: Apache-2.0

package dirsource

import (
	"context"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// retryInterval is how soon the directory is looked at again when looking failed, or what was found was refused.
	retryInterval = time.Second
	// settling is how long the directory has to be quiet before it is looked at, and restless how long it may stay unquiet:
	// plain files are written one after the other.
	settling, restless = 20 * time.Millisecond, 200 * time.Millisecond
)

// Run looks at the directory now, whenever it changes, and from time to time, until the context ends. It needs no
// directory to begin with, and never fails: what it meets is in the source's State. It returns nil.
func (f *Feeder) Run(ctx context.Context) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		// The machine has no notifications left to give: looking from time to time does it, too.
		watcher = &fsnotify.Watcher{}
	} else {
		defer watcher.Close() //nolint:errcheck // nothing is lost with it
	}
	for ctx.Err() == nil {
		if err == nil {
			f.watch(watcher)
		}
		wait := f.interval
		if f.Load() != nil {
			wait = min(wait, retryInterval)
		}
		await(ctx, watcher, wait)
	}
	return nil
}

// watch follows the directory's name: it may be another directory by now, or there at last.
func (f *Feeder) watch(watcher *fsnotify.Watcher) {
	_ = watcher.Remove(f.directory)
	_ = watcher.Add(f.directory)
}

// await waits until something changed and is quiet again, for some time at most.
func await(ctx context.Context, watcher *fsnotify.Watcher, longest time.Duration) {
	deadline := time.NewTimer(longest)
	defer deadline.Stop()
	quiet := time.NewTimer(longest)
	defer quiet.Stop()
	for heard := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-deadline.C:
			return
		case <-quiet.C:
			return
		case err := <-watcher.Errors:
			if err != nil { // Events were lost.
				return
			}
		case <-watcher.Events:
			if !heard {
				heard = true
				deadline.Reset(min(restless, longest))
			}
			quiet.Reset(settling)
		}
	}
}
