// SPDX-License-Identifier: Apache-2.0

package pagedlist_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/rolewright/rolewright/internal/pagedlist"
)

// clientOf returns a client of an API server that answers like this.
func clientOf(t *testing.T, answer http.HandlerFunc) rest.Interface {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return clientBy(t, server.URL, nil)
}

// clientBy returns a client of the API server at an address, which sends its requests by a transport, or by the default one.
func clientBy(t *testing.T, address string, transport http.RoundTripper) rest.Interface {
	t.Helper()
	client, err := rest.RESTClientFor(&rest.Config{Host: address, APIPath: "/api", QPS: -1, Transport: transport, ContentConfig: rest.ContentConfig{
		GroupVersion: &corev1.SchemeGroupVersion, NegotiatedSerializer: scheme.Codecs.WithoutConversion(),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// streamed returns what lists the ConfigMaps of such an API server.
func streamed(client rest.Interface, trim cache.TransformFunc) *pagedlist.ListerWatcher {
	return pagedlist.NewStreamed(pagedlist.Stream{
		Client: client, Resource: "configmaps", New: func() runtime.Object { return &corev1.ConfigMap{} },
	}, pagedlist.DefaultSize, trim)
}

func untrimmed(object any) (any, error) { return object, nil }

// TestStreamedListsAreWhatClientsDecode reads pages of odd objects, and compares them with what the client makes of the same bytes.
func TestStreamedListsAreWhatClientsDecode(t *testing.T) {
	s := &server{count: 1234}
	client := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		options := metav1.ListOptions{}
		query := r.URL.Query()
		if err := metav1.Convert_url_Values_To_v1_ListOptions(&query, &options, nil); err != nil {
			t.Error(err)
		}
		page, err := s.list(r.Context(), options)
		if err != nil {
			t.Error(err)
		}
		of := page.(*corev1.ConfigMapList)
		of.Kind, of.APIVersion = "ConfigMapList", "v1"
		for i := range of.Items {
			item := &of.Items[i]
			item.Kind, item.APIVersion, item.CreationTimestamp = "ConfigMap", "v1", metav1.Unix(1_700_000_000, 0)
			item.Annotations = map[string]string{"odd": `}]{"items":[` + item.Name, "": "\u2028<\x00>ß"}
		}
		text, err := json.Marshal(of)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(text)
	})
	got, err := streamed(client, untrimmed).List(metav1.ListOptions{ResourceVersion: "5", FieldSelector: "metadata.namespace=here"})
	if err != nil {
		t.Fatal(err)
	}
	for i, asked := range s.asked {
		if asked.ResourceVersion != "" || asked.FieldSelector != "metadata.namespace=here" || asked.Limit != pagedlist.DefaultSize {
			t.Fatalf("request %d has the options %+v", i, asked)
		}
	}
	if len(s.asked) != 3 {
		t.Fatalf("%d requests", len(s.asked))
	}
	want := &corev1.ConfigMapList{}
	if err := client.Get().Resource("configmaps").Do(t.Context()).Into(want); err != nil {
		t.Fatal(err)
	}
	items, err := meta.ExtractList(got)
	if err != nil || len(items) != len(want.Items) || len(items) != s.count {
		t.Fatalf("%d objects of %d, %v", len(items), len(want.Items), err)
	}
	for i := range items {
		if !equality.Semantic.DeepEqual(items[i], &want.Items[i]) {
			t.Fatalf("object %d is %+v, want %+v", i, items[i], want.Items[i])
		}
	}
	if of, err := meta.ListAccessor(got); err != nil || of.GetResourceVersion() != "7" || of.GetContinue() != "" {
		t.Fatalf("the list is %+v, %v", of, err)
	}
}

// small is a list, in the order in which an API server writes what clients registered.
const small = `{"apiVersion":"v1","items":[{"metadata":{"name":"a"},"data":{"k":"v"}},{"metadata":{"name":"b"}}],"kind":"ConfigMapList",` +
	`"metadata":{"resourceVersion":"7"}}`

// answers answers with a text, and with an end that is its length or, if it is cut, an interrupted connection.
func answers(text string, isCut *atomic.Bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, text)
		if isCut.Load() {
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	}
}

// TestStreamedListsAreWholeOrAnError ends an answer at every byte, properly and with the connection.
func TestStreamedListsAreWholeOrAnError(t *testing.T) {
	var isCut atomic.Bool
	text := small
	client := clientOf(t, func(w http.ResponseWriter, r *http.Request) { answers(text, &isCut)(w, r) })
	if list, err := streamed(client, untrimmed).List(metav1.ListOptions{}); err != nil || meta.LenList(list) != 2 {
		t.Fatalf("got %v, %v, want two objects", list, err)
	}
	for end := range len(small) {
		for _, cut := range []bool{false, true} {
			isCut.Store(cut)
			text = small[:end]
			list, err := streamed(client, untrimmed).List(metav1.ListOptions{})
			if list != nil || err == nil || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("%s, cut %v: got %v and the error %v", text, cut, list, err)
			}
		}
	}
}

