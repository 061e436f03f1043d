// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"k8s.io/client-go/rest"
)

// Writes are the requests that change something, of every client with a certain configuration.
type Writes struct {
	mu   sync.Mutex
	list []string
}

// Count returns a configuration whose clients' writes are counted, also those that change nothing or are refused.
func (w *Writes) Count(config *rest.Config) *rest.Config {
	config = rest.CopyConfig(config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return &counter{writes: w, next: next} })
	return config
}

// List returns the writes whose paths contain all of some parts, a namespace and a resource for example, as "PATCH /apis/...".
func (w *Writes) List(parts ...string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.list), func(write string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(write+"/", "/"+part+"/") })
	})
}

type counter struct {
	writes *Writes
	next   http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (c *counter) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method != http.MethodGet && request.Method != http.MethodHead {
		c.writes.mu.Lock()
		c.writes.list = append(c.writes.list, request.Method+" "+request.URL.Path)
		c.writes.mu.Unlock()
	}
	return c.next.RoundTrip(request)
}
