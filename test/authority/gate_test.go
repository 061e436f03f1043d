// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"io"
	"net/http"
	"strings"
	"sync"

	"k8s.io/client-go/rest"
)

// gate holds back what watches of assignments bring while it is shut.
type gate struct{ held sync.RWMutex }

func (g *gate) shut() { g.held.Lock() }

func (g *gate) open() { g.held.Unlock() }

// config returns a configuration whose clients' watches pass the gate.
func (g *gate) config(config *rest.Config) *rest.Config {
	config = rest.CopyConfig(config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return passing{gate: g, next: next} })
	return config
}

type passing struct {
	gate *gate
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (p passing) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := p.next.RoundTrip(request)
	if err == nil && strings.HasSuffix(request.URL.Path, "/userassignments") && request.URL.Query().Has("watch") {
		response.Body = &heldBody{ReadCloser: response.Body, gate: p.gate}
	}
	return response, err
}

type heldBody struct {
	io.ReadCloser
	gate *gate
}

// Read implements io.Reader.
func (b *heldBody) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	b.gate.held.RLock()
	defer b.gate.held.RUnlock()
	return n, err
}
