// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/rolewright/rolewright/internal/authzen"
)

// What a caller needs the right to do, in the organization's namespace and with its name.
const (
	Verb        = "create"
	Group       = "rolewright.dev"
	Resource    = "organizations"
	Subresource = "decisions"
)

// AccessReviewer finds out what a user may do.
type AccessReviewer interface {
	// ReviewAccess reports whether the user may ask for decisions about an organization. An error means that there is no
	// answer.
	ReviewAccess(ctx context.Context, user *authenticationv1.UserInfo, namespace, organization string) (bool, error)
}

// Authorizer finds out whether a user may ask about an organization. It may be used by any number of goroutines.
type Authorizer struct {
	reviewer AccessReviewer
	reviews  *reviews[bool]
}

// NewAuthorizer returns an authorizer that caches the reviewer's answers.
func NewAuthorizer(reviewer AccessReviewer, options CacheOptions) *Authorizer {
	return &Authorizer{reviewer: reviewer, reviews: newReviews(options, "review access", func(allowed bool) bool { return allowed })}
}

// Authorize returns nil if the user may ask about an organization.
func (a *Authorizer) Authorize(
	ctx context.Context, user *authenticationv1.UserInfo, namespace, organization string,
) *authzen.StatusError {
	key := a.reviews.hash(append([]string{namespace, organization}, identity(user)...)...)
	allowed, err := a.reviews.get(ctx, user.Username, key, func(ctx context.Context) (bool, error) {
		return a.reviewer.ReviewAccess(ctx, user, namespace, organization)
	})
	switch {
	case err != nil:
		return a.reviews.failure(err, "Cannot review access, so requests are rejected")
	case !allowed:
		return &authzen.StatusError{Status: http.StatusForbidden, Message: fmt.Sprintf(
			"%s may not ask for decisions about organization %s/%s: it needs the verb %q on resource %q of group %q there",
			user.Username, namespace, organization, Verb, Resource+"/"+Subresource, Group)}
	}
	return nil
}

// identity is everything about a user that rights may depend on, in one order.
func identity(user *authenticationv1.UserInfo) []string {
	parts := append([]string{user.Username, user.UID, "groups"}, slices.Sorted(slices.Values(user.Groups))...)
	for _, key := range slices.Sorted(maps.Keys(user.Extra)) {
		parts = append(append(parts, "extra", key), user.Extra[key]...)
	}
	return parts
}
