// SPDX-License-Identifier: Apache-2.0

package openapi_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/accessrequest"
	"github.com/rolewright/rolewright/internal/authzen"
)

// TestEveryEndpointIsARoute: an endpoint that the source of package authzen declares is in the tables that the document is held against.
func TestEveryEndpointIsARoute(t *testing.T) {
	routes := slices.Concat(authzen.Routes(), accessrequest.Routes())
	declared := 0
	for _, name := range []string{"options.go", "profile.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), "../../authzen/"+name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			constant, is := node.(*ast.ValueSpec)
			if !is {
				return true
			}
			if kind, is := constant.Type.(*ast.Ident); !is || kind.Name != "Endpoint" {
				return true
			}
			path, err := strconv.Unquote(constant.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			declared++
			if !slices.ContainsFunc(routes, func(route authzen.Route) bool { return strings.HasPrefix(route.Path, "/"+path) }) {
				t.Errorf("endpoint %s is in no table of routes", path)
			}
			return true
		})
	}
	if declared < len([]authzen.Endpoint{
		authzen.Evaluation, authzen.Evaluations, authzen.SearchSubject, authzen.SearchResource, authzen.SearchAction, authzen.Metadata,
		authzen.Approvers, authzen.OpenAPI, authzen.AccessRequests, authzen.Keys,
	}) {
		t.Errorf("%d endpoints are declared: where are the others?", declared)
	}
}
