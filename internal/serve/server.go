// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
)

// Server answers requests.
type Server struct {
	options Options
	handler http.Handler
	places  *places
	// stopping is set once the service is told to stop.
	stopping atomic.Bool
}

// New returns a server. Run makes it answer.
func New(options Options) *Server {
	options.Timeouts = options.Timeouts.withDefaults()
	options.MaxInFlight = cmp.Or(options.MaxInFlight, DefaultMaxInFlight)
	s := &Server{options: options}
	s.places = &places{taken: make(chan struct{}, options.MaxInFlight), metrics: options.Metrics}
	s.handler = s.allowOrigins(s.route(s.traced(s.api())))
	return s
}

// Run answers requests on the listeners until the context ends. It then reports that it is not ready, waits, finishes the requests in
// flight, and flushes the decision log and telemetry. The error says what was cut off.
func (s *Server) Run(ctx context.Context, listeners Listeners) error {
	apiServer := s.newHTTPServer(s.handler)
	failed := make(chan error, 4)
	go func() { failed <- s.serve(apiServer, listeners.API) }()
	stopExternal := s.startExternal(&listeners, failed)
	if listeners.Metrics != nil {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", s.options.Metrics.Handler())
		metricsServer := s.newHTTPServer(mux)
		metricsServer.TLSConfig = nil
		go func() { failed <- ignoreClosed(metricsServer.Serve(listeners.Metrics)) }()
		// Metrics are served to the end.
		defer func() { _ = metricsServer.Close() }()
	}
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	return errors.Join(err, s.shutDown(context.WithoutCancel(ctx), apiServer, stopExternal))
}

// shutDown ends the service gracefully.
func (s *Server) shutDown(ctx context.Context, server *http.Server, stopExternal func(context.Context) error) error {
	s.stopping.Store(true)
	s.options.Log.Info("Shutting down: requests in flight are still answered")
	time.Sleep(s.options.Timeouts.ShutdownDelay)
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeouts.Shutdown)
	defer cancel()
	err := errors.Join(stopHTTP(ctx, server), stopExternal(ctx))
	if err != nil {
		err = fmt.Errorf("requests in flight were cut off after %s", s.options.Timeouts.Shutdown)
	}
	if s.options.Decisions != nil {
		err = errors.Join(err, s.options.Decisions.Close(ctx))
	}
	if lost := s.options.Telemetry.Shutdown(ctx); lost != nil {
		s.options.Log.Info("The last traces and metrics could not all be exported", "reason", lost.Error())
	}
	return err
}

func (s *Server) newHTTPServer(handler http.Handler) *http.Server {
	timeouts := &s.options.Timeouts
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler: handler, Protocols: protocols, TLSConfig: s.options.TLS.Clone(), MaxHeaderBytes: maxHeaderBytes,
		ReadHeaderTimeout: timeouts.Header, ReadTimeout: timeouts.Read, WriteTimeout: timeouts.Write, IdleTimeout: timeouts.Idle,
		ErrorLog: slog.NewLogLogger(logr.ToSlogHandler(s.options.Log), slog.LevelDebug),
	}
}

func (s *Server) serve(server *http.Server, listener net.Listener) error {
	if s.options.TLS == nil {
		return ignoreClosed(server.Serve(listener))
	}
	return ignoreClosed(server.ServeTLS(listener, "", ""))
}

// ignoreClosed tells a shutdown from a failure.
func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
