// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/serve/openapi"
	"github.com/rolewright/rolewright/internal/serve/openapi/openapitest"
)

// described holds what is sent and answered against the OpenAPI document of the service.
var described = sync.OnceValues(func() (*openapitest.Validator, error) {
	return openapitest.New(openapi.Document(openapi.Options{
		Version: "v1", Routes: slices.Concat(authzen.Routes(), Routes()), Tokens: true,
	}))
})

// checkDescribed fails the test if an answer, or a request that was taken, is not as the OpenAPI document describes it.
func (s *service) checkDescribed(request *http.Request, response *http.Response, sent, answered []byte) {
	s.t.Helper()
	validator, err := described()
	if err != nil {
		s.t.Fatal(err)
	}
	asked := request.Clone(request.Context())
	asked.URL.Path = strings.TrimPrefix(asked.URL.Path, "/authz")
	//nolint:contextcheck // the request holds the context
	if err := validator.Answer(asked, response.StatusCode, response.Header, answered); err != nil {
		s.t.Errorf("the OpenAPI document does not describe what is answered: %v", err)
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return
	}
	//nolint:contextcheck // the request holds the context
	if err := validator.Request(asked, sent); err != nil {
		s.t.Errorf("the OpenAPI document does not describe a request that is taken: %v\n%s", err, sent)
	}
}
