// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"net/http"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// metadataOnly is the media type of an object without its spec and status.
const metadataOnly = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"

// NewClient returns the client of a manager. To an apply of a status, the API server answers with metadata alone: the status is what was
// sent, and encoding and decoding it once more would cost both a tenth of the write.
func NewClient(config *rest.Config, options client.Options) (client.Client, error) {
	if options.HTTPClient == nil {
		made, err := rest.HTTPClientFor(config)
		if err != nil {
			return nil, err
		}
		options.HTTPClient = made
	}
	asking := *options.HTTPClient
	asking.Transport = metadataTransport{asking.Transport}
	options.HTTPClient = &asking
	return client.New(config, options)
}

// metadataTransport asks for metadata alone where the status of an object is applied.
type metadataTransport struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t metadataTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method == http.MethodPatch && strings.HasSuffix(request.URL.Path, "/status") &&
		request.Header.Get("Content-Type") == string(types.ApplyYAMLPatchType) {
		request = request.Clone(request.Context())
		request.Header.Set("Accept", metadataOnly)
	}
	return t.next.RoundTrip(request)
}
