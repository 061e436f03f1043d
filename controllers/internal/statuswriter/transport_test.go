// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestMetadataAlone: the API server is asked for metadata alone where a status is applied, and nowhere else.
func TestMetadataAlone(t *testing.T) {
	const wanted = "application/json"
	for _, each := range []struct {
		method, path, contentType string
		metadata                  bool
	}{
		{http.MethodPatch, "/apis/rolewright.dev/v1alpha1/namespaces/n/roles/clerk/status", "application/apply-patch+yaml", true},
		{http.MethodPatch, "/apis/rolewright.dev/v1alpha1/namespaces/n/roles/clerk/status", "application/merge-patch+json", false},
		{http.MethodPatch, "/apis/rolewright.dev/v1alpha1/namespaces/n/roles/clerk", "application/apply-patch+yaml", false},
		{http.MethodPut, "/apis/rolewright.dev/v1alpha1/namespaces/n/roles/clerk/status", "application/json", false},
		{http.MethodGet, "/apis/rolewright.dev/v1alpha1/namespaces/n/roles/clerk/status", "", false},
	} {
		accepted := ""
		transport := metadataTransport{roundTripper(func(request *http.Request) (*http.Response, error) {
			accepted = request.Header.Get("Accept")
			return httptest.NewRecorder().Result(), nil
		})}
		request := httptest.NewRequest(each.method, each.path, strings.NewReader("{}"))
		request.Header.Set("Accept", wanted)
		request.Header.Set("Content-Type", each.contentType)
		response, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if want := map[bool]string{true: metadataOnly, false: wanted}[each.metadata]; accepted != want {
			t.Errorf("%s %s of %s accepts %q; want %q", each.method, each.path, each.contentType, accepted, want)
		}
		if request.Header.Get("Accept") != wanted {
			t.Error("the request of the caller has changed")
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }
