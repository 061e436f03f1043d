// SPDX-License-Identifier: Apache-2.0

package watches

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
)

const (
	// MaxGap is how long there may be no watch of a resource: one that ends, as each does after some minutes, is begun again at once.
	MaxGap = 10 * time.Second
	// MaxSilence is how long a watch may bring nothing: an API server sends a bookmark every minute where nothing changes.
	MaxSilence = 150 * time.Second
	// minCatchUp and maxCatchUp are how long a watch takes at least and at most to bring what happened while it was interrupted. Between
	// these, it takes no longer than that lasted; but where there is much else to do, what happened in a moment can take longer to arrive.
	minCatchUp, maxCatchUp = 250 * time.Millisecond, time.Second
)

// Tracker follows the watches of a cache. The zero value is ready, and it is safe for concurrent use.
type Tracker struct {
	mutex     sync.Mutex
	resources map[string]*state
	distance  distance
}

// state is what is known of the watches of a resource.
type state struct {
	// open counts the watches that are going on.
	open int
	// heard is when the latest of them brought something, began or ended.
	heard time.Time
	// caughtUp is by when a watch that was interrupted has brought what happened meanwhile.
	caughtUp time.Time
}

// Cache is a cache of which the watches are followed.
type Cache struct {
	cache.Cache
	*Tracker
}

// NewInformer makes an informer, as cache.Options have it.
type NewInformer = func(toolscache.ListerWatcher, runtime.Object, time.Duration, toolscache.Indexers) toolscache.SharedIndexInformer

// NewCache makes such a cache. Its informers are made by what informers returns, given the client that the cache reads with.
func NewCache(
	config *rest.Config, options cache.Options, informers func(*rest.Config, *http.Client) (NewInformer, error),
) (cache.Cache, error) {
	tracker := &Tracker{}
	config = rest.CopyConfig(config)
	// Within a cluster, compressing every event costs both sides more than it saves; the controllers of Kubernetes ask for none either.
	config.DisableCompression = true
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return &transport{tracker: tracker, next: next} })
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	options.HTTPClient = client
	if options.NewInformer, err = informers(config, client); err != nil {
		return nil, err
	}
	made, err := cache.New(config, options)
	return &Cache{Cache: made, Tracker: tracker}, err
}

// Behind says which of some resources the cache may not know as they are; empty if it knows all of them.
func (t *Tracker) Behind(now time.Time, resources ...string) string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, resource := range resources {
		s := t.resources[resource]
		switch {
		case s == nil:
			return resource + " are not watched yet"
		case s.open == 0 && now.Sub(s.heard) > MaxGap:
			return fmt.Sprintf("the watch of %s has been interrupted for %s", resource, now.Sub(s.heard).Truncate(time.Second))
		case now.Sub(s.heard) > MaxSilence:
			return fmt.Sprintf("the watch of %s has brought nothing for %s", resource, now.Sub(s.heard).Truncate(time.Second))
		}
	}
	return ""
}

// Interrupted says which of some resources is not watched right now, or has only just been watched again; empty if there is none. The
// cache then may hold a later state of one resource than of another, and together they may be a state that never existed.
func (t *Tracker) Interrupted(now time.Time, resources ...string) string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, resource := range resources {
		if s := t.resources[resource]; s == nil || s.open == 0 || now.Before(s.caughtUp) {
			return resource
		}
	}
	return ""
}

// note notes that something was heard of a resource, of which more or fewer watches are open.
func (t *Tracker) note(resource string, opened int) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.resources == nil {
		t.resources = map[string]*state{}
	}
	s := t.resources[resource]
	if s == nil {
		s = &state{}
		t.resources[resource] = s
	}
	now := time.Now()
	if opened > 0 && s.open == 0 && !s.heard.IsZero() {
		s.caughtUp = now.Add(min(max(now.Sub(s.heard), minCatchUp), maxCatchUp))
	}
	s.open += opened
	s.heard = now
}

// transport notes what watches bring.
type transport struct {
	tracker *Tracker
	next    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(request)
	isWatch := slices.Contains([]string{"true", "1"}, request.URL.Query().Get("watch"))
	if err != nil || !isWatch || response.StatusCode != http.StatusOK {
		return response, err
	}
	resource := path.Base(request.URL.Path)
	t.tracker.note(resource, 1)
	response.Body = &body{ReadCloser: response.Body, tracker: t.tracker, resource: resource}
	return response, nil
}

// body is that of a watch.
type body struct {
	io.ReadCloser
	tracker  *Tracker
	resource string
	ended    sync.Once
}

// Read implements io.Reader.
func (b *body) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	if n > 0 {
		b.tracker.note(b.resource, 0)
	}
	if err != nil {
		b.end()
	}
	return n, err
}

// Close implements io.Closer.
func (b *body) Close() error {
	b.end()
	return b.ReadCloser.Close()
}

func (b *body) end() { b.ended.Do(func() { b.tracker.note(b.resource, -1) }) }
