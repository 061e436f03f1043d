// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestHTTP: the HTTP service answers as Envoy's http_service expects: 200, or 403 with the reason in a header, even where it cannot decide.
func TestHTTP(t *testing.T) {
	options, h := newOptions(t, mappingText)
	handler := NewHandler(options, "/check")
	ask := func(method, target string, headers ...string) (status int, reason string) {
		r := httptest.NewRequest(method, "http://legacy.example.com", http.NoBody)
		r.RequestURI = target
		for i := 0; i < len(headers); i += 2 {
			r.Header.Add(headers[i], headers[i+1])
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, r)
		return recorder.Code, recorder.Header().Get(ReasonHeader)
	}
	for name, c := range map[string]struct {
		method, target string
		headers        []string
		status         int
		reason         string
	}{
		"allowed":              {"GET", "/check/charts", []string{"X-User", "ann"}, http.StatusOK, ""},
		"not granted":          {"GET", "/check/charts", []string{"X-User", "hal"}, http.StatusForbidden, "NotGranted"},
		"no subject":           {"GET", "/check/charts", nil, http.StatusForbidden, "MissingSubject"},
		"two subjects":         {"GET", "/check/charts", []string{"X-User", "ann", "X-User", "ben"}, http.StatusForbidden, "AmbiguousRequest"},
		"with an underscore":   {"GET", "/check/charts", []string{"X-User", "ann", "X_user", "ben"}, http.StatusForbidden, "AmbiguousRequest"},
		"another method":       {"POST", "/check/charts", []string{"X-User", "ann"}, http.StatusForbidden, "UnknownRoute"},
		"dots":                 {"GET", "/check/a/../charts", []string{"X-User", "ann"}, http.StatusForbidden, "AmbiguousRequest"},
		"out of the prefix":    {"GET", "/charts", []string{"X-User", "ann"}, http.StatusForbidden, "AmbiguousRequest"},
		"a longer prefix":      {"GET", "/checkcharts", []string{"X-User", "ann"}, http.StatusForbidden, "AmbiguousRequest"},
		"another path":         {"GET", "/check/charts", []string{"X-User", "ann", "X-Rewrite-URL", "/admin"}, http.StatusForbidden, "AmbiguousRequest"},
		"a body of a request":  {"GET", "/check/charts?x=1", []string{"X-User", "ann", "Content-Length", "5"}, http.StatusOK, ""},
		"the method in a text": {"GET", "/check/charts", []string{"X-User", "ann", "X-Http-Method-Override", "GET"}, http.StatusForbidden, "AmbiguousRequest"},
	} {
		t.Run(name, func(t *testing.T) {
			if status, reason := ask(c.method, c.target, c.headers...); status != c.status || reason != c.reason {
				t.Errorf("answered %d %s, want %d %s", status, reason, c.status, c.reason)
			}
		})
	}
	h.unready = http.ErrServerClosed
	if status, reason := ask("GET", "/check/charts", "X-User", "ann"); status != http.StatusForbidden || reason != "Unavailable" {
		t.Errorf("while it cannot decide, it answers %d %s", status, reason)
	}
}
