// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"context"
	"fmt"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/rolewright/rolewright/internal/serve/auth"
)

// TokenReviewer reviews tokens by TokenReviews.
type TokenReviewer struct {
	// Client may create TokenReviews.
	Client kubernetes.Interface
	// Audiences are those of which a token must have one. If there are none, a token must be for the API server.
	Audiences []string
}

var _ auth.TokenReviewer = (*TokenReviewer)(nil)

// ReviewToken implements auth.TokenReviewer.
func (r *TokenReviewer) ReviewToken(ctx context.Context, token string) (*authenticationv1.UserInfo, error) {
	review, err := r.Client.AuthenticationV1().TokenReviews().Create(ctx, &authenticationv1.TokenReview{
		Spec: authenticationv1.TokenReviewSpec{Token: token, Audiences: r.Audiences},
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("TokenReview: %w", err)
	}
	status := &review.Status
	if !status.Authenticated || status.User.Username == "" || !r.matchesAudience(status.Audiences) {
		return nil, nil
	}
	return &status.User, nil
}

// matchesAudience reports whether a token that is valid for some audiences is for this service. An API server that does not
// support audiences names none, and has compared none.
func (r *TokenReviewer) matchesAudience(audiences []string) bool {
	return len(r.Audiences) == 0 || slices.ContainsFunc(audiences, func(a string) bool { return slices.Contains(r.Audiences, a) })
}

// AccessReviewer reviews access by SubjectAccessReviews.
type AccessReviewer struct {
	// Client may create SubjectAccessReviews.
	Client kubernetes.Interface
}

var _ auth.AccessReviewer = (*AccessReviewer)(nil)

// ReviewAccess implements auth.AccessReviewer.
func (r *AccessReviewer) ReviewAccess(
	ctx context.Context, user *authenticationv1.UserInfo, namespace, organization string,
) (bool, error) {
	spec := reviewOf(user)
	spec.ResourceAttributes = &authorizationv1.ResourceAttributes{
		Verb: auth.Verb, Group: auth.Group, Resource: auth.Resource, Subresource: auth.Subresource,
		Namespace: namespace, Name: organization,
	}
	review, err := r.Client.AuthorizationV1().SubjectAccessReviews().Create(ctx,
		&authorizationv1.SubjectAccessReview{Spec: spec}, metav1.CreateOptions{})
	if err != nil {
		return false, fmt.Errorf("SubjectAccessReview: %w", err)
	}
	return review.Status.Allowed && !review.Status.Denied, nil
}

// reviewOf returns a review of a user, who is all that it says so far.
func reviewOf(user *authenticationv1.UserInfo) authorizationv1.SubjectAccessReviewSpec {
	spec := authorizationv1.SubjectAccessReviewSpec{User: user.Username, UID: user.UID, Groups: user.Groups}
	if len(user.Extra) > 0 {
		spec.Extra = make(map[string]authorizationv1.ExtraValue, len(user.Extra))
		for key, values := range user.Extra {
			spec.Extra[key] = authorizationv1.ExtraValue(values)
		}
	}
	return spec
}
