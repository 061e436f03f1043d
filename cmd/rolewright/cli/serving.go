// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/go-logr/logr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/klog/v2"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/serve"
	"github.com/rolewright/rolewright/internal/serve/auth"
	"github.com/rolewright/rolewright/internal/serve/decisionlog"
	"github.com/rolewright/rolewright/internal/serve/fromcluster"
	"github.com/rolewright/rolewright/internal/serve/metrics"
	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// follower keeps organizations current.
type follower interface {
	Run(ctx context.Context)
}

// run serves until the context ends.
func (s *serving) run(ctx context.Context) error {
	if err := s.checkFlags(); err != nil {
		return err
	}
	log := s.logger()
	klog.SetLogger(log)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	options := serve.Options{
		Registry: tenants.NewRegistry(), API: s.api, Log: log, MaxInFlight: s.maxInFlight, Timeouts: s.timeouts,
	}
	options.Metrics = metrics.New(options.Registry)
	var err error
	if options.TLS, err = s.certificates(ctx, log); err != nil {
		return err
	}
	if options.Authenticator, options.Authorizer, err = s.auth(log); err != nil {
		return err
	}
	from, err := s.follower(ctx, &options)
	if err != nil {
		return err
	}
	api, metricsListener, err := s.listeners(ctx)
	if err != nil {
		return err
	}
	if options.Decisions, err = s.decisions(ctx, log); err != nil {
		return errors.Join(err, api.Close())
	}
	if options.Decisions != nil {
		options.Metrics.LogWritten(options.Decisions.Written, options.Decisions.Dropped)
	}
	server := serve.New(options)
	// What is served stays current while requests that have begun are answered.
	following, leave := context.WithCancel(context.WithoutCancel(ctx))
	defer leave()
	s.greet(api, metricsListener, &options, from)
	go from.Run(following)
	return server.Run(ctx, api, metricsListener)
}

// checkFlags refuses flags that contradict each other, before anything is read.
func (s *serving) checkFlags() error {
	for _, wrong := range []struct {
		is   bool
		what string
	}{
		{s.offline() && s.directory != "", "-f and --directory name two things to serve: leave one out"},
		{s.directory != "" && s.organization != "",
			"-O picks from manifests or from a cluster: with --directory, name the organization's own folder"},
		{(s.certificate == "") != (s.privateKey == ""), "--tls-cert-file and --tls-private-key-file need each other"},
		{s.logFormat != "text" && s.logFormat != "json", "--log-format " + s.logFormat + ": write text or json"},
		{s.decisionLog == "" && (len(s.masks) > 0 || s.maskKeyFile != "" || s.sample != 1),
			"--decision-log-sample and --decision-log-mask are for a --decision-log: name a file, or - for standard output"},
		{!decisionlog.CanSample(s.sample), "--decision-log-sample: write a part above 0 and at most 1, such as 0.1"},
		{s.audiencesAreSet && !s.authenticated(), "--audience is for callers who show tokens: add --authenticate"},
	} {
		if wrong.is {
			return usagef("%s", wrong.what)
		}
	}
	return errors.Join(s.checkBaseURL(), s.checkListen())
}

func (s *serving) checkBaseURL() error {
	if s.api.BaseURL == "" {
		return nil
	}
	if err := authzen.CheckBaseURL(s.api.BaseURL); err != nil {
		return usagef("--base-url %s: %v", s.api.BaseURL, err)
	}
	return nil
}

// authenticated says whether callers must show a token: for what a cluster publishes, unless somebody says otherwise.
func (s *serving) authenticated() bool {
	if s.authenticateIsSet {
		return s.authenticate
	}
	return !s.offline() && s.directory == ""
}

// checkListen refuses to let others in by mistake.
func (s *serving) checkListen() error {
	host, _, err := net.SplitHostPort(s.listen)
	if err != nil {
		return usagef("--listen %s: write HOST:PORT, such as 127.0.0.1:8420 or :8443", s.listen)
	}
	if loopback(host) {
		return nil
	}
	if s.certificate == "" && !s.insecure {
		return usagef("--listen %s can be reached from other machines: name a certificate with --tls-cert-file and --tls-private-key-file, "+
			"or allow plain HTTP with --insecure", s.listen)
	}
	if !s.authenticated() && !s.authenticateIsSet {
		return usagef("--listen %s can be reached from other machines, and everybody there could ask: "+
			"add --authenticate, or allow it with --authenticate=false", s.listen)
	}
	return nil
}

// loopback says whether only this machine reaches a host.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// listeners listen for requests, and for requests for metrics.
func (s *serving) listeners(ctx context.Context) (api, metrics net.Listener, err error) {
	var config net.ListenConfig
	if api, err = config.Listen(ctx, "tcp", s.listen); err != nil {
		return nil, nil, fmt.Errorf("--listen: %w", err)
	}
	if s.metricsListen != "" {
		if metrics, err = config.Listen(ctx, "tcp", s.metricsListen); err != nil {
			return nil, nil, errors.Join(fmt.Errorf("--metrics-listen: %w", err), api.Close())
		}
	}
	return api, metrics, nil
}

// auth returns what asks the cluster about callers, or nil if everybody is answered.
func (s *serving) auth(log logr.Logger) (*auth.Authenticator, *auth.Authorizer, error) {
	if !s.authenticated() {
		return nil, nil, nil
	}
	client, err := s.client()
	if err != nil {
		return nil, nil, err
	}
	options := auth.CacheOptions{TTL: s.reviewCache, Log: log}
	return auth.NewAuthenticator(&fromcluster.TokenReviewer{Client: client, Audiences: s.tokenAudiences()}, options),
		auth.NewAuthorizer(&fromcluster.AccessReviewer{Client: client}, options), nil
}

// tokenAudiences are those of the flag; an empty one stands for that of the API server, which a review without any means.
func (s *serving) tokenAudiences() []string {
	var named []string
	for _, audience := range s.audiences {
		if audience != "" {
			named = append(named, audience)
		}
	}
	return named
}

// client reaches the cluster, whose API server protects itself from too many requests.
func (s *serving) client() (kubernetes.Interface, error) {
	config, err := s.clusterConfig()
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	config.UserAgent = "rolewright-serve"
	return kubernetes.NewForConfig(config)
}
