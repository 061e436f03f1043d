// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

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

// exchange is a request that is being answered.
type exchange struct {
	service *Service
	w       http.ResponseWriter
	r       *http.Request
	// path is that of the request from access/ on, below that of the organization unless it is atRoot, and endpoint what is there.
	path     string
	atRoot   bool
	endpoint authzen.Endpoint
	where    place
	caller   *authenticationv1.UserInfo
	// written is the status of the answer, once it is.
	written int
}

// Handler answers what the profile adds, and passes everything else on.
func (s *Service) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		x := s.route(r.URL.EscapedPath())
		if x == nil {
			next.ServeHTTP(w, r)
			return
		}
		x.service, x.w, x.r = s, w, r
		if id := r.Header.Get(requestIDHeader); id != "" {
			w.Header().Set(requestIDHeader, id)
		}
		if p := x.serve(); p != nil {
			x.fail(p)
		}
		if s.options.OnResponse != nil {
			s.options.OnResponse(r.Context(), authzen.Response{
				Target: x.target(), Method: r.Method, AtRoot: x.atRoot, Status: x.written, Duration: time.Since(begun),
			})
		}
	})
}

// route returns an exchange for an escaped path, nil if another endpoint is there.
func (s *Service) route(path string) *exchange {
	if below, is := strings.CutPrefix(path, s.basePath); is && strings.HasPrefix(below, "/") {
		path = below
	}
	x := &exchange{path: strings.TrimPrefix(path, "/")}
	if isOurs(x.path) {
		x.atRoot = true
		x.where.namespace, x.where.organization, _ = s.options.Tenants.Root()
		return x
	}
	namespace, rest, _ := strings.Cut(x.path, "/")
	organization, rest, _ := strings.Cut(rest, "/")
	var errs [2]error
	x.where.namespace, errs[0] = url.PathUnescape(namespace)
	x.where.organization, errs[1] = url.PathUnescape(organization)
	if x.path = rest; errs != [2]error{} || !isOurs(rest) {
		return nil
	}
	return x
}

func isOurs(path string) bool {
	return path == string(authzen.Keys) || path == string(authzen.AccessRequests) ||
		strings.HasPrefix(path, string(authzen.AccessRequests)+"/")
}

// serveKeys answers with the keys that verify, which anyone may read.
func (x *exchange) serveKeys() *problem {
	if p := x.allow(methodsOfKeys); p != nil {
		return p
	}
	x.w.Header().Set("Cache-Control", keysCaching)
	x.write(http.StatusOK, "application/jwk-set+json", x.service.options.Keys.public())
	return nil
}

// serve answers a request at the endpoint, or at a path below.
func (x *exchange) serve() *problem {
	s := x.service
	if x.path == string(authzen.Keys) {
		x.endpoint = authzen.Keys
		return x.serveKeys()
	}
	x.endpoint = authzen.AccessRequests
	caller, err := s.options.Identify(x.r, x.target())
	if err != nil {
		return fromStatus(err)
	}
	x.caller = caller
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	default:
		p := plainProblem(http.StatusTooManyRequests, "too many requests are being answered: try again later")
		p.header = http.Header{"Retry-After": {"1"}}
		return p
	}
	for i := range operations {
		if about, is := operations[i].matches(x.path); is {
			x.endpoint = authzen.Endpoint(operations[i].path)
			if p := x.allow(operations[i].methods); p != nil {
				return p
			}
			return operations[i].answer(x, about)
		}
	}
	x.endpoint = ""
	return plainProblem(http.StatusNotFound, "there is nothing at %q", x.r.URL.Path)
}

// target is what the request is for.
func (x *exchange) target() authzen.Target {
	return authzen.Target{Endpoint: x.endpoint, Namespace: x.where.namespace, Organization: x.where.organization}
}

// allow returns an error unless the method of the request is one of some.
func (x *exchange) allow(methods []string) *problem {
	if slices.Contains(methods, x.r.Method) {
		return nil
	}
	x.w.Header().Set("Allow", strings.Join(methods, ", "))
	return plainProblem(http.StatusMethodNotAllowed, "method %s is not allowed here: use %s", x.r.Method, strings.Join(methods, " or "))
}
