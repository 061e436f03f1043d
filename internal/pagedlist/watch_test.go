// SPDX-License-Identifier: Apache-2.0

package pagedlist_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
)

// eventsOf returns the events of a watch until it ends. Of objects, clients forget the kind; what an error says of itself is another text.
func eventsOf(t *testing.T, of watch.Interface, err error) []watch.Event {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var events []watch.Event
	for event := range of.ResultChan() {
		event.Object.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
		if status, is := event.Object.(*metav1.Status); is && status.Reason == metav1.StatusReasonInternalError {
			event.Object = nil
		}
		events = append(events, event)
	}
	return events
}

// bothOf returns the events that a client makes of an answer and those that a stream makes of it.
func bothOf(t *testing.T, client rest.Interface) (wanted, got []watch.Event) {
	t.Helper()
	decoded, err := client.Get().Resource("configmaps").VersionedParams(&metav1.ListOptions{Watch: true}, metav1.ParameterCodec).Watch(t.Context())
	wanted = eventsOf(t, decoded, err)
	decoded, err = streamed(client, untrimmed).Watch(metav1.ListOptions{})
	return wanted, eventsOf(t, decoded, err)
}

// line is an event as an API server sends it.
func line(t *testing.T, kind watch.EventType, object runtime.Object) string {
	t.Helper()
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(metav1.WatchEvent{Type: string(kind), Object: runtime.RawExtension{Raw: raw}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

// watched returns a ConfigMap at a version.
func watched(version int) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{
			Name: "a", ResourceVersion: fmt.Sprint(version), CreationTimestamp: metav1.Unix(1_700_000_000, 0),
			Annotations: map[string]string{"odd": `}]{"object":[`, "": "\u2028<\x00>ß"},
		},
		Data: map[string]string{"k": strings.Repeat("v", version)},
	}
}

// TestStreamedWatchesAreWhatClientsDecode ends a watch at every byte, properly and with the connection, and compares its events with what
// the client makes of the same bytes.
func TestStreamedWatchesAreWhatClientsDecode(t *testing.T) {
	expired := apierrors.NewResourceExpired("compacted meanwhile").ErrStatus
	expired.APIVersion, expired.Kind = "v1", "Status"
	whole := line(t, watch.Added, watched(1)) + line(t, watch.Modified, watched(2)) + line(t, watch.Bookmark, &corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, ObjectMeta: metav1.ObjectMeta{ResourceVersion: "3"},
	}) + line(t, watch.Deleted, watched(4)) + line(t, watch.Error, &expired)
	var isCut atomic.Bool
	text := whole
	client := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("watch") != "true" {
			t.Errorf("the query is %s", r.URL.RawQuery)
		}
		answers(text, &isCut)(w, r)
	})
	if _, got := bothOf(t, client); len(got) != 5 || got[4].Object.(*metav1.Status).Code != http.StatusGone {
		t.Fatalf("got %+v", got)
	}
	for end := range len(whole) {
		for _, cut := range []bool{false, true} {
			isCut.Store(cut)
			text = whole[:end]
			if want, got := bothOf(t, client); !equality.Semantic.DeepEqual(got, want) {
				t.Fatalf("%s, cut %v: got %+v, want %+v", text, cut, got, want)
			}
		}
	}
}

// TestWhatIsNoEventEndsAWatch sends what an API server does not: the watch reports an error, and ends.
func TestWhatIsNoEventEndsAWatch(t *testing.T) {
	var isCut atomic.Bool
	event := line(t, watch.Added, watched(1))
	for text, want := range map[string]string{
		`[]`: "there is [ in place of {",
		`{}`: "there is } in place of type",
		strings.Replace(event, "ADDED", "MOVED", 1):   "there is no event of type",
		strings.Replace(event, `"ADDED"`, "1", 1):     "cannot unmarshal number",
		strings.Replace(event, `"object"`, `"of"`, 1): "there is of in place of object",
		strings.Replace(event, `"a"`, "1", 1):         "cannot unmarshal number",
		strings.Replace(event, `"name"`, "name", 1):   "invalid character",
		strings.TrimSuffix(event, "}\n") + `,"x":1}`:  "there is x in place of }",
	} {
		events, err := streamed(clientOf(t, answers(event+text+event, &isCut)), untrimmed).Watch(metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		first, second := <-events.ResultChan(), <-events.ResultChan()
		status, is := second.Object.(*metav1.Status)
		if first.Type != watch.Added || second.Type != watch.Error || !is || !strings.Contains(status.Message, want) {
			t.Errorf("%s: got %+v and %+v, want the error %q", text, first, second, want)
		}
		if third, more := <-events.ResultChan(); more {
			t.Errorf("%s: after an error comes %+v", text, third)
		}
	}
}

// failing fails each request.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// TestRefusedWatches: the API server's error is that of the watch, and a connection that ends, or takes too long, before an answer is a watch
// without events.
func TestRefusedWatches(t *testing.T) {
	refused := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusGone)
		_, _ = io.WriteString(w, `{"apiVersion":"v1","kind":"Status","status":"Failure","reason":"Expired","code":410}`)
	})
	if events, err := streamed(refused, untrimmed).Watch(metav1.ListOptions{}); events != nil || !apierrors.IsResourceExpired(err) {
		t.Errorf("got %v and the error %v, want that of the API server", events, err)
	}
	ended := clientOf(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for _, client := range []rest.Interface{ended, clientBy(t, "http://unused", failing{os.ErrDeadlineExceeded})} {
		events, err := streamed(client, untrimmed).Watch(metav1.ListOptions{})
		if got := eventsOf(t, events, err); len(got) != 0 {
			t.Errorf("got %+v", got)
		}
	}
	odd := errors.New("odd")
	if _, err := streamed(clientBy(t, "http://unused", failing{odd}), untrimmed).Watch(metav1.ListOptions{}); !errors.Is(err, odd) {
		t.Errorf("got the error %v, want %v", err, odd)
	}
}

// TestWatchesStop: what is stopped lets go of its connection.
func TestWatchesStop(t *testing.T) {
	gone := make(chan struct{})
	client := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, line(t, watch.Added, watched(1)))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(gone)
	})
	events, err := streamed(client, untrimmed).Watch(metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	<-events.ResultChan()
	events.Stop()
	<-gone
}
