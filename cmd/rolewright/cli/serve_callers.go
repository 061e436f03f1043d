// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"
	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/rolewright/rolewright/internal/openid"
	"github.com/rolewright/rolewright/internal/serve/auth"
	"github.com/rolewright/rolewright/internal/serve/fromcluster"
)

// serveProvider are the flags about the OpenID provider of callers.
type serveProvider struct {
	provider openid.Options
	claims   openid.Claims
	required []string
	caFile   string
	flags    *pflag.FlagSet
}

func (p *serveProvider) addFlags(flags *pflag.FlagSet) {
	p.flags = pflag.NewFlagSet("provider", pflag.ContinueOnError)
	addProviderFlags(p.flags, &p.provider, &p.claims, &p.required, &p.caFile, providerUsage{
		issuer: "`URL` of an OpenID provider whose tokens callers may send, beside those of the cluster",
		client: "`ID` that such tokens must have as their audience",
	})
	flags.AddFlagSet(p.flags)
}

// enabled reports whether callers may send tokens of a provider.
func (p *serveProvider) enabled() bool { return p.provider.Issuer != "" }

func (p *serveProvider) validate() error {
	if !p.enabled() {
		var err error
		p.flags.VisitAll(func(flag *pflag.Flag) {
			if flag.Changed && err == nil {
				err = usagef("--%s is for callers with tokens of an OpenID provider: name it with --oidc-issuer-url", flag.Name)
			}
		})
		return err
	}
	if p.provider.ClientID == "" {
		return usagef("--oidc-issuer-url needs --oidc-client-id: the audience of tokens that are for this service")
	}
	return errors.Join(validateIssuer(p.provider.Issuer), parseRequired(p.required, &p.claims))
}

// auth returns what authenticates and authorizes callers, or nil if everyone may query. Without a cluster, anyone who has a token of the
// provider may.
func (o *serveOptions) auth(log logr.Logger) (*auth.Authenticator, *auth.Authorizer, error) {
	if !o.authenticated() {
		return nil, nil, nil
	}
	options := auth.CacheOptions{TTL: o.reviewCache, Log: log}
	reviewers := &tokenReviewers{}
	var err error
	if o.provider.enabled() {
		if o.provider.provider.Client, err = providerClient(o.provider.caFile); err != nil {
			return nil, nil, err
		}
		if reviewers.provider, err = openid.NewBearer(o.provider.provider, o.provider.claims); err != nil {
			return nil, nil, usagef("--oidc-signing-algs: %v", err)
		}
	}
	if !o.asksCluster() {
		return auth.NewAuthenticator(reviewers, options), nil, nil
	}
	client, err := o.client()
	if err != nil {
		return nil, nil, err
	}
	reviewers.cluster = &fromcluster.TokenReviewer{Client: client, Audiences: o.tokenAudiences()}
	return auth.NewAuthenticator(reviewers, options), auth.NewAuthorizer(&fromcluster.AccessReviewer{Client: client}, options), nil
}

// asksCluster reports whether the cluster authorizes callers: for what it publishes, and where --authenticate says so.
func (o *serveOptions) asksCluster() bool {
	return o.authenticateIsSet && o.authenticate || !o.input.fromManifests() && o.directory == ""
}

// tokenReviewers review a token of the provider if it says that it is one, and every other by the cluster. Either may be nil.
type tokenReviewers struct {
	provider *openid.Bearer
	cluster  auth.TokenReviewer
}

// ReviewToken implements auth.TokenReviewer.
func (r *tokenReviewers) ReviewToken(ctx context.Context, token string) (*authenticationv1.UserInfo, error) {
	if r.provider != nil && r.provider.IsOf(token) {
		who, err := r.provider.Identify(ctx, token)
		if who == nil || err != nil {
			return nil, err
		}
		return &authenticationv1.UserInfo{Username: who.User, Groups: append(who.Groups, auth.GroupAuthenticated)}, nil
	}
	if r.cluster == nil {
		return nil, nil
	}
	return r.cluster.ReviewToken(ctx, token)
}
