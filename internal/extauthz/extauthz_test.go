// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"errors"
	"net"
	"sync/atomic"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	authv3 "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
)

const mappingText = `apiVersion: extauthz.rolewright.dev/v1alpha1
kind: RouteMapping
organization: health/hospital
trustedHeaders: [x-user]
subject:
  id: {metadata: {path: [jwt_payload, sub]}}
routes:
- methods: [GET, HEAD]
  path: /wards/{ward}/charts/{chart}
  permission: chart.read
  resource:
    type: chart
    id: {path: chart}
    properties:
      unit: {path: ward}
- methods: [POST]
  path: /wards/{ward}/charts/{chart}
  permission: chart.write
  resource:
    type: chart
    id: {path: chart}
    properties:
      unit: {path: ward}
      owner: {query: owner}
      pages: {query: pages, as: number, optional: true}
      urgent: {header: x-urgent, as: boolean, optional: true}
- methods: ["*"]
  path: /admin/**
  permission: chart.archive
  resource: {type: page, id: admin}
- methods: ["*"]
  path: /**
  permission: chart.read
  resource: {type: page, id: any, properties: {unit: icu}}
- hosts: [internal.example.com, "*.tools.example.com"]
  methods: [GET]
  path: /charts
  permission: chart.read
  subject:
    id: {principal: true, prefix: "spiffe://hospital/"}
  resource: {type: page, id: {extension: page}, properties: {unit: icu}}
- hosts: [legacy.example.com]
  methods: [GET]
  path: /charts
  permission: chart.read
  subject: {id: {header: x-user}}
  resource: {type: page, id: charts, properties: {unit: icu}}
- hosts: [gone.example.com]
  methods: [GET]
  path: /charts
  permission: chart.read
  organization: health/gone
  resource: {type: page, id: charts}
`

// hospital is one organization.
type hospital struct {
	index   *engine.Index
	unready error
}

func (h *hospital) Name() (namespace, organization string) { return "health", "hospital" }
func (h *hospital) Index() *engine.Index                   { return h.index }
func (h *hospital) Revision() int64                        { return 7 }
func (h *hospital) Ready() error                           { return h.unready }
func (h *hospital) Root() (namespace, organization string, root authzen.Tenant) {
	return "health", "hospital", h
}

func (h *hospital) Tenant(namespace, organization string) (authzen.Tenant, bool) {
	return h, namespace == "health" && organization == "hospital"
}

