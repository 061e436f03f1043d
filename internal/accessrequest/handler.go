// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"net/http"
	"net/url"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/rolewright/rolewright/internal/authzen"
)

const (
	// segmentSchemas and segmentCancel are segments of paths below the endpoint.
	segmentSchemas = "schemas"
	segmentCancel  = "cancel"
	// mostAtOnce bounds how many requests are answered at the same time: each asks the API server.
	mostAtOnce = 64
	// keysCaching lets verifiers keep the keys for a while; one that they do not know makes them read the keys again.
	keysCaching = "public, max-age=300"
	jsonType    = "application/json"
	// requestIDHeader comes back, as on all answers of the service.
	requestIDHeader = "X-Request-Id"
)

// Handler answers what the profile adds, and passes everything else on.
func (s *Service) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		where, rest, ours := s.route(r.URL.EscapedPath())
		if !ours {
			next.ServeHTTP(w, r)
			return
		}
		if id := r.Header.Get(requestIDHeader); id != "" {
			w.Header().Set(requestIDHeader, id)
		}
		if rest == string(authzen.Keys) {
			s.serveKeys(w, r)
			return
		}
		if p := s.serve(w, r, where, strings.Split(rest, "/")[len(strings.Split(string(authzen.AccessRequests), "/")):]); p != nil {
			p.write(w)
		}
	})
}

// route returns which organization an escaped path is about, and its rest from access/ on. It is not ours if another endpoint is there.
func (s *Service) route(path string) (where place, rest string, ours bool) {
	if below, is := strings.CutPrefix(path, s.basePath); is && strings.HasPrefix(below, "/") {
		path = below
	}
	path = strings.TrimPrefix(path, "/")
	if isOurs(path) {
		where.namespace, where.organization, _ = s.options.Tenants.Root()
		return where, path, true
	}
	namespace, path, _ := strings.Cut(path, "/")
	organization, path, _ := strings.Cut(path, "/")
	var errs [2]error
	where.namespace, errs[0] = url.PathUnescape(namespace)
	where.organization, errs[1] = url.PathUnescape(organization)
	return where, path, errs == [2]error{} && isOurs(path)
}

func isOurs(path string) bool {
	return path == string(authzen.Keys) || path == string(authzen.AccessRequests) ||
		strings.HasPrefix(path, string(authzen.AccessRequests)+"/")
}

// serveKeys answers with the keys that verify, which anyone may read.
func (s *Service) serveKeys(w http.ResponseWriter, r *http.Request) {
	if p := allow(w, r, http.MethodGet, http.MethodHead); p != nil {
		p.write(w)
		return
	}
	w.Header().Set("Cache-Control", keysCaching)
	write(w, http.StatusOK, "application/jwk-set+json", s.options.Keys.public())
}

// serve answers a request at the endpoint, or at a path below.
func (s *Service) serve(w http.ResponseWriter, r *http.Request, where place, below []string) *problem {
	caller, err := s.options.Identify(r, authzen.Target{
		Endpoint: authzen.AccessRequests, Namespace: where.namespace, Organization: where.organization,
	})
	if err != nil {
		return fromStatus(err)
	}
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	default:
		p := plainProblem(http.StatusTooManyRequests, "too many requests are being answered: try again later")
		p.header = http.Header{"Retry-After": {"1"}}
		return p
	}
	x := &exchange{service: s, w: w, r: r, where: where, caller: caller}
	switch {
	case len(below) == 0:
		return x.submit()
	case len(below) == 2 && below[0] == segmentSchemas:
		return x.schema(below[1])
	case len(below) == 1:
		return x.status(below[0])
	case len(below) == 2 && below[1] == segmentCancel:
		return x.cancel(below[0])
	}
	return plainProblem(http.StatusNotFound, "there is nothing at %q", r.URL.Path)
}

// exchange is a request that is being answered.
type exchange struct {
	service *Service
	w       http.ResponseWriter
	r       *http.Request
	where   place
	caller  *authenticationv1.UserInfo
}

// allow returns an error unless the method of a request is one of some.
func allow(w http.ResponseWriter, r *http.Request, methods ...string) *problem {
	for _, method := range methods {
		if r.Method == method {
			return nil
		}
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	return plainProblem(http.StatusMethodNotAllowed, "method %s is not allowed here: use %s", r.Method, strings.Join(methods, " or "))
}
