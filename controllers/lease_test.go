// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/controllers"
)

// TestLease: a process writes until its lease lapses, and reads beyond that; one that never led is not held back.
func TestLease(t *testing.T) {
	status, arrived := http.StatusOK, 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived++
		w.WriteHeader(status)
	}))
	defer server.Close()
	now := time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)
	lease := &controllers.Lease{Duration: 15 * time.Second, Clock: func() time.Time { return now }}
	client := func(config *rest.Config) func(method string) bool {
		of, err := rest.HTTPClientFor(config)
		if err != nil {
			t.Fatal(err)
		}
		return func(method string) bool {
			t.Helper()
			before := arrived
			request, err := http.NewRequestWithContext(t.Context(), method, server.URL, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			response, err := of.Do(request)
			if err == nil {
				_ = response.Body.Close()
			}
			if (err == nil) != (arrived > before) {
				t.Fatalf("%s: %v, and %d requests arrived", method, err, arrived-before)
			}
			return err == nil
		}
	}
	config := &rest.Config{Host: server.URL}
	renew, do := client(lease.Observed(config)), client(lease.Guarded(config))
	expect := func(method string, want bool, when string) {
		t.Helper()
		if got := do(method); got != want {
			t.Errorf("%s, a %s passes: %t", when, method, got)
		}
	}

	expect(http.MethodPatch, true, "before it leads")
	renew(http.MethodGet)
	now = now.Add(time.Hour)
	expect(http.MethodPatch, true, "although it read the lease of another")
	renew(http.MethodPut)
	now = now.Add(lease.Duration)
	expect(http.MethodPatch, true, "while the lease stands")
	now = now.Add(time.Nanosecond)
	for _, method := range []string{http.MethodPatch, http.MethodPut, http.MethodPost, http.MethodDelete} {
		expect(method, false, "once it has lapsed")
	}
	expect(http.MethodGet, true, "once it has lapsed")
	status = http.StatusConflict
	renew(http.MethodPut)
	status = http.StatusOK
	expect(http.MethodPatch, false, "after the lease was another's")
	renew(http.MethodPut)
	expect(http.MethodPatch, true, "after it leads again")
}
