// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"fmt"
	"net"
	"strings"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/serve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// exampleProvider is a follower that can provide an example request.
type exampleProvider interface {
	// Example returns a request that is allowed, and its organization.
	Example() (namespace, organization string, request *access.Request)
}

// printStartup prints where the service answers, and an example.
func (o *serveOptions) printStartup(listeners *serve.Listeners, options *serve.Options, source follower) {
	scheme := "http"
	if options.TLS != nil {
		scheme = "https"
	}
	api := listeners.API
	base := scheme + "://" + localAddress(api.Addr())
	if api.Addr().Network() == "unix" {
		_, _ = fmt.Fprintf(o.streams.ErrOut, "Answering at %s%s\n", unixPrefix, api.Addr())
		base = scheme + "://localhost"
	} else {
		_, _ = fmt.Fprintf(o.streams.ErrOut, "Answering at %s\n", base)
	}
	if metrics := listeners.Metrics; metrics != nil {
		_, _ = fmt.Fprintf(o.streams.ErrOut, "Metrics at http://%s/metrics\n", localAddress(metrics.Addr()))
	}
	for _, external := range []struct {
		protocol string
		listener net.Listener
	}{{"gRPC", listeners.ExternalGRPC}, {"HTTP", listeners.ExternalHTTP}} {
		if external.listener != nil {
			_, _ = fmt.Fprintf(o.streams.ErrOut, "External authorization over %s at %s\n", external.protocol, localAddress(external.listener.Addr()))
		}
	}
	if options.Authenticator == nil && !o.insecure {
		o.printExample(base, options, source)
	}
}

// printExample prints a command that sends a request.
func (o *serveOptions) printExample(base string, options *serve.Options, source follower) {
	provider, is := source.(exampleProvider)
	if !is {
		return
	}
	namespace, organization, request := provider.Example()
	if request == nil {
		return
	}
	if rootNamespace, root, _ := options.Registry.Root(); rootNamespace != namespace || root != organization {
		base += "/" + namespace + "/" + organization
	}
	body, err := json.Marshal(request)
	if err != nil {
		return
	}
	flags := ""
	if options.TLS != nil {
		flags = " --cacert FILE"
	}
	if path, is := strings.CutPrefix(o.listen, unixPrefix); is {
		flags += " --unix-socket " + path
	}
	_, _ = fmt.Fprintf(o.streams.ErrOut, "Try:\n  curl -s%s %s/%s -H 'Content-Type: application/json' -d '%s'\n",
		flags, base, authzen.Evaluation, strings.ReplaceAll(string(body), "'", `'\''`))
}

// localAddress returns an address as a client on this machine can use it.
func localAddress(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return address.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
