// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"errors"
	"net/http"

	"github.com/rolewright/rolewright/internal/accessrequest"
	"github.com/rolewright/rolewright/internal/authzen"
)

// Paths of probes. No organization is served at them: their paths have two segments.
const (
	healthPath = "/healthz"
	readyPath  = "/readyz"
)

// probes are what probes find out.
var probes = map[string]func(*Server) error{
	healthPath: func(*Server) error { return nil },
	readyPath:  (*Server).Ready,
}

// route answers probes, which need no token, and passes everything else to the API.
func (s *Server) route(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if find, is := probes[r.URL.Path]; is {
			probe(w, r, find(s))
		} else {
			api.ServeHTTP(w, r)
		}
	})
}

// routes returns where the listener of the API answers.
func (s *Server) routes() []authzen.Route {
	routes := authzen.Routes()
	if s.options.AccessRequests != nil {
		routes = append(routes, accessrequest.Routes()...)
	}
	for path := range probes {
		routes = append(routes, authzen.Route{Path: path, Methods: []string{http.MethodGet, http.MethodHead}})
	}
	return routes
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
