// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net"
	"net/http"
	"strings"

	"github.com/rolewright/rolewright/internal/console/texts"
)

// policy is the Content-Security-Policy: everything comes from the console itself, and nothing is inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// mostBytes is how large a form may be: a few objects of the size that etcd takes.
const mostBytes = 8 << 20

// secure refuses requests that a page of another site made a browser send, and forbids browsers what no page needs.
func secure(next http.Handler, host string) http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		header.Set("Cache-Control", "no-store")
		// A name of another site that leads here would make its scripts of the same origin.
		if !isNamed(r.Host, host) {
			http.Error(w, texts.OtherHost(r.Host), http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, mostBytes)
		sameOrigin.Handler(next).ServeHTTP(w, r)
	})
}

// isNamed reports whether the host of a request is the one that browsers must name, or one of this machine if there is none.
func isNamed(host, wanted string) bool {
	if wanted == "" {
		return isThisMachine(host)
	}
	return strings.EqualFold(withoutPort(host), withoutPort(wanted))
}

// withoutPort returns a host without the port of HTTPS, which browsers leave out.
func withoutPort(host string) string { return strings.TrimSuffix(host, ":443") }

// isThisMachine reports whether the host of a request is a name of this machine alone.
func isThisMachine(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.Trim(name, "[]")
	address := net.ParseIP(name)
	return name == "localhost" || address != nil && address.IsLoopback()
}
