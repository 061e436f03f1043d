// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/debounce"
)

const (
	// quiet is for how long nothing may change before a state is made.
	quiet = 100 * time.Millisecond
	// recheck is how often the API server looks at the rights of the user again.
	recheck = 30 * time.Second
	// patience is how long a page waits for the first state.
	patience = 10 * time.Second
	// requestsPerSecond and requestBurst are those of kubectl.
	requestsPerSecond, requestBurst = 50, 300
)

// Option changes a source.
type Option func(*Source)

// WithRecheck sets how often the API server looks at the rights of the user again.
func WithRecheck(period time.Duration) Option { return func(s *Source) { s.recheck = period } }

// Source is a source of states. It is safe for concurrent use.
type Source struct {
	client     client.WithWatch
	namespaces []string
	recheck    time.Duration
	log        logr.Logger

	kinds     []*kind
	debouncer *debounce.Debouncer
	changes   chan struct{}

	mutex sync.Mutex
	feeds map[*kind][]*feed

	// What follows belongs to the goroutine that follows. What was made last lacks only what is said of the API server itself.
	contents     contents
	vocabularies vocabularies
	made         *state.State
	madeErr      error
	// builders make states by namespace, and by "" of all together.
	builders map[string]*state.Builder
	count    int

	// started makes versions differ from those of another source.
	started time.Time
	ready   chan struct{}
	current atomic.Pointer[state.State]
}

// New returns a source of what the user of a configuration may read in some namespaces; in all, if none is named. It does not talk to the
// API server yet.
func New(config *rest.Config, namespaces []string, log logr.Logger, options ...Option) (*Source, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(v1alpha1.AddToScheme(scheme), corev1.AddToScheme(scheme)); err != nil {
		return nil, texts.NoKinds(err)
	}
	if config.QPS == 0 {
		// client-go's own rate takes a minute for 100,000 objects, page by page.
		config = rest.CopyConfig(config)
		config.QPS, config.Burst = requestsPerSecond, requestBurst
	}
	c, err := client.NewWithWatch(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, texts.NoCluster(err)
	}
	s := &Source{
		client: c, namespaces: slices.Compact(slices.Sorted(slices.Values(namespaces))), recheck: recheck, log: log,
		kinds: newKinds(), debouncer: debounce.New(quiet, time.Now), changes: make(chan struct{}, 1),
		feeds: map[*kind][]*feed{}, vocabularies: vocabularies{}, builders: map[string]*state.Builder{}, started: time.Now(),
		ready: make(chan struct{}),
	}
	for _, option := range options {
		option(s)
	}
	for _, k := range s.kinds {
		in := s.namespaces
		if !k.inNamespace || len(in) == 0 {
			in = []string{""}
		}
		for _, namespace := range in {
			s.feeds[k] = append(s.feeds[k], &feed{
				kind: k, client: c, namespace: namespace, recheck: s.recheck, changed: s.changed, log: log, mutex: &s.mutex, objects: store{},
			})
		}
	}
	return s, nil
}

// theState is what the debouncer calls all that is read: there is one state of it.
var theState = types.NamespacedName{}

// changed records that there is something new to show.
func (s *Source) changed() {
	s.debouncer.MarkDirty(theState)
	select {
	case s.changes <- struct{}{}:
	default:
	}
}

// Run follows the cluster until the context ends.
func (s *Source) Run(ctx context.Context) {
	var running sync.WaitGroup
	for _, feeds := range s.feeds {
		for _, f := range feeds {
			running.Go(func() { f.run(ctx) })
		}
	}
	running.Go(func() { s.follow(ctx) })
	running.Wait()
}

// State implements console.Source. It waits for the first state, but not for long.
func (s *Source) State(ctx context.Context) (*state.State, error) {
	if current := s.current.Load(); current != nil {
		return current, nil
	}
	select {
	case <-s.ready:
		return s.current.Load(), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(patience):
		return nil, texts.ErrStillReading
	}
}

// Synced reports whether there is a state: of everything it is known whether it may be read.
func (s *Source) Synced() bool { return s.current.Load() != nil }

// follow makes a state whenever something has changed.
func (s *Source) follow(ctx context.Context) {
	again := time.NewTicker(s.recheck)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
			changed := s.vocabularies.refresh(ctx, s.client)
			if changed {
				// Those who may write ConfigMaps may have written other catalogs by the same identities.
				clear(s.builders)
			}
			s.update(ctx, changed)
		case <-s.changes:
			if !s.settle(ctx) {
				return
			}
			began := time.Now()
			s.update(ctx, false)
			// Pages are answered meanwhile: at most half of the time goes into states.
			if !pause(ctx, time.Since(began)) {
				return
			}
		}
	}
}

// settle waits until the changes have ended for a moment; it is false if the context ends before.
func (s *Source) settle(ctx context.Context) bool {
	for {
		_, wait := s.debouncer.TryStart(theState)
		if wait <= 0 {
			s.debouncer.Finish(theState)
			return ctx.Err() == nil
		}
		if !pause(ctx, wait) {
			return false
		}
	}
}

// pause waits; it is false if the context ends before.
func pause(ctx context.Context, period time.Duration) bool {
	timer := time.NewTimer(period)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// update shows what has changed, or what is said otherwise of the API server.
func (s *Source) update(ctx context.Context, changed bool) {
	read, complete := s.collect()
	if !complete {
		return
	}
	if changed = changed || read.changed; changed {
		s.remake(ctx, read)
	}
	refused := cmp.Or(s.madeErr, read.silence(time.Now()))
	shown := s.current.Load()
	if shown != nil && !changed && text(shown.Refused) == text(refused) {
		return
	}
	next := *s.made
	next.Refused = refused
	s.count++
	next.Version = strconv.FormatInt(s.started.UnixNano(), 36) + "." + strconv.Itoa(s.count)
	if s.current.Swap(&next) == nil {
		close(s.ready)
	}
}

// text returns that of an error, nothing if there is none.
func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// remake makes a state of what was read. If none can be made, the one before stays.
func (s *Source) remake(ctx context.Context, read *reading) {
	made, err := s.stateOf(ctx, read)
	if err != nil {
		s.log.Error(err, "What has changed cannot be shown")
		s.madeErr = texts.LastNotShown(err)
		if s.made == nil {
			s.made = state.Empty(time.Now())
		}
		return
	}
	s.made, s.madeErr = made, nil
}
