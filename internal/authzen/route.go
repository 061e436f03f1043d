// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"net/http"
	"strings"
)

// apiEndpoints are the endpoints that take requests.
var apiEndpoints = []Endpoint{Evaluation, Evaluations, SearchSubject, SearchResource, SearchAction, Approvers}

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
	if path == string(Metadata) {
		return Target{Endpoint: Metadata}
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
	switch endpoint := Endpoint(path); endpoint {
	case Evaluation, Evaluations, SearchSubject, SearchResource, SearchAction, Approvers:
		return endpoint
	default:
		return ""
	}
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
	allow := http.MethodPost
	if e == Metadata {
		allow = "GET, HEAD"
	}
	if method == http.MethodPost && e != Metadata || e == Metadata && (method == http.MethodGet || method == http.MethodHead) {
		return nil
	}
	err := statusErrorf(http.StatusMethodNotAllowed, "method %s is not allowed here: use %s", method, allow)
	err.Header = http.Header{"Allow": {allow}}
	return err
}
