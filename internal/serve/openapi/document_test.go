// SPDX-License-Identifier: Apache-2.0

package openapi_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/accessrequest"
	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/serve/openapi"
	"github.com/rolewright/rolewright/internal/serve/openapi/openapitest"
)

func validator(t *testing.T, document []byte) *openapitest.Validator {
	t.Helper()
	v, err := openapitest.New(document)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestValid: with and without what can be turned off, the document is valid OpenAPI 3.1.
func TestValid(t *testing.T) {
	everything := slices.Concat(authzen.Routes(), accessrequest.Routes())
	for name, c := range map[string]struct {
		options openapi.Options
		schemes []string
		server  string
	}{
		"everybody may ask": {openapi.Options{Version: "v1", Routes: authzen.Routes()}, nil, "/"},
		"tokens": {
			openapi.Options{Version: "v1", Routes: authzen.Routes(), Tokens: true, BaseURL: "https://pdp.example.com/authz"},
			[]string{"bearerToken"}, "https://pdp.example.com/authz",
		},
		"everything": {openapi.Options{Version: "v1", Routes: everything, Tokens: true, Certificates: true}, []string{"bearerToken", "clientCertificate"}, "/"},
	} {
		t.Run(name, func(t *testing.T) {
			text := openapi.Document(c.options)
			validator(t, text)
			var read struct {
				Info       struct{ Version string }
				Servers    []struct{ URL string }
				Security   []map[string][]string
				Tags       []struct{ Name string }
				Components struct {
					SecuritySchemes map[string]any
					Schemas         map[string]any
				}
			}
			if err := json.Unmarshal(text, &read); err != nil {
				t.Fatal(err)
			}
			if read.Info.Version != "v1" || len(read.Servers) != 1 || read.Servers[0].URL != c.server {
				t.Errorf("version %q, servers %v", read.Info.Version, read.Servers)
			}
			var required []string
			for _, requirement := range read.Security {
				required = append(required, slices.Collect(maps.Keys(requirement))...)
			}
			if got := slices.Sorted(maps.Keys(read.Components.SecuritySchemes)); !slices.Equal(got, c.schemes) || !slices.Equal(required, c.schemes) {
				t.Errorf("security schemes %v, required %v, want %v", got, required, c.schemes)
			}
			turnedOn := len(c.options.Routes) == len(everything)
			if _, described := read.Components.Schemas["Task"]; described != turnedOn || strings.Contains(string(text), `"name":"Access requests"`) != turnedOn {
				t.Errorf("access requests are described: %v, and are turned on: %v", described, turnedOn)
			}
			if strings.Contains(string(text), "schema.json#") {
				t.Error("the document refers to other files")
			}
		})
	}
}

// probes are routes of the package that serves the document: its test compares all of them.
var probes = map[string]bool{"/healthz": true, "/readyz": true}

// TestEveryRouteIsDescribed: what the handlers' own tables have is described, by every method.
func TestEveryRouteIsDescribed(t *testing.T) {
	routes := slices.Concat(authzen.Routes(), accessrequest.Routes())
	described := validator(t, openapi.Document(openapi.Options{Version: "v1", Routes: routes})).Document.Paths
	identifiers := map[string]bool{}
	for _, route := range routes {
		item := described.Value(route.Path)
		if item == nil {
			t.Errorf("openapi.yaml does not describe %s", route.Path)
			continue
		}
		for _, method := range route.Methods {
			operation := item.GetOperation(method)
			switch {
			case method == http.MethodHead: // as GET
			case operation == nil:
				t.Errorf("openapi.yaml does not describe %s %s", method, route.Path)
			case identifiers[operation.OperationID]:
				t.Errorf("two operations are called %s", operation.OperationID)
			default:
				identifiers[operation.OperationID] = true
			}
		}
	}
	if described.Len() != len(routes) {
		t.Errorf("%d paths are described, of %d routes", described.Len(), len(routes))
	}
}

// TestNothingElseIsDescribed: what is not in the handlers' tables is not in the source.
func TestNothingElseIsDescribed(t *testing.T) {
	routes := slices.Concat(authzen.Routes(), accessrequest.Routes())
	for path, item := range openapi.Source()["paths"].(map[string]any) {
		at := slices.IndexFunc(routes, func(route authzen.Route) bool { return route.Path == path })
		if at < 0 && !probes[path] {
			t.Errorf("openapi.yaml describes %s, which is not served", path)
		}
		for name, value := range item.(map[string]any) {
			if _, is := value.(map[string]any); is && at >= 0 && !slices.Contains(routes[at].Methods, strings.ToUpper(name)) {
				t.Errorf("openapi.yaml describes %s %s, which is not served", name, path)
			}
		}
	}
}
