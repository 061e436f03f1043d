// SPDX-License-Identifier: Apache-2.0

package fromfiles

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/filewatch"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
)

// Follower is a source of states.
type Follower struct {
	paths    []string
	reader   *manifests.Reader
	states   <-chan filewatch.Fingerprint
	observer *filewatch.Observer
	loaded   filewatch.Fingerprint
	count    int
	// first is what later states are compared with.
	first *state.Baseline
	// started makes versions differ from those of an earlier process.
	started time.Time
	current atomic.Pointer[state.State]
}

// New reads the files for the first time, once nothing changes them any more, and watches them until the context ends.
func New(ctx context.Context, paths []string, reader *manifests.Reader, log logr.Logger) (*Follower, error) {
	f := &Follower{
		paths: paths, reader: reader, observer: filewatch.NewObserver(paths), states: filewatch.Watch(ctx, paths, log), started: time.Now(),
	}
	for f.current.Load() == nil {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case found := <-f.states:
			f.follow(found)
		}
	}
	return f, nil
}

// Run follows the files until the context ends.
func (f *Follower) Run(ctx context.Context) {
	filewatch.Follow(ctx, f.states, func(found filewatch.Fingerprint) {
		if found != f.loaded {
			f.follow(found)
		}
	})
}

// follow shows a state of the files or, if it cannot be shown, the one before and why.
func (f *Follower) follow(found filewatch.Fingerprint) {
	if err := f.load(found); err != nil {
		refused := *state.Empty(time.Now())
		if shown := f.current.Load(); shown != nil {
			refused = *shown
		}
		refused.Version = f.version()
		refused.Refused = texts.NewerNotShown(err)
		f.current.Store(&refused)
	}
}

// State implements console.Source.
func (f *Follower) State(context.Context) (*state.State, error) { return f.current.Load(), nil }

// load reads a state of the files. Nothing is shown of one that does not last until it has been read.
func (f *Follower) load(found filewatch.Fingerprint) error {
	input, err := validation.Load(f.reader, f.paths...)
	if f.observer.Look().Fingerprint != found {
		return nil
	}
	f.loaded = found
	if err != nil {
		return err
	}
	if err := input.Rejection(); err != nil {
		return err
	}
	s, err := state.New(input, f.version(), time.Now())
	if err != nil {
		return err
	}
	if f.first == nil {
		f.first = state.NewBaseline(s)
	}
	s.Baseline = f.first
	f.current.Store(s)
	return nil
}

func (f *Follower) version() string {
	f.count++
	return strconv.FormatInt(f.started.UnixNano(), 36) + "." + strconv.Itoa(f.count)
}