// newOptions returns options for the hospital with a mapping.
func newOptions(t *testing.T, text string) (Options, *hospital) {
	t.Helper()
	mapping, err := ParseMapping("mapping.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	h := &hospital{index: enginetest.Index(t, enginetest.Hospital(t), enginetest.Clock)}
	options := Options{Tenants: h, Mapping: &atomic.Pointer[Mapping]{}}
	options.Mapping.Store(mapping)
	return options, h
}

// dial returns a client of a service.
func dial(t *testing.T, options Options) authv3.AuthorizationClient {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	authv3.RegisterAuthorizationServer(server, NewServer(options))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	return authv3.NewAuthorizationClient(connection)
}

// check returns a request as Envoy sends it, whose token is of a user.
func check(user, method, host, target string) *authv3.CheckRequest {
	asked := &authv3.CheckRequest{Attributes: &authv3.AttributeContext{
		Request: &authv3.AttributeContext_Request{Http: &authv3.AttributeContext_HttpRequest{
			Id: "r1", Method: method, Host: host, Path: target, Headers: map[string]string{":path": target, ":method": method},
		}},
	}}
	if user != "" {
		payload, _ := structpb.NewStruct(map[string]any{"jwt_payload": map[string]any{"sub": user}})
		asked.Attributes.MetadataContext = &corev3.Metadata{FilterMetadata: map[string]*structpb.Struct{jwtFilter: payload}}
	}
	return asked
}

func with(asked *authv3.CheckRequest, change func(a *authv3.AttributeContext, h *authv3.AttributeContext_HttpRequest)) *authv3.CheckRequest {
	change(asked.Attributes, asked.Attributes.Request.Http)
	return asked
}

func sending(name, value string) func(*authv3.AttributeContext, *authv3.AttributeContext_HttpRequest) {
	return func(_ *authv3.AttributeContext, h *authv3.AttributeContext_HttpRequest) { h.Headers[name] = value }
}

// outcome is "" if a request is allowed, and otherwise the reason in the headers of the denial.
func outcome(t *testing.T, client authv3.AuthorizationClient, asked *authv3.CheckRequest) string {
	t.Helper()
	answer, err := client.Check(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	if codes.Code(answer.GetStatus().GetCode()) == codes.OK {
		if answer.GetOkResponse() == nil || answer.GetDeniedResponse() != nil {
			t.Errorf("status OK with %v", answer)
		}
		return ""
	}
	denied := answer.GetDeniedResponse()
	if denied.GetStatus().GetCode() != 403 && denied.GetStatus().GetCode() != 503 {
		t.Errorf("the status for the client is %v", denied.GetStatus())
	}
	for _, h := range denied.GetHeaders() {
		if h.GetHeader().GetKey() == ReasonHeader {
			return h.GetHeader().GetValue()
		}
	}
	t.Errorf("a denial without reason: %v", answer)
	return "none"
}

// TestCheck: what routes are for is decided as by the index, and everything that is unknown, missing or ambiguous is denied.
func TestCheck(t *testing.T) {
	options, _ := newOptions(t, mappingText)
	client := dial(t, options)
	const host = "hospital.example.com"
	for name, c := range map[string]struct {
		asked *authv3.CheckRequest
		want  string
	}{
		"allowed":                      {check("ann", "GET", host, "/wards/icu/charts/17"), ""},
		"a query that nothing reads":   {check("ann", "GET", host, "/wards/icu/charts/17?a=b;c"), ""},
		"escaped letters":              {check("ann", "GET", host, "/w%61rds/icu/ch%61rts/%31"), ""},
		"HEAD is named":                {check("ann", "HEAD", host, "/wards/icu/charts/17"), ""},
		"another unit":                 {check("ann", "GET", host, "/wards/hall/charts/17"), "NotGranted"},
		"an unknown unit":              {check("ann", "GET", host, "/wards/moon/charts/17"), "UnknownUnit"},
		"an unknown user":              {check("zoe", "GET", host, "/wards/icu/charts/17"), "UnknownUser"},
		"suspended":                    {check("dia", "GET", host, "/wards/icu/charts/17"), "Suspended"},
		"a method without route":       {check("ann", "DELETE", host, "/wards/icu/charts/17"), "UnknownRoute"},
		"a method in small letters":    {check("ann", "get", host, "/wards/icu/charts/17"), "UnknownRoute"},
		"no method":                    {check("ann", "", host, "/x"), "UnknownRoute"},
		"a qualifier":                  {check("ben", "POST", host, "/wards/icu/charts/17?owner=ben"), ""},
		"a qualifier that is not true": {check("ben", "POST", host, "/wards/icu/charts/17?owner=zoe"), "NotGranted"},

		"no subject":               {check("", "GET", host, "/wards/icu/charts/17"), "MissingSubject"},
		"a subject that is a list": {with(check("", "GET", host, "/wards/icu/charts/17"), subjectOf([]any{"ann"})), "AmbiguousRequest"},
		"a subject that is empty":  {with(check("", "GET", host, "/wards/icu/charts/17"), subjectOf("")), "MissingSubject"},
		"a subject of a client":    {with(check("", "GET", host, "/wards/icu/charts/17"), sending("x-user", "ann")), "MissingSubject"},
		"metadata of a client": {with(check("", "GET", host, "/wards/icu/charts/17"), func(a *authv3.AttributeContext, _ *authv3.AttributeContext_HttpRequest) {
			a.ContextExtensions = map[string]string{"sub": "ann", "jwt_payload.sub": "ann"}
		}), "MissingSubject"},

		"two slashes":            {check("ann", "GET", host, "//wards/icu/charts/17"), "AmbiguousRequest"},
		"dots":                   {check("ann", "GET", host, "/admin/../wards/icu/charts/17"), "AmbiguousRequest"},
		"one dot":                {check("ann", "GET", host, "/./wards/icu/charts/17"), "AmbiguousRequest"},
		"escaped dots":           {check("ann", "GET", host, "/admin/%2e%2e/x"), "AmbiguousRequest"},
		"half escaped dots":      {check("ann", "GET", host, "/admin/.%2E/x"), "AmbiguousRequest"},
		"an escaped slash":       {check("ann", "GET", host, "/x%2fadmin"), "AmbiguousRequest"},
		"an escaped backslash":   {check("ann", "GET", host, "/x%5Cadmin"), "AmbiguousRequest"},
		"a backslash":            {check("ann", "GET", host, `/x\admin`), "AmbiguousRequest"},
		"escaped twice":          {check("ann", "GET", host, "/%2561dmin"), "AmbiguousRequest"},
		"a path parameter":       {check("ann", "GET", host, "/admin;x=y/users"), "AmbiguousRequest"},
		"dots with a parameter":  {check("ann", "GET", host, "/x/..;/admin"), "AmbiguousRequest"},
		"an escaped semicolon":   {check("ann", "GET", host, "/admin%3Bx"), "AmbiguousRequest"},
		"an escaped end":         {check("ann", "GET", host, "/admin%00"), "AmbiguousRequest"},
		"an escaped query":       {check("ann", "GET", host, "/admin%3Fx"), "AmbiguousRequest"},
		"a broken escape":        {check("ann", "GET", host, "/admin%4"), "AmbiguousRequest"},
		"a fragment":             {check("ann", "GET", host, "/admin#x"), "AmbiguousRequest"},
		"a fragment in a query":  {check("ann", "GET", host, "/x?a#b"), "AmbiguousRequest"},
		"a space":                {check("ann", "GET", host, "/admin x"), "AmbiguousRequest"},
		"a space at the end":     {check("ann", "GET", host, "/admin%20"), "AmbiguousRequest"},
		"a dot at the end":       {check("ann", "GET", host, "/admin."), "AmbiguousRequest"},
		"bytes that are no text": {check("ann", "GET", host, "/x%ff"), "AmbiguousRequest"},
		"overlong slash":         {check("ann", "GET", host, "/x%c0%afadmin"), "AmbiguousRequest"},
		"an absolute URL":        {check("ann", "GET", host, "http://hospital.example.com/wards/icu/charts/17"), "AmbiguousRequest"},
		"a star":                 {check("ann", "OPTIONS", host, "*"), "AmbiguousRequest"},
		"nothing":                {check("ann", "GET", host, ""), "AmbiguousRequest"},
		"a query of its own": {with(check("ann", "GET", host, "/x"), func(_ *authv3.AttributeContext, h *authv3.AttributeContext_HttpRequest) {
			h.Query = "a=b"
		}), "AmbiguousRequest"},

		"everything else":               {check("ann", "GET", host, "/x/y"), ""},
		"the root":                      {check("ann", "GET", host, "/"), ""},
		"what is stricter":              {check("ann", "GET", host, "/admin/users"), "NotGranted"},
		"its own path":                  {check("ann", "GET", host, "/admin"), "NotGranted"},
		"its own path with a slash":     {check("ann", "GET", host, "/admin/"), "NotGranted"},
		"in another case":               {check("ann", "GET", host, "/Admin/users"), "AmbiguousRequest"},
		"in another case, escaped":      {check("ann", "GET", host, "/%41dmin/users"), "AmbiguousRequest"},
		"in letters that fold to ASCII": {check("ann", "GET", host, "/ward%C5%BF/icu/charts/17"), "AmbiguousRequest"},
		"with a slash at the end":       {check("ann", "GET", host, "/wards/icu/charts/17/"), "AmbiguousRequest"},

		"another method by header": {with(check("ann", "GET", host, "/wards/icu/charts/17"), sending("x-http-method-override", "DELETE")), "AmbiguousRequest"},
		"another path by header":   {with(check("ann", "GET", host, "/x"), sending("x-original-url", "/admin")), "AmbiguousRequest"},
		"a value is missing":       {check("ben", "POST", host, "/wards/icu/charts/17"), "MissingValue"},
		"a value is empty":         {check("ben", "POST", host, "/wards/icu/charts/17?owner="), "MissingValue"},
		"a value twice":            {check("ben", "POST", host, "/wards/icu/charts/17?owner=ben&owner=zoe"), "AmbiguousRequest"},
		"in two cases":             {check("ben", "POST", host, "/wards/icu/charts/17?owner=ben&Owner=zoe"), "AmbiguousRequest"},
		"as a list":                {check("ben", "POST", host, "/wards/icu/charts/17?owner=ben&owner%5B%5D=zoe"), "AmbiguousRequest"},
		"with a semicolon":         {check("ben", "POST", host, "/wards/icu/charts/17?a=1;owner=zoe&owner=ben"), "AmbiguousRequest"},
		"a number":                 {check("ben", "POST", host, "/wards/icu/charts/17?owner=ben&pages=12.5"), ""},
		"no number":                {check("ben", "POST", host, "/wards/icu/charts/17?owner=ben&pages=0x10"), "AmbiguousRequest"},
		"a number too long":        {check("ben", "POST", host, "/wards/icu/charts/17?owner=ben&pages=9007199254740993"), "AmbiguousRequest"},
		"a header twice":           {with(check("ben", "POST", host, "/wards/icu/charts/17?owner=ben"), sending("x-urgent", "true,false")), "AmbiguousRequest"},
		"a header with underscore": {with(check("ben", "POST", host, "/wards/icu/charts/17?owner=ben"), sending("x_urgent", "true")), "AmbiguousRequest"},
		"no boolean":               {with(check("ben", "POST", host, "/wards/icu/charts/17?owner=ben"), sending("x-urgent", "TRUE")), "AmbiguousRequest"},
		"a boolean":                {with(check("ben", "POST", host, "/wards/icu/charts/17?owner=ben"), sending("x-urgent", "true")), ""},

		"by certificate":           {with(check("", "GET", "internal.example.com:8443", "/charts"), certified("spiffe://hospital/ann", "charts")), ""},
		"a host in capitals":       {with(check("", "GET", "INTERNAL.example.com.", "/charts"), certified("spiffe://hospital/ann", "charts")), ""},
		"a host below":             {with(check("", "GET", "a.b.tools.example.com", "/charts"), certified("spiffe://hospital/ann", "charts")), ""},
		"the suffix itself":        {with(check("", "GET", "tools.example.com", "/charts"), certified("spiffe://hospital/ann", "charts")), "MissingSubject"},
		"of another trust domain":  {with(check("", "GET", "internal.example.com", "/charts"), certified("spiffe://other/ann", "charts")), "AmbiguousRequest"},
		"no certificate":           {check("ann", "GET", "internal.example.com", "/charts"), "MissingSubject"},
		"no extension":             {with(check("", "GET", "internal.example.com", "/charts"), certified("spiffe://hospital/ann", "")), "MissingValue"},
		"no less specific host":    {check("ann", "GET", "internal.example.com", "/x"), "UnknownRoute"},
		"a host that is none":      {check("ann", "GET", "internal.example.com@evil", "/x"), "AmbiguousRequest"},
		"no host":                  {check("ann", "GET", "", "/x"), "AmbiguousRequest"},
		"a trusted header":         {with(check("", "GET", "legacy.example.com", "/charts"), sending("x-user", "ann")), ""},
		"a trusted header, joined": {with(check("", "GET", "legacy.example.com", "/charts"), sending("x-user", "ann,ben")), "AmbiguousRequest"},
		"its likeness":             {with(with(check("", "GET", "legacy.example.com", "/charts"), sending("x-user", "zoe")), sending("x_user", "ann")), "AmbiguousRequest"},
		"raw headers":              {with(check("", "GET", "legacy.example.com", "/charts"), raw("x-user", "ann")), ""},
		"raw headers twice":        {with(check("", "GET", "legacy.example.com", "/charts"), raw("x-user", "ann", "x-user", "ann")), "AmbiguousRequest"},

		"another organization": {check("ann", "GET", "gone.example.com", "/charts"), "UnknownOrganization"},
		"no attributes":        {&authv3.CheckRequest{}, "AmbiguousRequest"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := outcome(t, client, c.asked); got != c.want {
				t.Errorf("answered %q, want %q", got, c.want)
			}
		})
	}
}

func subjectOf(value any) func(*authv3.AttributeContext, *authv3.AttributeContext_HttpRequest) {
	return func(a *authv3.AttributeContext, _ *authv3.AttributeContext_HttpRequest) {
		payload, _ := structpb.NewStruct(map[string]any{"jwt_payload": map[string]any{"sub": value}})
		a.MetadataContext = &corev3.Metadata{FilterMetadata: map[string]*structpb.Struct{jwtFilter: payload}}
	}
}

func certified(principal, page string) func(*authv3.AttributeContext, *authv3.AttributeContext_HttpRequest) {
	return func(a *authv3.AttributeContext, _ *authv3.AttributeContext_HttpRequest) {
		a.Source = &authv3.AttributeContext_Peer{Principal: principal}
		if page != "" {
			a.ContextExtensions = map[string]string{"page": page}
		}
	}
}

func raw(pairs ...string) func(*authv3.AttributeContext, *authv3.AttributeContext_HttpRequest) {
	return func(_ *authv3.AttributeContext, h *authv3.AttributeContext_HttpRequest) {
		h.Headers, h.HeaderMap = nil, &corev3.HeaderMap{}
		for i := 0; i < len(pairs); i += 2 {
			h.HeaderMap.Headers = append(h.HeaderMap.Headers, &corev3.HeaderValue{Key: pairs[i], RawValue: []byte(pairs[i+1])})
		}
	}
}

// TestErrorsAreDenials: Envoy may let requests pass when the service fails, so it does not.
func TestErrorsAreDenials(t *testing.T) {
	options, h := newOptions(t, mappingText)
	h.unready = errors.New("stale")
	if got := outcome(t, dial(t, options), check("ann", "GET", "x", "/wards/icu/charts/17")); got != "Unavailable" {
		t.Errorf("a stale organization: %q", got)
	}
	h.unready = nil
	options.Places = full{}
	if got := outcome(t, dial(t, options), check("ann", "GET", "x", "/wards/icu/charts/17")); got != "Unavailable" {
		t.Errorf("no place: %q", got)
	}
}

// full has no place.
type full struct{}

func (full) Take() bool { return false }
func (full) Leave()     {}
