// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
)

// Where the fixture's organization is served.
const namespace, organization = "authzen", "scenario"

// fixture is the index of the scenario's organization, out of its manifests.
func fixture(tb testing.TB) *engine.Index {
	tb.Helper()
	set, err := (&manifests.Reader{}).Read("fixture")
	if err != nil {
		tb.Fatal(err)
	}
	input, err := validation.FromManifests(set)
	if err != nil {
		tb.Fatal(err)
	}
	worlds := input.Worlds()
	if len(worlds) != 1 || len(input.Rejected) > 0 {
		tb.Fatalf("the fixture has %d organizations; refused of it: %v", len(worlds), input.Rejected)
	}
	index, err := engine.NewIndex(resolve.Organization(&worlds[0]).Document)
	if err != nil {
		tb.Fatal(err)
	}
	return index
}

// scenario is the fixture's organization, alone or beside another.
type scenario struct {
	index   *engine.Index
	another bool
}

func (s *scenario) Name() (namespaceOf, organizationOf string) { return namespace, organization }
func (s *scenario) Index() *engine.Index                       { return s.index }
func (s *scenario) Revision() int64                            { return 1 }
func (s *scenario) Ready() error                               { return nil }

func (s *scenario) Root() (rootNamespace, root string, tenant authzen.Tenant) {
	if s.another {
		return "", "", nil
	}
	return namespace, organization, s
}

func (s *scenario) Tenant(namespaceOf, organizationOf string) (authzen.Tenant, bool) {
	return s, namespaceOf == namespace && organizationOf == organization
}

// serve runs a handler behind TLS until the test ends.
func serve(tb testing.TB, handler http.Handler) *httptest.Server {
	tb.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	tb.Cleanup(server.Close)
	return server
}
