// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/serve/openapi"
	"github.com/rolewright/rolewright/internal/serve/openapi/openapitest"
)

// basePath is that of a base URL in tests.
const basePath = "/authz"

// described and describedBelow hold answers against the OpenAPI document of the service, the latter of one whose base URL has a path.
var (
	described      = sync.OnceValue(func() *openapitest.Validator { return describe("") })
	describedBelow = sync.OnceValue(func() *openapitest.Validator { return describe("https://example.com" + basePath) })
)

func describe(baseURL string) *openapitest.Validator {
	v, err := openapitest.New(openapi.Document(openapi.Options{Version: "v1", Routes: authzen.Routes(), BaseURL: baseURL}))
	if err != nil {
		panic(err)
	}
	return v
}

// checked holds which answers have been checked: tests repeat many.
var checked sync.Map

// checkDescribed ends the tests if an answer is not as the OpenAPI document describes it: whatever else a test is about, that is wrong.
func checkDescribed(r *http.Request, got *reply) {
	if _, known := checked.LoadOrStore(fmt.Sprint(r.Method, r.URL.Path, got.status, got.header, got.body), true); known {
		return
	}
	validator := described()
	if strings.Contains(r.URL.Path+"/", basePath+"/") {
		validator, r = describedBelow(), r.Clone(r.Context())
		r.URL.Path = strings.TrimPrefix(r.URL.Path, basePath)
	}
	if err := validator.Answer(r, got.status, got.header, []byte(got.body)); err != nil { //nolint:contextcheck // the request has it
		panic(err)
	}
}
