// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// AnyOrigin stands for every origin.
const AnyOrigin = "*"

// CheckOrigin returns what is wrong with an origin whose pages may ask: https://app.example.com, or AnyOrigin.
func CheckOrigin(origin string) error {
	if origin == AnyOrigin {
		return nil
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") ||
		(&url.URL{Scheme: u.Scheme, Host: u.Host}).String() != origin {
		return fmt.Errorf("the origin %q must be https:// and a host, with a port if need be, and nothing else, "+
			"such as https://app.example.com; or * for all", origin)
	}
	return nil
}

// allowOrigins lets pages of some origins ask from within a browser (CORS). Their requests carry no cookies: there are none.
func (s *Server) allowOrigins(next http.Handler) http.Handler {
	if len(s.options.Origins) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header, origin := w.Header(), r.Header.Get("Origin")
		header.Add("Vary", "Origin")
		allowed := origin != "" && (slices.Contains(s.options.Origins, origin) || slices.Contains(s.options.Origins, AnyOrigin))
		if allowed {
			header.Set("Access-Control-Allow-Origin", origin)
			header.Set("Access-Control-Expose-Headers", "X-Request-ID, Retry-After")
		}
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			if allowed {
				header.Set("Access-Control-Allow-Methods", "GET, POST")
				header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-ID, Traceparent, Tracestate")
				header.Set("Access-Control-Max-Age", "7200")
			}
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}
