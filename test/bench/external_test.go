// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	authv3 "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/rolewright/rolewright/internal/extauthz"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/test/bench"
)

const benchMapping = `apiVersion: extauthz.rolewright.dev/v1alpha1
kind: RouteMapping
SUBJECT
routes:
- {methods: [GET], path: '/units/{unit}/records/{record}', permission: PERMISSION, resource: {type: record, id: {path: record}, properties: {unit: {path: unit}}}}
`

// perStream is how many requests each client of gRPC sends in a round.
const perStream = 50

// BenchmarkExternalAuthorization measures Envoy's external authorization, over gRPC and over HTTP, against a bare server of the same protocol
// that answers that everything is allowed. Both run in this process, over gRPC with grpc-go on both sides, and are asked in turn.
// x-floor-requests is how many requests a second the service answers for each that the bare server does; the aim is 0.8.
func BenchmarkExternalAuthorization(b *testing.B) {
	world := bench.World(httpUsers)
	document := resolve.Organization(world).Document
	questions := bench.Questions(world, document, distinctHTTP, false)
	options := func(subject string) extauthz.Options {
		text := strings.NewReplacer("PERMISSION", questions[0].Action.Name, "SUBJECT", subject).Replace(benchMapping)
		mapping, err := extauthz.ParseMapping("mapping.yaml", []byte(text))
		if err != nil {
			b.Fatal(err)
		}
		o := extauthz.Options{Tenants: &benchTenants{mustIndex(b, document)}, Mapping: &atomic.Pointer[extauthz.Mapping]{}}
		o.Mapping.Store(mapping)
		return o
	}
	b.Run("gRPC", func(b *testing.B) {
		externalGRPC(b, options("subject: {id: {metadata: {path: [jwt_payload, sub]}}}"), questions)
	})
	b.Run("HTTP", func(b *testing.B) {
		externalHTTP(b, options("trustedHeaders: [x-user]\nsubject: {id: {header: x-user}}"), questions)
	})
}

func externalGRPC(b *testing.B, options extauthz.Options, questions []access.Request) {
	b.Helper()
	measured, least := serveGRPC(b, extauthz.NewServer(options)), serveGRPC(b, allowing{})
	checks := make([]*authv3.CheckRequest, len(questions))
	for i := range questions {
		checks[i] = benchCheck(&questions[i])
	}
	all := func(on []authv3.AuthorizationClient, each int) func(int) {
		return func(int) { checkAll(b, on, checks, each) }
	}
	for b.Loop() {
		checkAll(b, measured, checks, 1)
	}
	b.ReportMetric(float64(b.N*connections)/b.Elapsed().Seconds(), "requests/s")
	b.ReportMetric(1/ratio(1, all(measured, perStream), all(least, perStream)), "x-floor-requests")
}

// externalHTTP measures over HTTP those requests that are allowed: an answer that is not 200 is an error here.
func externalHTTP(b *testing.B, options extauthz.Options, questions []access.Request) {
	b.Helper()
	service := httptest.NewServer(extauthz.NewHandler(options, ""))
	defer service.Close()
	floor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	defer floor.Close()
	var requests [][]byte
	for i := range questions {
		request := checkOverHTTP(&questions[i])
		if isAllowed(b, service, request) {
			requests = append(requests, request)
		}
	}
	measured, least := dialAll(b, service), dialAll(b, floor)
	defer hangUp(measured)
	defer hangUp(least)
	all := func(on []*connection) func(int) {
		return func(int) { sendAll(b, on, requests, perConnection) }
	}
	for b.Loop() {
		sendAll(b, measured, requests, 1)
	}
	b.ReportMetric(float64(b.N*connections)/b.Elapsed().Seconds(), "requests/s")
	b.ReportMetric(1/ratio(1, all(measured), all(least)), "x-floor-requests")
}

// isAllowed reports whether a request is answered with 200.
func isAllowed(b *testing.B, server *httptest.Server, request []byte) bool {
	b.Helper()
	return answered(b, server, request).Code == http.StatusOK
}

// checkOverHTTP returns a request as Envoy passes on one of a browser.
func checkOverHTTP(question *access.Request) []byte {
	unit, _ := question.Resource.Properties[access.PropertyUnit].(string)
	return fmt.Appendf(nil, "GET /units/%s/records/%s HTTP/1.1\r\nHost: app.example.com\r\nX-User: %s\r\n"+
		"X-Request-Id: 6f7c4f6e-8d39-4c1f-9c43-3a3d4e0f2b11\r\nContent-Length: 0\r\n\r\n", unit, question.Resource.ID, question.Subject.ID)
}

// allowing is the floor: it allows everything.
type allowing struct {
	authv3.UnimplementedAuthorizationServer
}

func (allowing) Check(context.Context, *authv3.CheckRequest) (*authv3.CheckResponse, error) {
	return &authv3.CheckResponse{
		Status: &status.Status{}, HttpResponse: &authv3.CheckResponse_OkResponse{OkResponse: &authv3.OkHttpResponse{}},
	}, nil
}

// serveGRPC serves, and returns clients with a connection each.
func serveGRPC(b *testing.B, service authv3.AuthorizationServer) []authv3.AuthorizationClient {
	b.Helper()
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := grpc.NewServer()
	authv3.RegisterAuthorizationServer(server, service)
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(server.Stop)
	clients := make([]authv3.AuthorizationClient, connections)
	for i := range clients {
		connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = connection.Close() })
		clients[i] = authv3.NewAuthorizationClient(connection)
	}
	return clients
}

// benchCheck returns a request as Envoy describes one of a browser.
func benchCheck(question *access.Request) *authv3.CheckRequest {
	unit, _ := question.Resource.Properties[access.PropertyUnit].(string)
	target := "/units/" + unit + "/records/" + question.Resource.ID
	payload, _ := structpb.NewStruct(map[string]any{"jwt_payload": map[string]any{"sub": question.Subject.ID, "iss": "https://id.example.com"}})
	return &authv3.CheckRequest{Attributes: &authv3.AttributeContext{
		Request: &authv3.AttributeContext_Request{Http: &authv3.AttributeContext_HttpRequest{
			Id: "6f7c4f6e-8d39-4c1f-9c43-3a3d4e0f2b11", Method: "GET", Path: target, Host: "app.example.com",
			Headers: map[string]string{
				":path": target, ":method": "GET", ":authority": "app.example.com", "user-agent": "Mozilla/5.0", "accept": "*/*",
				"accept-encoding": "gzip", "x-forwarded-proto": "https", "x-request-id": "6f7c4f6e-8d39-4c1f-9c43-3a3d4e0f2b11",
			},
		}},
		MetadataContext: &corev3.Metadata{FilterMetadata: map[string]*structpb.Struct{"envoy.filters.http.jwt_authn": payload}},
	}}
}

// checkAll sends so many requests with each client, one after the other, and waits for the answers.
func checkAll(b *testing.B, on []authv3.AuthorizationClient, checks []*authv3.CheckRequest, each int) {
	b.Helper()
	var group sync.WaitGroup
	for i, client := range on {
		group.Go(func() {
			for n := range each {
				if _, err := client.Check(b.Context(), checks[(i*each+n)%len(checks)]); err != nil {
					b.Errorf("client %d: %v", i, err)
					return
				}
			}
		})
	}
	group.Wait()
}
