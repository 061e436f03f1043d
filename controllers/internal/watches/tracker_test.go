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

// TestInterrupted follows a watch that breaks and is begun again.
func TestInterrupted(t *testing.T) {
	tracker := &Tracker{}
	expect := func(when string, at time.Time, want string) {
		t.Helper()
		if got := tracker.Interrupted(at, "groups", "roles"); got != want {
			t.Errorf("%s: %q is interrupted, want %q", when, got, want)
		}
	}
	tracker.note("groups", 1)
	expect("before the first watch", time.Now(), "roles")
	tracker.note("roles", 1)
	expect("in the first watch", time.Now(), "")
	tracker.note("roles", 1)
	tracker.note("roles", -1)
	expect("while one of two goes on", time.Now(), "")
	tracker.note("roles", -1)
	expect("after it ended", time.Now(), "roles")
	for _, gap := range []struct{ lasts, catchesUp time.Duration }{
		{10 * time.Millisecond, minCatchUp}, {2 * minCatchUp, 2 * minCatchUp}, {time.Hour, maxCatchUp},
	} {
		tracker.resources["roles"].heard = time.Now().Add(-gap.lasts)
		tracker.note("roles", 1)
		began := tracker.resources["roles"].heard
		expect("just begun again", began, "roles")
		expect("a moment later", began.Add(gap.catchesUp-time.Millisecond), "roles")
		expect("once it has caught up", began.Add(gap.catchesUp+time.Millisecond), "")
		tracker.note("roles", -1)
	}
}
