// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/accessrequest"
	"github.com/rolewright/rolewright/internal/filewatch"
	"github.com/rolewright/rolewright/internal/serve/fromcluster"
)

// accessRequestFlags say whether callers may ask for access that was denied.
type accessRequestFlags struct {
	keys, callbacks string
	lifetime        time.Duration
}

func (f *accessRequestFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.keys, "access-request-keys", "",
		"`FILE` with private keys in PEM that all replicas share, the first of which signs: lets callers ask for access that an approval "+
			"would give; re-read when it changes")
	flags.StringVar(&f.callbacks, "access-request-callbacks", "",
		"`FILE` with the endpoints that callers may ask to be called when a request for access has ended")
	flags.DurationVar(&f.lifetime, "access-request-lifetime", accessrequest.DefaultLifetime, "how long a denial can be used to ask for access")
}

func (o *serveOptions) validateAccessRequests() error {
	f := &o.accessRequests
	switch {
	case f.keys == "" && f.callbacks != "":
		return usagef("--access-request-callbacks is for requests for access: add --access-request-keys")
	case f.lifetime < time.Second:
		return usagef("--access-request-lifetime %s: write at least a second", f.lifetime)
	case f.keys == "":
		return nil
	case o.input.fromManifests() || o.directory != "":
		return usagef("--access-request-keys is for what a cluster publishes, in which requests are made: leave out -f and --directory")
	case o.api.BaseURL == "":
		return usagef("--access-request-keys needs --base-url: what is signed names the service by it")
	case !o.authenticated():
		return usagef("--access-request-keys is for callers who authenticate: leave out --authenticate=false")
	}
	return nil
}

// accessRequestOptions returns what lets callers ask for access, or nil if they may not.
func (o *serveOptions) accessRequestOptions(ctx context.Context, log logr.Logger) (*accessrequest.Options, error) {
	f := &o.accessRequests
	if f.keys == "" {
		return nil, nil
	}
	keys, err := readAccessRequestKeys(f.keys)
	if err != nil {
		return nil, err
	}
	options := &accessrequest.Options{Keys: accessrequest.NewKeyring(keys), Lifetime: f.lifetime}
	if f.callbacks != "" {
		text, err := os.ReadFile(f.callbacks)
		if err != nil {
			return nil, fmt.Errorf("--access-request-callbacks: %w", err)
		}
		if options.Callbacks, err = accessrequest.ParseCallbacks(ctx, text, os.ReadFile); err != nil {
			return nil, fmt.Errorf("--access-request-callbacks: %s: %w", f.callbacks, err)
		}
	}
	config, err := o.config()
	if err != nil {
		return nil, err
	}
	if options.Cluster, err = fromcluster.NewRequests(config); err != nil {
		return nil, err
	}
	go followFile(ctx, f.keys, log, readAccessRequestKeys, options.Keys.Replace,
		"The keys are not replaced: those that were read before go on signing")
	return options, nil
}

func readAccessRequestKeys(file string) (*accessrequest.Keys, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--access-request-keys: %w", err)
	}
	keys, err := accessrequest.ParseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("--access-request-keys: %s: %w", file, err)
	}
	return keys, nil
}

// followFile reads a file again whenever it changes, until the context ends, and replaces what was read before. What cannot be read
// replaces nothing, which a message says.
func followFile[T any](ctx context.Context, file string, log logr.Logger, read func(string) (T, error), replace func(T), message string) {
	filewatch.OnChange(ctx, []string{file}, log, func() {
		next, err := read(file)
		if err != nil {
			log.Error(err, message)
			return
		}
		replace(next)
	})
}
