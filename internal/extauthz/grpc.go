// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"context"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	authv3 "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
)

// NewServer returns the gRPC service.
func NewServer(options Options) authv3.AuthorizationServer {
	return &server{decider: decider{options}}
}

type server struct {
	authv3.UnimplementedAuthorizationServer
	decider
}

// Check implements authv3.AuthorizationServer. It never returns an error: with failure_mode_allow, Envoy would let the request pass.
func (s *server) Check(ctx context.Context, asked *authv3.CheckRequest) (*authv3.CheckResponse, error) {
	r := readCheck(asked)
	v := s.decide(ctx, r, callerOf(ctx), EndpointGRPC)
	if v.allowed {
		return &authv3.CheckResponse{
			Status:       &status.Status{Code: int32(codes.OK)},
			HttpResponse: &authv3.CheckResponse_OkResponse{OkResponse: &authv3.OkHttpResponse{}},
		}, nil
	}
	denied := &authv3.DeniedHttpResponse{
		Status: &typev3.HttpStatus{Code: typev3.StatusCode(v.status())},
		Body:   v.body(),
	}
	for _, h := range v.headers() {
		denied.Headers = append(denied.Headers, &corev3.HeaderValueOption{
			Header:       &corev3.HeaderValue{Key: h.name, Value: h.value},
			AppendAction: corev3.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
		})
	}
	return &authv3.CheckResponse{
		Status:       &status.Status{Code: int32(codes.PermissionDenied), Message: string(v.reason)},
		HttpResponse: &authv3.CheckResponse_DeniedResponse{DeniedResponse: denied},
	}, nil
}

// readCheck returns the request that Envoy asks about.
func readCheck(asked *authv3.CheckRequest) *request {
	attributes := asked.GetAttributes()
	h := attributes.GetRequest().GetHttp()
	r := &request{
		method: h.GetMethod(), host: h.GetHost(), target: h.GetPath(), id: h.GetId(),
		extensions: attributes.GetContextExtensions(),
		metadata:   attributes.GetMetadataContext().GetFilterMetadata(),
		principal:  attributes.GetSource().GetPrincipal(),
	}
	r.headers = headersOf(asked)
	if h.GetQuery() != "" || h.GetFragment() != "" {
		// Envoy leaves both empty: what sends them does not put the query into the path.
		r.target = ""
	}
	return r
}

func headersOf(asked *authv3.CheckRequest) headers {
	h := asked.GetAttributes().GetRequest().GetHttp()
	if raw := h.GetHeaderMap().GetHeaders(); len(raw) > 0 {
		return headerList(raw)
	}
	return headerTexts(h.GetHeaders())
}

// TraceHeaders returns the values of the headers that say which trace a request belongs to: those of Envoy's own call, or else those of the
// request that it asks about.
func TraceHeaders(ctx context.Context, asked *authv3.CheckRequest) func(name string) []string {
	if len(metadata.ValueFromIncomingContext(ctx, "traceparent")) > 0 {
		return func(name string) []string { return metadata.ValueFromIncomingContext(ctx, name) }
	}
	return headersOf(asked).values
}

// headerTexts are headers of which several with one name are joined.
type headerTexts map[string]string

func (t headerTexts) values(name string) []string {
	if value, has := t[name]; has {
		return []string{value}
	}
	return nil
}

func (t headerTexts) underscored(each func(string)) {
	for name := range t {
		if hasUnderscore(name) {
			each(name)
		}
	}
}

// headerList are headers as they were sent.
type headerList []*corev3.HeaderValue

func (l headerList) values(name string) (values []string) {
	for _, h := range l {
		if h.GetKey() != name {
			continue
		}
		if raw := h.GetRawValue(); len(raw) > 0 {
			values = append(values, string(raw))
		} else {
			values = append(values, h.GetValue())
		}
	}
	return values
}

func (l headerList) underscored(each func(string)) {
	for _, h := range l {
		if name := h.GetKey(); hasUnderscore(name) {
			each(name)
		}
	}
}

func hasUnderscore(name string) bool { return strings.IndexByte(name, '_') >= 0 }

// callerOf returns the proxy that asks.
func callerOf(ctx context.Context) *Caller {
	c := &Caller{}
	if from, known := peer.FromContext(ctx); known {
		c.Address = from.Addr.String()
		if info, is := from.AuthInfo.(credentials.TLSInfo); is {
			c.TLS = &info.State
		}
	}
	if values := metadata.ValueFromIncomingContext(ctx, "authorization"); len(values) == 1 {
		c.Authorization = values[0]
	}
	return c
}
