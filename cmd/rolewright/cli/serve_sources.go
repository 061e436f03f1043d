// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strings"

	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/serve"
	"github.com/rolewright/rolewright/internal/serve/fromcluster"
	"github.com/rolewright/rolewright/internal/serve/fromdirectory"
	"github.com/rolewright/rolewright/internal/serve/fromfiles"
	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// follower reads what is to be served, and returns what keeps it up to date.
func (o *serveOptions) follower(ctx context.Context, options *serve.Options) (follower, error) {
	switch {
	case o.input.fromManifests():
		return o.followFiles(ctx, options)
	case o.directory != "":
		return fromdirectory.New(fromdirectory.Options{
			Directory: o.directory, MaxStaleness: o.maxStaleness,
			Registry: options.Registry, Log: options.Log, Reloaded: options.Metrics.Reloaded,
		})
	default:
		return o.followCluster(ctx, options)
	}
}

func (o *serveOptions) followFiles(ctx context.Context, options *serve.Options) (follower, error) {
	reader, err := o.input.manifestReader()
	if err != nil {
		return nil, err
	}
	return fromfiles.New(ctx, fromfiles.Options{
		Paths: o.input.filenames, Reader: reader, Select: o.selected, PlatformNamespace: o.platformNamespace,
		Registry: options.Registry, Log: options.Log, Reloaded: options.Metrics.Reloaded,
	})
}

// selected returns the organization that -O selects, or all.
func (o *serveOptions) selected(all []tenants.Key) ([]tenants.Key, error) {
	if o.organization.name == "" {
		return all, nil
	}
	matches := organizationsNamed(o.organization.name, o.input, all, func(key *tenants.Key) (string, string) {
		return key.Namespace, key.Organization
	})
	if len(matches) > 1 {
		names := make([]string, len(matches))
		for i, key := range matches {
			names[i] = key.String()
		}
		return nil, ambiguousOrganization(o.organization.name, english.UpTo(mostOrganizations, names))
	}
	return matches, nil
}

func (o *serveOptions) followCluster(ctx context.Context, options *serve.Options) (follower, error) {
	client, err := o.client()
	if err != nil {
		return nil, err
	}
	namespace, organization := *o.input.cluster.Namespace, o.organization.name
	switch qualified, name, is := strings.Cut(organization, "/"); {
	case o.input.allNamespaces && (namespace != "" || organization != ""):
		return nil, usagef("-A serves all namespaces: leave out -n and -O")
	case is && namespace != "" && namespace != qualified:
		return nil, usagef("-n %s and -O %s name different namespaces: leave one out", namespace, organization)
	case is:
		namespace, organization = qualified, name
	case organization != "" && namespace == "":
		if namespace, _, err = o.input.namespace(); err != nil {
			return nil, err
		}
	}
	return fromcluster.New(ctx, fromcluster.Options{
		Client: client, Namespace: namespace, Organization: organization, MaxStaleness: o.maxStaleness,
		Registry: options.Registry, Log: options.Log, Reloaded: options.Metrics.Reloaded,
	})
}
