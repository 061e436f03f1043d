// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"net"
	"net/netip"
	"strings"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/serve"
	"github.com/rolewright/rolewright/internal/serve/decisionlog"
)

// Validate implements options.
func (o *serveOptions) Validate() error {
	for _, rule := range []struct {
		violated bool
		message  string
	}{
		{o.input.fromManifests() && o.directory != "", "-f and --directory both say what to serve: leave one out"},
		{o.directory != "" && o.organization.name != "",
			"-O selects from manifests or from a cluster: with --directory, name the folder of the organization"},
		{(o.certificate == "") != (o.privateKey == ""), "--tls-cert-file and --tls-private-key-file belong together: name both"},
		{o.clientAuthorities != "" && (o.certificate == "" || !o.authenticated()),
			"--client-ca-file is for callers who authenticate over TLS: add --tls-cert-file, --tls-private-key-file and --authenticate"},
		{o.logFormat != "text" && o.logFormat != "json", "--log-format " + o.logFormat + ": write text or json"},
		{o.decisionLog == "" && (len(o.masks) > 0 || o.maskKeyFile != "" || o.sample != 1),
			"--decision-log-sample and --decision-log-mask need --decision-log: name a file, or - for standard output"},
		{o.telemetry.askedPerSecond < 0, "--trace-parent-limit: write a number of requests, 0 or more"},
		{!decisionlog.ValidSample(o.sample), "--decision-log-sample: write a fraction above 0 and at most 1, such as 0.1"},
	} {
		if rule.violated {
			return usagef("%s", rule.message)
		}
	}
	return errors.Join(o.validateBaseURL(), o.validateOrigins(), o.external.validate(), o.validateCallers(),
		o.validateListen("listen", o.listen), o.validateListen(grpcListenFlag, o.external.grpcListen),
		o.validateListen(httpListenFlag, o.external.httpListen), o.validateAccessRequests())
}

// validateCallers refuses flags that contradict each other about how callers authenticate.
func (o *serveOptions) validateCallers() error {
	switch {
	case o.audiencesAreSet && !o.authenticated():
		return usagef("--audience is for callers with tokens: add --authenticate")
	case o.provider.enabled() && o.authenticateIsSet && !o.authenticate:
		return usagef("--oidc-issuer-url authenticates callers, and --authenticate=false does not: leave one out")
	}
	return o.provider.validate()
}

func (o *serveOptions) validateOrigins() error {
	for _, origin := range o.origins {
		if err := serve.CheckOrigin(origin); err != nil {
			return usagef("--cors-origin: %v", err)
		}
	}
	return nil
}

func (o *serveOptions) validateBaseURL() error {
	if o.api.BaseURL == "" {
		return nil
	}
	if err := authzen.CheckBaseURL(o.api.BaseURL); err != nil {
		return usagef("--base-url %s: %v", o.api.BaseURL, err)
	}
	return nil
}

// authenticated reports whether callers must send a token: by default only for what a cluster publishes.
func (o *serveOptions) authenticated() bool {
	if o.authenticateIsSet {
		return o.authenticate
	}
	return o.provider.enabled() || !o.input.fromManifests() && o.directory == ""
}

// validateListen keeps the service from being open to other machines by mistake. An address that is empty is none.
func (o *serveOptions) validateListen(flag, address string) error {
	if _, is := strings.CutPrefix(address, unixPrefix); is || address == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return usagef("--%s %s: write HOST:PORT, such as 127.0.0.1:8420 or :8443, or unix:FILE", flag, address)
	}
	if isLoopback(host) {
		return nil
	}
	if o.certificate == "" && !o.insecure {
		return usagef("--%s %s can be reached from other machines: name a certificate with --tls-cert-file and --tls-private-key-file, "+
			"or allow plain HTTP with --insecure", flag, address)
	}
	if !o.authenticated() && !o.authenticateIsSet {
		return usagef("--%s %s can be reached from other machines, and anyone there could query it: "+
			"add --authenticate, or allow it with --authenticate=false", flag, address)
	}
	return nil
}

// isLoopback reports whether only this machine can reach a host.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
