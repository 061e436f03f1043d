// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/serve"
	"github.com/rolewright/rolewright/internal/serve/fromcluster"
	"github.com/rolewright/rolewright/internal/serve/fromdirectory"
	"github.com/rolewright/rolewright/internal/serve/fromfiles"
	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// poll is how often files are looked at that nobody tells of.
const poll = 2 * time.Second

// follower reads what is to be served, and follows it.
func (s *serving) follower(ctx context.Context, options *serve.Options) (follower, error) {
	switch {
	case s.offline():
		return s.followFiles(options)
	case s.directory != "":
		return fromdirectory.New(fromdirectory.Options{
			Directory: s.directory, MaxStaleness: s.maxStaleness,
			Registry: options.Registry, Log: options.Log, Reloaded: options.Metrics.Reloaded, Poll: poll,
		})
	default:
		return s.followCluster(ctx, options)
	}
}

func (s *serving) followFiles(options *serve.Options) (follower, error) {
	namespace, _, err := s.namespace()
	if err != nil {
		return nil, err
	}
	if s.allNamespaces {
		return nil, usagef("-A reads all namespaces of a cluster: leave it out with -f")
	}
	return fromfiles.New(fromfiles.Options{
		Paths: s.filenames, Reader: &manifests.Reader{Stdin: s.In, Namespace: namespace, NonRecursive: !s.recursive},
		Wanted: s.wanted, Registry: options.Registry, Log: options.Log, Reloaded: options.Metrics.Reloaded, Poll: poll,
	})
}

// wanted says whether an organization is the one of -O.
func (s *serving) wanted(key tenants.Key) bool {
	return s.organization == "" || s.organization == key.Organization || s.organization == key.String()
}

func (s *serving) followCluster(ctx context.Context, options *serve.Options) (follower, error) {
	client, err := s.client()
	if err != nil {
		return nil, err
	}
	namespace, organization := *s.cluster.Namespace, s.organization
	switch qualified, name, is := strings.Cut(organization, "/"); {
	case s.allNamespaces && (namespace != "" || organization != ""):
		return nil, usagef("-A serves all namespaces: leave out -n and -O")
	case is && namespace != "" && namespace != qualified:
		return nil, usagef("-n %s and -O %s name two namespaces: leave one out", namespace, organization)
	case is:
		namespace, organization = qualified, name
	case organization != "" && namespace == "":
		if namespace, _, err = s.namespace(); err != nil {
			return nil, err
		}
	}
	return fromcluster.New(ctx, fromcluster.Options{
		Client: client, Namespace: namespace, Organization: organization, MaxStaleness: s.maxStaleness,
		Registry: options.Registry, Log: options.Log, Reloaded: options.Metrics.Reloaded,
	})
}
