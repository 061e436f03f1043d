// SPDX-License-Identifier: Apache-2.0

package fromfiles

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/go-logr/logr"
)

// settle is how long files must have been quiet: editors and git write several in a row.
const settle = 100 * time.Millisecond

// fingerprint tells two states of files apart without reading them.
type fingerprint [sha256.Size]byte

// fingerprintOf looks at names, sizes and times of all that lies below the paths. Links are followed, as reading does.
func fingerprintOf(paths []string) fingerprint {
	sum := sha256.New()
	each(paths, func(path string, info fs.FileInfo, err error) {
		if err != nil {
			_, _ = fmt.Fprintf(sum, "%q %v\n", path, err)
			return
		}
		_, _ = fmt.Fprintf(sum, "%q %d %d %s\n", path, info.Size(), info.ModTime().UnixNano(), info.Mode())
	})
	return fingerprint(sum.Sum(nil))
}

// each visits the paths and what lies below them, whatever links lead there; like a reader it leaves out what begins with a
// dot.
func each(paths []string, visit func(path string, info fs.FileInfo, err error)) {
	seen := map[string]bool{}
	var walk func(path string)
	walk = func(path string) {
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			if resolved, linkErr := filepath.EvalSymlinks(path); linkErr == nil {
				if seen[resolved] {
					return
				}
				seen[resolved] = true
			}
		}
		visit(path, info, err)
		if err != nil || !info.IsDir() {
			return
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			visit(path, nil, err)
		}
		for _, entry := range entries {
			if !strings.HasPrefix(entry.Name(), ".") {
				walk(filepath.Join(path, entry.Name()))
			}
		}
	}
	for _, path := range paths {
		walk(path)
	}
}

// watch sends when the files may have changed: as the operating system tells, and at every poll. It ends with the context.
func watch(ctx context.Context, paths []string, poll time.Duration, log logr.Logger) <-chan struct{} {
	changes := make(chan struct{})
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		log.Error(err, "Cannot watch files; polling them instead", "interval", poll)
		go look(ctx, nil, nil, paths, poll, changes)
		return changes
	}
	go func() {
		defer func() { _ = watcher.Close() }()
		look(ctx, watcher, watcher.Events, paths, poll, changes)
	}()
	return changes
}

// look sends until the context ends. Without a watcher there are no events.
func look(
	ctx context.Context, watcher *fsnotify.Watcher, events <-chan fsnotify.Event, paths []string, poll time.Duration, changes chan<- struct{},
) {
	polling := time.NewTicker(poll)
	defer polling.Stop()
	quiet := time.NewTimer(0)
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-events:
			quiet.Reset(settle)
			continue
		case <-polling.C:
		case <-quiet.C:
		}
		if watcher != nil {
			follow(watcher, paths)
		}
		select {
		case changes <- struct{}{}:
		case <-ctx.Done():
		}
	}
}

// follow watches every folder, those that are new included. A file is watched through its folder, since editors replace
// it. What cannot be watched is polled.
func follow(watcher *fsnotify.Watcher, paths []string) {
	each(paths, func(path string, info fs.FileInfo, err error) {
		if err == nil && !info.IsDir() {
			path = filepath.Dir(path)
		}
		_ = watcher.Add(path)
	})
}
