// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"net/http"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/rolewright/rolewright/internal/authzen"
)

// TokenReviewer finds out whose a bearer token is.
type TokenReviewer interface {
	// ReviewToken returns the token's owner, or nil if the token is not valid. An error means that there is no answer.
	ReviewToken(ctx context.Context, token string) (*authenticationv1.UserInfo, error)
}

// Authenticator finds out who sends a request. It may be used by any number of goroutines.
type Authenticator struct {
	reviewer TokenReviewer
	reviews  *reviews[*authenticationv1.UserInfo]
}

// NewAuthenticator returns an authenticator that caches the reviewer's answers.
func NewAuthenticator(reviewer TokenReviewer, options CacheOptions) *Authenticator {
	return &Authenticator{reviewer: reviewer, reviews: newReviews(options, "review token", func(user *authenticationv1.UserInfo) bool {
		return user != nil
	})}
}

const (
	// maxTokenBytes bounds a token: a longer one is not valid.
	maxTokenBytes = 16 << 10

	challenge = `Bearer realm="rolewright"`
)

// Authenticate returns the user who sent a request with an Authorization header. The source tells those apart who send requests, such as
// by their addresses: one that sends many tokens that are not valid keeps no other from being reviewed.
func (a *Authenticator) Authenticate(ctx context.Context, source, authorization string) (*authenticationv1.UserInfo, *authzen.StatusError) {
	scheme, token, _ := strings.Cut(strings.TrimSpace(authorization), " ")
	token = strings.TrimSpace(token)
	if authorization == "" || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return nil, unauthorized(challenge,
			"the request names no caller: send the header Authorization: Bearer <token>, with a token of the cluster or of the OpenID provider")
	}
	if len(token) > maxTokenBytes {
		return nil, invalidToken()
	}
	user, err := a.reviews.get(ctx, source, a.reviews.hash(token), func(ctx context.Context) (*authenticationv1.UserInfo, error) {
		return a.reviewer.ReviewToken(ctx, token)
	})
	if err != nil {
		return nil, a.reviews.failure(err, "Cannot review tokens, so requests are rejected")
	}
	if user == nil {
		return nil, invalidToken()
	}
	return user, nil
}

func invalidToken() *authzen.StatusError {
	return unauthorized(challenge+`, error="invalid_token"`,
		"the bearer token is not valid: it has expired, is for another audience, or is of another issuer; send a new one")
}

func unauthorized(challenge, message string) *authzen.StatusError {
	return &authzen.StatusError{
		Status: http.StatusUnauthorized, Message: message, Header: http.Header{"Www-Authenticate": {challenge}},
	}
}
