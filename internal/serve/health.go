// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"errors"
	"net/http"
)

// Paths of probes. No organization is served at them: their paths have two segments.
const (
	healthPath = "/healthz"
	readyPath  = "/readyz"
)

// route answers probes, which need no token, and passes everything else to the API.
func (s *Server) route(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case healthPath:
			probe(w, r, nil)
		case readyPath:
			probe(w, r, s.Ready())
		default:
			api.ServeHTTP(w, r)
		}
	})
}

// Ready returns nil while requests should be sent here.
func (s *Server) Ready() error {
	if s.stopping.Load() {
		return errors.New("the service is shutting down")
	}
	return s.options.Registry.Ready()
}

func probe(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "use GET", http.StatusMethodNotAllowed)
	case err != nil:
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	}
}
