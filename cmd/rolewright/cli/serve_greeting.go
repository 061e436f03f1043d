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

// exemplary is a follower that knows something that can be asked.
type exemplary interface {
	// Example is a request that is answered yes, and the organization that it is about.
	Example() (namespace, organization string, request *access.Request)
}

// greet says where the service answers, and what to try.
func (s *serving) greet(api, metrics net.Listener, options *serve.Options, from follower) {
	scheme := "http"
	if options.TLS != nil {
		scheme = "https"
	}
	base := scheme + "://" + reachable(api.Addr())
	_, _ = fmt.Fprintf(s.ErrOut, "Answering at %s\n", base)
	if metrics != nil {
		_, _ = fmt.Fprintf(s.ErrOut, "Metrics at http://%s/metrics\n", reachable(metrics.Addr()))
	}
	if options.Authenticator == nil && !s.insecure {
		s.showExample(base, options, from)
	}
}

// showExample writes a command that asks something.
func (s *serving) showExample(base string, options *serve.Options, from follower) {
	with, is := from.(exemplary)
	if !is {
		return
	}
	namespace, organization, request := with.Example()
	if request == nil {
		return
	}
	if _, only := options.Registry.Only(); !only {
		base += "/" + namespace + "/" + organization
	}
	body, err := json.Marshal(request)
	if err != nil {
		return
	}
	insecurely := ""
	if options.TLS != nil {
		insecurely = " --cacert FILE"
	}
	_, _ = fmt.Fprintf(s.ErrOut, "Try:\n  curl -s%s %s/%s -H 'Content-Type: application/json' -d '%s'\n",
		insecurely, base, authzen.Evaluation, strings.ReplaceAll(string(body), "'", `'\''`))
}

// reachable is an address as a client on this machine can use it.
func reachable(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return address.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
