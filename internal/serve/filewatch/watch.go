// SPDX-License-Identifier: Apache-2.0

package filewatch

import (
	"context"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/go-logr/logr"
)

const (
	// pollInterval is how often files are looked at without a notification: network file systems send none.
	pollInterval = 2 * time.Second
	// settleTime is how long files must have been quiet: editors and git write several in a row.
	settleTime = 100 * time.Millisecond
)

// Watch returns a channel that receives whenever something below the paths may have changed: shortly after the operating
// system's notification, and regularly. It stops with the context.
func Watch(ctx context.Context, paths []string, log logr.Logger) <-chan struct{} {
	changes := make(chan struct{})
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		log.Error(err, "Cannot watch files; polling them instead", "interval", pollInterval)
		go watch(ctx, nil, nil, paths, changes)
		return changes
	}
	go func() {
		defer func() { _ = watcher.Close() }()
		watch(ctx, watcher, watcher.Events, paths, changes)
	}()
	return changes
}

// watch sends until the context ends. Without a watcher there are no events.
func watch(ctx context.Context, watcher *fsnotify.Watcher, events <-chan fsnotify.Event, paths []string, changes chan<- struct{}) {
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	// The first signal comes at once: something may have changed before the watch began.
	settled := time.NewTimer(0)
	defer settled.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-events:
			settled.Reset(settleTime)
			continue
		case <-poll.C:
		case <-settled.C:
		}
		if watcher != nil {
			addAll(watcher, paths)
		}
		select {
		case changes <- struct{}{}:
		case <-ctx.Done():
		}
	}
}

// addAll watches every folder, including new ones. A file is watched through its folder, since editors replace it. What
// cannot be watched is polled.
func addAll(watcher *fsnotify.Watcher, paths []string) {
	walk(paths, func(path string, info fs.FileInfo, err error) {
		if err == nil && !info.IsDir() {
			path = filepath.Dir(path)
		}
		_ = watcher.Add(path)
	})
}
