// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"io"
	"net/http"
	"strings"
)

// NewHandler returns the HTTP service: it answers 200 to a request that is allowed, and 403 to one that is not. Envoy sends the method,
// the path and the headers of the request that it asks about, behind a prefix of the path that is its path_prefix.
func NewHandler(options Options, prefix string) http.Handler {
	return &handler{decider{options}, prefix}
}

type handler struct {
	decider

	prefix string
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := &request{method: r.Method, host: r.Host, id: r.Header.Get("X-Request-Id"), headers: httpHeaders(r.Header)}
	// A target without the prefix has no meaning: it stays empty, and is denied.
	if target, is := strings.CutPrefix(r.RequestURI, h.prefix); is {
		asked.target = target
	}
	v := h.decide(r.Context(), asked, &Caller{Address: r.RemoteAddr, Authorization: r.Header.Get("Authorization"), TLS: r.TLS}, EndpointHTTP)
	if v.allowed {
		w.WriteHeader(http.StatusOK)
		return
	}
	for _, header := range v.headers() {
		w.Header().Set(header.name, header.value)
	}
	w.WriteHeader(StatusHTTP(v.status()))
	_, _ = io.WriteString(w, v.body())
}

// StatusHTTP returns the status that Envoy is answered over HTTP for one that is meant for the client. Envoy takes 5xx for a failure, and
// with failure_mode_allow lets the request pass.
func StatusHTTP(meant int) int {
	if meant == http.StatusOK {
		return meant
	}
	return http.StatusForbidden
}

// httpHeaders are headers as net/http has them.
type httpHeaders http.Header

func (h httpHeaders) values(name string) []string {
	canonical, known := overridingCanonical[name]
	if !known {
		canonical = http.CanonicalHeaderKey(name)
	}
	return h[canonical]
}

// overridingCanonical are the names of net/http for headers that are looked for in every request.
var overridingCanonical = func() map[string]string {
	names := map[string]string{}
	for _, name := range overriding {
		names[name] = http.CanonicalHeaderKey(name)
	}
	return names
}()

func (h httpHeaders) underscored(each func(string)) {
	for name := range h {
		if hasUnderscore(name) {
			each(strings.ToLower(name))
		}
	}
}
