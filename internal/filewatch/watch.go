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
	// eventDelay is how long after a notification they are looked at: notifications come in bursts.
	eventDelay = 100 * time.Millisecond
)

// Watch returns a channel that receives each state of what is below the paths that has settled, and regularly the state that
// lasts. It stops with the context.
func Watch(ctx context.Context, paths []string, log logr.Logger) <-chan Fingerprint {
	w := &watch{paths: paths, observer: NewObserver(paths), states: make(chan Fingerprint), log: log}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		log.Error(err, "Cannot watch files; polling them instead", "interval", pollInterval)
		go w.run(ctx)
		return w.states
	}
	w.watcher, w.events = watcher, watcher.Events
	go func() {
		defer func() { _ = watcher.Close() }()
		w.run(ctx)
	}()
	return w.states
}

// watch sends the states of files that have settled.
type watch struct {
	paths    []string
	observer *Observer
	settling settling
	states   chan Fingerprint
	// watcher is nil, and there are no events, if the system cannot notify.
	watcher *fsnotify.Watcher
	events  <-chan fsnotify.Event
	log     logr.Logger
}

func (w *watch) run(ctx context.Context) {
	look := time.NewTimer(0)
	defer look.Stop()
	// notified is set if the next look is because of an event, so that a stream of events does not put it off.
	notified := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.events:
			if !notified {
				notified = true
				look.Reset(eventDelay)
			}
			continue
		case <-look.C:
		}
		notified = false
		w.addAll()
		if left := w.observe(); left > 0 {
			look.Reset(min(left, pollInterval))
			continue
		}
		select {
		case w.states <- w.settling.settled.Fingerprint:
		case <-ctx.Done():
		}
		look.Reset(pollInterval)
	}
}

// observe looks at the files, and returns how long what is there has to last until it is settled: zero or less if it is.
func (w *watch) observe() time.Duration {
	left, emptied := w.settling.observe(w.observer.Look(), time.Now())
	if emptied != "" {
		w.log.Info("Waiting: a file has lost its content", "file", emptied,
			"until", "it has content, or has been empty for "+emptiedTime.String())
	}
	return left
}

// addAll watches every folder, including new ones. A file is watched through its folder, since editors replace it. What
// cannot be watched is polled.
func (w *watch) addAll() {
	if w.watcher == nil {
		return
	}
	walk(w.paths, func(path string, info fs.FileInfo, err error) {
		if err == nil && !info.IsDir() {
			path = filepath.Dir(path)
		}
		_ = w.watcher.Add(path)
	})
}

// Follow calls a function with each state that a channel of Watch receives, until the context ends.
func Follow(ctx context.Context, states <-chan Fingerprint, with func(Fingerprint)) {
	for {
		select {
		case <-ctx.Done():
			return
		case state := <-states:
			with(state)
		}
	}
}

// OnChange calls a function whenever what is below the paths has settled in another state than before, until the context ends. The first
// state is another one too.
func OnChange(ctx context.Context, paths []string, log logr.Logger, changed func()) {
	var known Fingerprint
	Follow(ctx, Watch(ctx, paths, log), func(state Fingerprint) {
		if state != known {
			known = state
			changed()
		}
	})
}
