// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/rolewright/rolewright/internal/authzen"
)

// operation is what is served at a path below that of an organization.
type operation struct {
	// path has a segment in braces for what varies, which the answer is about.
	path    string
	methods []string
	answer  func(x *exchange, about string) *problem
}

// operations are served to callers who may ask about an organization. Of several that a path is of, the first counts.
var operations = []operation{
	{string(authzen.AccessRequests), []string{http.MethodPost}, (*exchange).submit},
	{string(authzen.AccessRequests) + "/" + segmentSchemas + "/{chain}", []string{http.MethodGet, http.MethodHead}, (*exchange).schema},
	{string(authzen.AccessRequests) + "/{task}", []string{http.MethodGet, http.MethodHead}, (*exchange).status},
	{string(authzen.AccessRequests) + "/{task}/" + segmentCancel, []string{http.MethodPost, http.MethodDelete}, (*exchange).cancel},
}

// methodsOfKeys are those by which anyone may read the keys.
var methodsOfKeys = []string{http.MethodGet, http.MethodHead}

// Routes returns where a Handler answers by itself.
func Routes() []authzen.Route {
	var routes []authzen.Route
	add := func(path string, methods []string) {
		routes = append(routes, authzen.Route{Path: "/" + path, Methods: methods},
			authzen.Route{Path: authzen.BelowOrganization + "/" + path, Methods: methods})
	}
	add(string(authzen.Keys), methodsOfKeys)
	for i := range operations {
		add(operations[i].path, operations[i].methods)
	}
	return routes
}

// matches reports whether a path is of the operation, and returns what varies.
func (o *operation) matches(path string) (about string, matches bool) {
	wanted, given := strings.Split(o.path, "/"), strings.Split(path, "/")
	if len(wanted) != len(given) {
		return "", false
	}
	for i, segment := range wanted {
		if strings.HasPrefix(segment, "{") {
			about = given[i]
		} else if segment != given[i] {
			return "", false
		}
	}
	return about, true
}

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
		if p := s.serve(w, r, where, rest); p != nil {
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
	if p := allow(w, r, methodsOfKeys); p != nil {
		p.write(w)
		return
	}
	w.Header().Set("Cache-Control", keysCaching)
	write(w, http.StatusOK, "application/jwk-set+json", s.options.Keys.public())
}

// serve answers a request at the endpoint, or at a path below.
func (s *Service) serve(w http.ResponseWriter, r *http.Request, where place, path string) *problem {
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
	for i := range operations {
		if about, is := operations[i].matches(path); is {
			if p := allow(w, r, operations[i].methods); p != nil {
				return p
			}
			return operations[i].answer(x, about)
		}
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
func allow(w http.ResponseWriter, r *http.Request, methods []string) *problem {
	if slices.Contains(methods, r.Method) {
		return nil
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	return plainProblem(http.StatusMethodNotAllowed, "method %s is not allowed here: use %s", r.Method, strings.Join(methods, " or "))
}
