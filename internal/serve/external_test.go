// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	authv3 "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"github.com/go-logr/logr"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/extauthz"
	"github.com/rolewright/rolewright/internal/serve/auth"
	"github.com/rolewright/rolewright/internal/serve/decisionlog"
	"github.com/rolewright/rolewright/internal/serve/metrics"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const externalMapping = `apiVersion: extauthz.rolewright.dev/v1alpha1
kind: RouteMapping
organization: shop/acme
trustedHeaders: [x-user]
subject: {id: {header: x-user}}
routes:
- {methods: [GET], path: '/orders/{order}', permission: orders.view, resource: {type: order, id: {path: order}}}
`

// externalService is a service of external authorization, over TLS, for callers with a token or a certificate.
type externalService struct {
	authority  *authority
	grpc, http string
	log        bytes.Buffer
	stop       func()
	options    *Options
}

func runExternal(t *testing.T) *externalService {
	t.Helper()
	s := &externalService{authority: newAuthority(t)}
	clients := x509.NewCertPool()
	clients.AddCert(s.authority.certificate)
	certificate := s.authority.issue(&x509.Certificate{
		SerialNumber: big.NewInt(3), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"},
	})
	mapping, err := extauthz.ParseMapping("mapping.yaml", []byte(externalMapping))
	if err != nil {
		t.Fatal(err)
	}
	index, err := engine.NewIndex(&document.Document{
		Schema: document.Schema, Permissions: map[string]document.Permission{"orders.view": {}}, Units: map[string]document.Unit{"acme": {}},
		Roles: map[string]document.Role{"clerk": {Permissions: map[string][]document.Alternative{"orders.view": {{}}}}},
		Users: map[string]document.User{"ann": {Grants: []document.Grant{{Role: "clerk", Scope: document.Scope{Everywhere: true}}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &reviewer{allowed: func(user *authenticationv1.UserInfo) bool {
		return user.Username == "token" || user.Username == "envoy"
	}}
	cached := auth.CacheOptions{TTL: time.Minute, Log: logr.Discard()}
	registry := tenants.NewRegistry()
	registry.Put(tenants.NewStatic(tenants.Key{Namespace: "shop", Organization: "acme"}, index, time.Now()))
	decisions, err := decisionlog.New(func() (io.WriteCloser, error) { return closer{&s.log}, nil }, decisionlog.Options{Sample: 1, Log: logr.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	s.options = &Options{
		Registry: registry, Log: logr.Discard(), Metrics: metrics.New(registry), Decisions: decisions,
		TLS: &tls.Config{
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &certificate, nil },
			ClientAuth:     tls.VerifyClientCertIfGiven, ClientCAs: clients, MinVersion: tls.VersionTLS12,
		},
		Authenticator: auth.NewAuthenticator(r, cached), Authorizer: auth.NewAuthorizer(r, cached),
		External: External{Mapping: &atomic.Pointer[extauthz.Mapping]{}},
	}
	s.options.External.Mapping.Store(mapping)
	var listeners Listeners
	for _, to := range []*net.Listener{&listeners.API, &listeners.ExternalGRPC, &listeners.ExternalHTTP} {
		if *to, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	s.grpc, s.http = listeners.ExternalGRPC.Addr().String(), listeners.ExternalHTTP.Addr().String()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- New(*s.options).Run(ctx, listeners) }()
	s.stop = func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the service ended: %v", err)
		}
	}
	return s
}

type closer struct{ io.Writer }

func (closer) Close() error { return nil }

// config is that of a client, with a certificate of a name or without one.
func (s *externalService) config(name string) *tls.Config {
	roots := x509.NewCertPool()
	roots.AddCert(s.authority.certificate)
	config := &tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS12}
	if name != "" {
		config.Certificates = []tls.Certificate{s.authority.client(pkix.Name{CommonName: name}, x509.ExtKeyUsageClientAuth, time.Hour)}
	}
	return config
}

// checkGRPC returns the reason for which a user may not view an order, empty if they may.
func (s *externalService) checkGRPC(t *testing.T, proxy, token, user string) string {
	t.Helper()
	connection, err := grpc.NewClient(s.grpc, grpc.WithTransportCredentials(credentials.NewTLS(s.config(proxy))))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	ctx := t.Context()
	if token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	}
	answer, err := authv3.NewAuthorizationClient(connection).Check(ctx, &authv3.CheckRequest{Attributes: &authv3.AttributeContext{
		Request: &authv3.AttributeContext_Request{Http: &authv3.AttributeContext_HttpRequest{
			Id: "r-" + user, Method: "GET", Path: "/orders/17", Headers: map[string]string{
				"x-user": user, "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
			},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range answer.GetDeniedResponse().GetHeaders() {
		if h.GetHeader().GetKey() == extauthz.ReasonHeader {
			return h.GetHeader().GetValue()
		}
	}
	return ""
}

func (s *externalService) checkHTTP(t *testing.T, proxy, token, user string) string {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: s.config(proxy)}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+s.http+"/orders/17", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-User", user)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if (answer.StatusCode == http.StatusOK) != (answer.Header.Get(extauthz.ReasonHeader) == "") {
		t.Errorf("answered %s, with the headers %v", answer.Status, answer.Header)
	}
	return answer.Header.Get(extauthz.ReasonHeader)
}

// TestExternalCallers: proxies are authenticated as other callers are, over gRPC and over HTTP; decisions are logged and counted.
func TestExternalCallers(t *testing.T) {
	s := runExternal(t)
	for name, c := range map[string]struct{ proxy, token, user, want string }{
		"a certificate":    {proxy: "envoy", user: "ann"},
		"a token":          {token: "good", user: "ann"},
		"nobody":           {user: "ann", want: "CallerRefused"},
		"a bad token":      {token: "bad", user: "ann", want: "CallerRefused"},
		"without a right":  {proxy: "other", user: "ann", want: "CallerRefused"},
		"an unknown user":  {proxy: "envoy", user: "zoe", want: "UnknownUser"},
		"another's token":  {proxy: "envoy", token: "bad", user: "ann", want: "CallerRefused"},
		"no user, no name": {proxy: "envoy", want: "MissingSubject"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.checkGRPC(t, c.proxy, c.token, c.user); got != c.want {
				t.Errorf("over gRPC: %q, want %q", got, c.want)
			}
			if got := s.checkHTTP(t, c.proxy, c.token, c.user); got != c.want {
				t.Errorf("over HTTP: %q, want %q", got, c.want)
			}
		})
	}
	s.stop()
	for _, want := range []string{
		`"requestID":"r-ann","traceID":"4bf92f3577b34da6a3ce929d0e0e4736","caller":"envoy","namespace":"shop","organization":"acme"`,
		`"endpoint":"envoy.service.auth.v3.Authorization/Check","subject":{"type":"user","id":"ann"},"action":{"name":"orders.view"},` +
			`"resource":{"type":"order","id":"17"},"decision":true`,
		`"endpoint":"ext_authz/http"`, `"decision":false,"reason":"UnknownUser"`, `"problem":"CallerRefused: `, `"problem":"MissingSubject: `,
	} {
		if !strings.Contains(s.log.String(), want) {
			t.Errorf("the decision log has no %s:\n%s", want, s.log.String())
		}
	}
}
