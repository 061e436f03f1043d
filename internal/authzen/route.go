// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"net/http"
	"slices"
	"strings"
)

// apiEndpoints are the endpoints that take requests.
var apiEndpoints = []Endpoint{Evaluation, Evaluations, SearchSubject, SearchResource, SearchAction, Approvers}

// Methods of endpoints.
var (
	methodsOfAPI    = []string{http.MethodPost}
	methodsOfReader = []string{http.MethodGet, http.MethodHead}
)

// BelowOrganization begins the paths that are about an organization, in a Route.
const BelowOrganization = "/{namespace}/{organization}"

// Route is a path below that of the base URL at which something is served, with what varies in braces, and by which methods.
type Route struct {
	Path    string
	Methods []string
}

// Routes returns where the handler answers.
func Routes() []Route {
	routes := slices.Grow([]Route{
		{"/" + string(OpenAPI), methodsOfReader},
		{"/" + string(Metadata), methodsOfReader},
		{"/" + string(Metadata) + BelowOrganization, methodsOfReader},
		{BelowOrganization + "/" + string(Metadata), methodsOfReader},
	}, 2*len(apiEndpoints))
	for _, endpoint := range apiEndpoints {
		routes = append(routes, Route{"/" + string(endpoint), methodsOfAPI}, Route{BelowOrganization + "/" + string(endpoint), methodsOfAPI})
	}
	return routes
}

// route returns what a path is for, with or without that of the base URL, which a proxy may leave out. The endpoint is empty if
// nothing is served at the path.
func (h *handler) route(path string) Target {
	if rest, is := strings.CutPrefix(path, "/"+string(Metadata)); is {
		return metadataRoute(h.withoutBase(rest))
	}
	return route(h.withoutBase(path))
}

// withoutBase returns a path without that of the base URL.
func (h *handler) withoutBase(path string) string {
	if h.basePath == "" {
		return path
	}
	if rest, is := strings.CutPrefix(path, h.basePath); is && (rest == "" || rest[0] == '/') {
		return rest
	}
	return path
}

// route returns what a path below that of the base URL is for.
func route(path string) Target {
	path, rooted := strings.CutPrefix(path, "/")
	if !rooted {
		return Target{}
	}
	if endpoint := apiEndpoint(path); endpoint != "" {
		return Target{Endpoint: endpoint}
	}
	if path == string(Metadata) || path == string(OpenAPI) {
		return Target{Endpoint: Endpoint(path)}
	}
	namespace, rest, _ := strings.Cut(path, "/")
	organization, rest, _ := strings.Cut(rest, "/")
	endpoint := apiEndpoint(rest)
	if rest == string(Metadata) { // where the standard does not put it, and client libraries look for it
		endpoint = Metadata
	}
	if endpoint == "" || namespace == "" || organization == "" {
		return Target{}
	}
	return Target{Endpoint: endpoint, Namespace: namespace, Organization: organization}
}

// metadataRoute returns whose metadata is at a path, without its well-known prefix.
func metadataRoute(rest string) Target {
	if rest == "" {
		return Target{Endpoint: Metadata}
	}
	organizations, rooted := strings.CutPrefix(rest, "/")
	namespace, organization, _ := strings.Cut(organizations, "/")
	if !rooted || namespace == "" || organization == "" || strings.Contains(organization, "/") {
		return Target{}
	}
	return Target{Endpoint: Metadata, Namespace: namespace, Organization: organization}
}

func apiEndpoint(path string) Endpoint {
	if endpoint := Endpoint(path); slices.Contains(apiEndpoints, endpoint) {
		return endpoint
	}
	return ""
}

// unknownPath is the answer for a path at which nothing is served.
func unknownPath(path string) *StatusError {
	names := make([]string, len(apiEndpoints))
	for i, endpoint := range apiEndpoints {
		names[i] = string(endpoint)
	}
	return statusErrorf(http.StatusNotFound, "there is nothing at %q: ask /<namespace>/<organization>/ followed by one of %s; "+
		"the metadata of an organization is at /%s/<namespace>/<organization>", path, strings.Join(names, ", "), Metadata)
}

// allowed checks the method of a request.
func (e Endpoint) allowed(method string) *StatusError {
	methods := methodsOfAPI
	if e == Metadata || e == OpenAPI {
		methods = methodsOfReader
	}
	if slices.Contains(methods, method) {
		return nil
	}
	allow := strings.Join(methods, ", ")
	err := statusErrorf(http.StatusMethodNotAllowed, "method %s is not allowed here: use %s", method, allow)
	err.Header = http.Header{"Allow": {allow}}
	return err
}
