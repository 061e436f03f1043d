// SPDX-License-Identifier: Apache-2.0

package watches

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestBehind follows a watch from its begin to its end.
func TestBehind(t *testing.T) {
	more := make(chan string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("watch") == "" {
			return
		}
		w.(http.Flusher).Flush()
		for text := range more {
			_, _ = io.WriteString(w, text)
			w.(http.Flusher).Flush()
		}
	}))
	defer server.Close()
	tracker := &Tracker{}
	client := &http.Client{Transport: &transport{tracker: tracker, next: http.DefaultTransport}}
	get := func(query string) *http.Response {
		t.Helper()
		response, err := client.Get(server.URL + "/apis/rolewright.dev/v1alpha1/roles" + query)
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	expect := func(after time.Duration, part string) {
		t.Helper()
		got := tracker.Behind(time.Now().Add(after), "roles")
		if part == "" && got != "" || !strings.Contains(got, part) {
			t.Errorf("after %s: %q, want %q", after, got, part)
		}
	}

	_ = get("").Body.Close()
	expect(0, "roles are not watched yet")
	watch := get("?watch=true")
	expect(0, "")
	expect(2*MaxSilence, "has brought nothing")
	more <- "bookmark"
	buffer := make([]byte, len("bookmark"))
	if _, err := io.ReadFull(watch.Body, buffer); err != nil {
		t.Fatal(err)
	}
	expect(2*MaxGap, "")
	close(more)
	if _, err := io.ReadAll(watch.Body); err != nil {
		t.Fatal(err)
	}
	expect(0, "")
	expect(2*MaxGap, "has been interrupted")
	_ = watch.Body.Close()
	if s := tracker.resources["roles"]; s.open != 0 {
		t.Errorf("%d watches are open", s.open)
	}
}
