// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/extauthz"
	"github.com/rolewright/rolewright/internal/serve"
)

const (
	grpcListenFlag = "ext-authz-listen"
	httpListenFlag = "ext-authz-http-listen"
)

// serveExternal are the flags of external authorization.
type serveExternal struct {
	mapping, grpcListen, httpListen, prefix string
}

func (e *serveExternal) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&e.mapping, "ext-authz-mapping", "",
		"`FILE` that says which permission on which resource each route needs, for Envoy's external authorization; re-read when it changes")
	flags.StringVar(&e.grpcListen, grpcListenFlag, "", "`ADDRESS` of Envoy's external authorization over gRPC; none by default")
	flags.StringVar(&e.httpListen, httpListenFlag, "", "`ADDRESS` of Envoy's external authorization over HTTP; none by default")
	flags.StringVar(&e.prefix, "ext-authz-path-prefix", "", "`PATH` that is the path_prefix of Envoy's http_service; none by default")
}

// validate refuses flags that do not belong together.
func (e *serveExternal) validate() error {
	for _, rule := range []struct {
		violated bool
		message  string
	}{
		{e.mapping == "" && (e.grpcListen != "" || e.httpListen != ""),
			"--ext-authz-listen and --ext-authz-http-listen need --ext-authz-mapping: what no route is for is denied"},
		{e.mapping != "" && e.grpcListen == "" && e.httpListen == "",
			"--ext-authz-mapping needs an address: add --ext-authz-listen, or --ext-authz-http-listen"},
		{e.prefix != "" && e.httpListen == "", "--ext-authz-path-prefix is for HTTP: add --ext-authz-http-listen"},
		{e.prefix != "" && (!strings.HasPrefix(e.prefix, "/") || strings.HasSuffix(e.prefix, "/")),
			"--ext-authz-path-prefix " + e.prefix + ": begin it with a slash, and end it without one"},
	} {
		if rule.violated {
			return usagef("%s", rule.message)
		}
	}
	return nil
}

// open reads the mapping, if there is one, and keeps it up to date until the context ends.
func (e *serveExternal) open(ctx context.Context, log logr.Logger) (serve.External, error) {
	external := serve.External{Prefix: e.prefix}
	if e.mapping == "" {
		return external, nil
	}
	mapping, err := readMapping(e.mapping)
	if err != nil {
		return external, fmt.Errorf("--ext-authz-mapping: %w", err)
	}
	external.Mapping = &atomic.Pointer[extauthz.Mapping]{}
	external.Mapping.Store(mapping)
	go followFile(ctx, e.mapping, log, readMapping, func(next *extauthz.Mapping) {
		external.Mapping.Store(next)
		log.Info("Read the mapping of external authorization", "file", e.mapping, "routes", next.Routes)
	}, "The mapping of external authorization stays as it was")
	return external, nil
}

func readMapping(file string) (*extauthz.Mapping, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return extauthz.ParseMapping(file, text)
}
