// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"errors"
	"net"
	"net/http"

	authv3 "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/extauthz"
)

// External authorization is answered over gRPC and HTTP, each on a listener of its own: the paths and headers of its requests are those of
// another service.

// maxStreams is how many requests a connection of gRPC may have at the same time.
const maxStreams = 1000

// externalOptions are what external authorization decides with.
func (s *Server) externalOptions() extauthz.Options {
	options := extauthz.Options{
		Tenants: s.options.Registry, Mapping: s.options.External.Mapping, Places: s.places,
		IdentifyDecisions: s.options.Decisions != nil, OnDecision: s.onDecision, OnResponse: s.onResponse,
	}
	if s.options.Authenticator != nil {
		options.Authorize = func(ctx context.Context, caller *extauthz.Caller, target authzen.Target) (string, *authzen.StatusError) {
			return s.authorizeCaller(ctx, &credential{caller.Address, caller.Authorization, caller.TLS}, target)
		}
	}
	return options
}

// externalGRPC returns the server of external authorization over gRPC.
func (s *Server) externalGRPC() *grpc.Server {
	limits := s.options.API.WithDefaults()
	options := []grpc.ServerOption{
		grpc.MaxRecvMsgSize(int(limits.MaxBytes)), grpc.MaxConcurrentStreams(maxStreams), grpc.MaxHeaderListSize(maxHeaderBytes),
		grpc.ConnectionTimeout(s.options.Timeouts.Header),
		grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: s.options.Timeouts.Idle}),
	}
	if interceptor := s.tracedCalls(); interceptor != nil {
		options = append(options, grpc.UnaryInterceptor(interceptor))
	}
	if s.options.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(s.options.TLS)))
	}
	server := grpc.NewServer(options...)
	authv3.RegisterAuthorizationServer(server, extauthz.NewServer(s.externalOptions()))
	return server
}

// startExternal answers on the listeners of external authorization, those that are there, and sends errors to a channel. It returns what
// stops it, gracefully until the context ends.
func (s *Server) startExternal(listeners *Listeners, failed chan<- error) (stop func(context.Context) error) {
	var stops []func(context.Context) error
	if listeners.ExternalGRPC != nil {
		server := s.externalGRPC()
		go func() { failed <- server.Serve(listeners.ExternalGRPC) }()
		stops = append(stops, func(ctx context.Context) error { return stopGRPC(ctx, server) })
	}
	if listeners.ExternalHTTP != nil {
		server := s.newHTTPServer(s.traced(extauthz.NewHandler(s.externalOptions(), s.options.External.Prefix)))
		go func() { failed <- s.serve(server, listeners.ExternalHTTP) }()
		stops = append(stops, func(ctx context.Context) error { return stopHTTP(ctx, server) })
	}
	return func(ctx context.Context) error {
		errs := make([]error, len(stops))
		for i, stop := range stops {
			errs[i] = stop(ctx)
		}
		return errors.Join(errs...)
	}
}

// stopGRPC finishes the requests in flight, and cuts off those that are left when the context ends.
func stopGRPC(ctx context.Context, server *grpc.Server) error {
	finished := make(chan struct{})
	go func() {
		server.GracefulStop()
		close(finished)
	}()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
		server.Stop()
		return ctx.Err()
	}
}

func stopHTTP(ctx context.Context, server *http.Server) error {
	err := server.Shutdown(ctx)
	if err != nil {
		_ = server.Close()
	}
	return err
}

// Listeners are where a server answers. All but API may be nil.
type Listeners struct {
	// API is for the API, Metrics for those.
	API, Metrics net.Listener
	// ExternalGRPC and ExternalHTTP are for Envoy's external authorization.
	ExternalGRPC, ExternalHTTP net.Listener
}

// Close closes those that are there.
func (l *Listeners) Close() error {
	var errs []error
	for _, listener := range []net.Listener{l.API, l.Metrics, l.ExternalGRPC, l.ExternalHTTP} {
		if listener != nil {
			errs = append(errs, listener.Close())
		}
	}
	return errors.Join(errs...)
}