// TestWhatIsNoListIsAnError answers with what an API server does not.
func TestWhatIsNoListIsAnError(t *testing.T) {
	var isCut atomic.Bool
	for text, want := range map[string]string{
		`[]`:                                      "there is [ in place of {",
		`{"metadata":{"resourceVersion":"7"}}`:    "it is no list",
		`{"items":[]}`:                            "it is no list",
		`{"items":null,"metadata":{}}`:            "there is <nil> in place of [",
		strings.Replace(small, `"v"`, `1`, 1):     "cannot unmarshal number",
		strings.Replace(small, `]`, `}`, 1):       "invalid character",
		strings.Replace(small, `"items"`, `x`, 1): "invalid character",
	} {
		list, err := streamed(clientOf(t, answers(text, &isCut)), untrimmed).List(metav1.ListOptions{})
		if list != nil || err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "reading a page of configmaps: ") {
			t.Errorf("%s: got %v and the error %v, want %q", text, list, err, want)
		}
	}
	refused := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
		status := apierrors.NewResourceExpired("compacted meanwhile").ErrStatus
		status.APIVersion, status.Kind = "v1", "Status"
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(int(status.Code))
		_ = json.NewEncoder(w).Encode(status)
	})
	if list, err := streamed(refused, untrimmed).List(metav1.ListOptions{}); list != nil || !apierrors.IsResourceExpired(err) {
		t.Errorf("got %v and the error %v, want that of the API server", list, err)
	}
}

// TestWhatListsDoNotHave is left out, whatever it is.
func TestWhatListsDoNotHave(t *testing.T) {
	var isCut atomic.Bool
	text := strings.Replace(small, `"items"`, `"odd":{"items":[{"metadata":{"name":"c"}}],"metadata":{"continue":"d"}},"items"`, 1)
	list, err := streamed(clientOf(t, answers(text, &isCut)), untrimmed).List(metav1.ListOptions{})
	if err != nil || meta.LenList(list) != 2 {
		t.Errorf("got %v, %v, want two objects", list, err)
	}
}

// TestListsThatFailLetGo: a list that ends with an error lets go of its connection.
func TestListsThatFailLetGo(t *testing.T) {
	gone := make(chan struct{})
	client := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"items":[{"metadata":{"name":"a"}},`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(gone)
	})
	odd := errors.New("odd")
	if _, err := streamed(client, func(any) (any, error) { return nil, odd }).List(metav1.ListOptions{}); !errors.Is(err, odd) {
		t.Errorf("got the error %v, want that of trimming", err)
	}
	<-gone
}

// TestObjectsAreTrimmedAsTheyArrive: the answer goes on only once the object before has been trimmed.
func TestObjectsAreTrimmedAsTheyArrive(t *testing.T) {
	trimmed := make(chan string)
	client := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"apiVersion":"v1","items":[`)
		for i, name := range []string{"a", "b", "c"} {
			if i > 0 {
				_, _ = io.WriteString(w, ",")
			}
			_, _ = fmt.Fprintf(w, `{"metadata":{"name":%q}}`, name)
			_ = http.NewResponseController(w).Flush()
			if got := <-trimmed; got != name {
				t.Errorf("%s is trimmed, want %s", got, name)
			}
		}
		_, _ = io.WriteString(w, `],"metadata":{"resourceVersion":"7"}}`)
	})
	list, err := streamed(client, func(object any) (any, error) {
		trimmed <- object.(*corev1.ConfigMap).Name
		return object, nil
	}).ListWithContext(context.Background(), metav1.ListOptions{})
	if err != nil || meta.LenList(list) != 3 {
		t.Errorf("got %v, %v", list, err)
	}
	odd := errors.New("odd")
	var isCut atomic.Bool
	_, err = streamed(clientOf(t, answers(small, &isCut)), func(any) (any, error) { return nil, odd }).List(metav1.ListOptions{})
	if !errors.Is(err, odd) {
		t.Errorf("got the error %v, want that of trimming", err)
	}
}
