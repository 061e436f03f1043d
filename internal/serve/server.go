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
)

// Server answers requests.
type Server struct {
	options Options
	handler http.Handler
	// ending is set once the service is to end.
	ending atomic.Bool
}

// New returns a server. Run makes it answer.
func New(options Options) *Server {
	options.Times = options.Times.withDefaults()
	options.MaxInFlight = cmp.Or(options.MaxInFlight, DefaultMaxInFlight)
	s := &Server{options: options}
	s.handler = s.route(s.api())
	return s
}

// Run answers on a listener, and about metrics on another, which may be nil, until the context ends. It then takes back its
// readiness, waits, lets the requests that have begun end, and writes down what is still to be written. The error says what was
// cut off.
func (s *Server) Run(ctx context.Context, api, metrics net.Listener) error {
	server := s.server(s.handler)
	failed := make(chan error, 2)
	go func() { failed <- s.listen(server, api) }()
	if metrics != nil {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", s.options.Metrics.Handler())
		beside := s.server(mux)
		beside.TLSConfig = nil
		go func() { failed <- ended(beside.Serve(metrics)) }()
		// Metrics are there to the end.
		defer func() { _ = beside.Close() }()
	}
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	return errors.Join(err, s.end(context.WithoutCancel(ctx), server))
}

// end ends the service in order.
func (s *Server) end(ctx context.Context, server *http.Server) error {
	s.ending.Store(true)
	s.options.Log.Info("Ending: requests that have begun are still answered")
	time.Sleep(s.options.Times.Delay)
	ctx, cancel := context.WithTimeout(ctx, s.options.Times.Drain)
	defer cancel()
	err := server.Shutdown(ctx)
	if err != nil {
		_ = server.Close()
		err = fmt.Errorf("requests that had begun were cut off after %s", s.options.Times.Drain)
	}
	if s.options.Decisions != nil {
		err = errors.Join(err, s.options.Decisions.Close(ctx))
	}
	return err
}

func (s *Server) server(handler http.Handler) *http.Server {
	times := &s.options.Times
	return &http.Server{
		Handler: handler, TLSConfig: s.options.TLS, MaxHeaderBytes: maxHeaderBytes,
		ReadHeaderTimeout: times.Header, ReadTimeout: times.Read, WriteTimeout: times.Write, IdleTimeout: times.Idle,
		ErrorLog: slog.NewLogLogger(s.options.Log.Handler(), slog.LevelDebug),
	}
}

func (s *Server) listen(server *http.Server, on net.Listener) error {
	if s.options.TLS == nil {
		return ended(server.Serve(on))
	}
	return ended(server.ServeTLS(on, "", ""))
}

// ended tells an end that was asked for from a failure.
func ended(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
