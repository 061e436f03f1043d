// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extauthzv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_authz/v3"
	jwtv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/jwt_authn/v3"
	authv3 "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"
)

const externalExamples = "../../docs/examples/ext-authz"

var external = regexp.MustCompile(`(?m)^External authorization over (gRPC|HTTP) at (\S+)$`)

// view is a request of a user, as Envoy describes it.
func view(user, method, target string) *authv3.CheckRequest {
	payload, _ := structpb.NewStruct(map[string]any{"jwt_payload": map[string]any{"sub": user}})
	return &authv3.CheckRequest{Attributes: &authv3.AttributeContext{
		Request: &authv3.AttributeContext_Request{Http: &authv3.AttributeContext_HttpRequest{
			Method: method, Path: target, Host: "library.example",
			HeaderMap: &corev3.HeaderMap{Headers: []*corev3.HeaderValue{{Key: ":path", RawValue: []byte(target)}}},
		}},
		MetadataContext: &corev3.Metadata{FilterMetadata: map[string]*structpb.Struct{"envoy.filters.http.jwt_authn": payload}},
	}}
}

// TestExternalAuthorization: the mapping that the page shows is enforced for the quickstart, over gRPC and over HTTP; a new one is read, and
// one with a mistake changes nothing.
func TestExternalAuthorization(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(externalExamples, "mapping.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	mapping := filepath.Join(t.TempDir(), "mapping.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(mapping, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(string(text))
	s := start(t, "-f", "../../config/samples/quickstart", "--ext-authz-mapping", mapping, "--ext-authz-listen", "127.0.0.1:0",
		"--ext-authz-http-listen", "127.0.0.1:0", "--ext-authz-path-prefix", "/check")
	s.awaitReady()
	at := map[string]string{}
	s.await("the addresses of external authorization", func() bool {
		for _, found := range external.FindAllStringSubmatch(s.said.String(), -1) {
			at[found[1]] = found[2]
		}
		return len(at) == 2
	})
	connection, err := grpc.NewClient(at["gRPC"], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	client := authv3.NewAuthorizationClient(connection)
	check := func(user, method, target string) string {
		t.Helper()
		answer, err := client.Check(t.Context(), view(user, method, target))
		if err != nil {
			t.Fatal(err)
		}
		return answer.GetStatus().GetMessage()
	}
	for _, c := range []struct{ user, method, target, want string }{
		{"rosa@library.example", "GET", "/books", ""},
		{"rosa@library.example", "GET", "/books/by/a%20poet", ""},
		{"lena@library.example", "GET", "/books", "NotGranted"},
		{"lena@library.example", "POST", "/branches/harbour/loans", ""},
		{"lena@library.example", "POST", "/branches/hill/loans", "NotGranted"},
		{"lena@library.example", "POST", "/branches/moon/loans", "UnknownUnit"},
		{"rosa@library.example", "GET", "/loans/17?borrower=rosa@library.example", ""},
		{"rosa@library.example", "GET", "/loans/17?borrower=lena@library.example", "NotGranted"},
		{"rosa@library.example", "GET", "/loans/17", "MissingValue"},
		{"rosa@library.example", "DELETE", "/loans/17", "UnknownRoute"},
		{"max@library.example", "GET", "/books", "UnknownUser"},
	} {
		if got := check(c.user, c.method, c.target); got != c.want {
			t.Errorf("%s %s %s: %q, want %q", c.user, c.method, c.target, got, c.want)
		}
	}
	if got := s.get("http://" + at["HTTP"] + "/check/books"); got.status != http.StatusForbidden ||
		got.header.Get("X-Rolewright-Reason") != "MissingSubject" {
		t.Errorf("over HTTP, without metadata: %d %v", got.status, got.header)
	}
	write(strings.Replace(string(text), "path: /books/**", "path: /tomes/**", 1))
	s.await("the new mapping", func() bool { return check("rosa@library.example", "GET", "/tomes") == "" })
	write(strings.Replace(string(text), "permission", "permision", 1))
	s.awaitSaid("there is no such field")
	if got := check("rosa@library.example", "GET", "/tomes"); got != "" {
		t.Errorf("after a mistake in the file, what was allowed is denied: %s", got)
	}
	if got := s.get(s.metrics); !strings.Contains(got.body, `endpoint="envoy.service.auth.v3.Authorization/Check"`) ||
		!strings.Contains(got.body, `endpoint="ext_authz/http"`) {
		t.Error("the metrics do not count external authorization")
	}
	if code := s.terminate(); code != 0 {
		t.Errorf("the exit code is %d; it said %s", code, s.said)
	}
}

// TestEnvoyExamples: the configuration of Envoy that the page shows has only fields that its filters know, with valid values.
func TestEnvoyExamples(t *testing.T) {
	var filters []json.RawMessage
	for _, name := range []string{"envoy.yaml", "envoy-http.yaml"} {
		text, err := os.ReadFile(filepath.Join(externalExamples, name))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			HTTPFilters []struct {
				Config json.RawMessage `json:"typed_config"`
			} `json:"http_filters"`
			Config json.RawMessage `json:"typed_config"`
		}
		if err := yaml.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		for i := range file.HTTPFilters {
			filters = append(filters, file.HTTPFilters[i].Config)
		}
		if file.Config != nil {
			filters = append(filters, file.Config)
		}
	}
	if len(filters) != 3 {
		t.Fatalf("there are %d filters", len(filters))
	}
	for i, to := range []interface {
		proto.Message
		ValidateAll() error
	}{&jwtv3.JwtAuthentication{}, &extauthzv3.ExtAuthz{}, &extauthzv3.ExtAuthz{}} {
		var fields map[string]any
		if err := json.Unmarshal(filters[i], &fields); err != nil {
			t.Fatal(err)
		}
		delete(fields, "@type")
		text, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		if err := protojson.Unmarshal(text, to); err != nil {
			t.Errorf("%T: %v", to, err)
		} else if err := to.ValidateAll(); err != nil {
			t.Errorf("%T: %v", to, err)
		}
	}
}
