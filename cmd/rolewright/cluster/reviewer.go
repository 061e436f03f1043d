// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/rolewright/rolewright/internal/serve/callers"
)

// Reviewer asks the API server by TokenReview and SubjectAccessReview.
type Reviewer struct {
	// Client is allowed to create both.
	Client kubernetes.Interface
	// Audiences are those that a token must have one of. Without any, it must be for the API server.
	Audiences []string
}

var _ callers.Reviewer = (*Reviewer)(nil)

// Who implements callers.Reviewer.
func (r *Reviewer) Who(ctx context.Context, token string) (*callers.Caller, error) {
	review, err := r.Client.AuthenticationV1().TokenReviews().Create(ctx, &authenticationv1.TokenReview{
		Spec: authenticationv1.TokenReviewSpec{Token: token, Audiences: r.Audiences},
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("TokenReview: %w", err)
	}
	status := &review.Status
	if !status.Authenticated || status.User.Username == "" || !r.meant(status.Audiences) {
		return nil, nil
	}
	caller := &callers.Caller{Name: status.User.Username, UID: status.User.UID, Groups: status.User.Groups}
	if len(status.User.Extra) > 0 {
		caller.Extra = make(map[string][]string, len(status.User.Extra))
		for key, values := range status.User.Extra {
			caller.Extra[key] = values
		}
	}
	return caller, nil
}

// meant says whether a token that is valid for some audiences is for this service. An API server that names none knows of none,
// and has compared none.
func (r *Reviewer) meant(audiences []string) bool {
	return len(r.Audiences) == 0 || slices.ContainsFunc(audiences, func(a string) bool { return slices.Contains(r.Audiences, a) })
}

// May implements callers.Reviewer.
func (r *Reviewer) May(ctx context.Context, caller *callers.Caller, namespace, organization string) (bool, error) {
	spec := authorizationv1.SubjectAccessReviewSpec{
		User: caller.Name, UID: caller.UID, Groups: caller.Groups,
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Verb: callers.Verb, Group: callers.Group, Resource: callers.Resource, Subresource: callers.Subresource,
			Namespace: namespace, Name: organization,
		},
	}
	if len(caller.Extra) > 0 {
		spec.Extra = make(map[string]authorizationv1.ExtraValue, len(caller.Extra))
		for key, values := range caller.Extra {
			spec.Extra[key] = values
		}
	}
	review, err := r.Client.AuthorizationV1().SubjectAccessReviews().Create(ctx,
		&authorizationv1.SubjectAccessReview{Spec: spec}, metav1.CreateOptions{})
	if err != nil {
		return false, fmt.Errorf("SubjectAccessReview: %w", err)
	}
	return review.Status.Allowed && !review.Status.Denied, nil
}
