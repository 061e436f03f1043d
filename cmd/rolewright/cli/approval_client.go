// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"
	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/requests"
)

// waitFlags select how long to wait for the manager.
type waitFlags struct {
	timeout time.Duration
}

func (f *waitFlags) addFlags(flags *pflag.FlagSet) {
	flags.DurationVar(&f.timeout, "wait", 10*time.Second, "how long to wait until the manager has processed it; 0 does not wait")
}

// approvalClient reads and writes requests and decisions as the current user.
type approvalClient struct {
	client    client.Client
	namespace string
	user      v1alpha1.UserID
}

// newApprovalClient connects to the cluster, and finds out the namespace and the current user.
func newApprovalClient(ctx context.Context, input *inputFlags) (*approvalClient, error) {
	namespace, _, err := input.namespace()
	if err != nil {
		return nil, err
	}
	c, err := input.client("")
	if err != nil {
		return nil, err
	}
	user, err := currentUser(ctx, c, *input.cluster.Impersonate)
	if err != nil {
		return nil, err
	}
	return &approvalClient{client: c, namespace: namespace, user: user}, nil
}

// validateNoManifests rejects manifests: requests and decisions only exist in a cluster.
func (f *inputFlags) validateNoManifests() error {
	if f.fromManifests() {
		return usagef("requests and decisions only exist in a cluster: leave out -f")
	}
	return nil
}

// currentUser returns the impersonated user, or the user as whom the API server authenticates the caller.
func currentUser(ctx context.Context, c client.Client, impersonated string) (v1alpha1.UserID, error) {
	if impersonated != "" {
		return v1alpha1.UserID(impersonated), nil
	}
	review := &authenticationv1.SelfSubjectReview{}
	if err := c.Create(ctx, review); err != nil {
		return "", fmt.Errorf("asking the cluster who you are: %w", err)
	}
	return v1alpha1.UserID(review.Status.UserInfo.Username), nil
}

// requestName returns the name of a request that may be written as kubectl does.
func requestName(argument string) string { return strings.TrimPrefix(argument, "approvalrequest/") }

// getRequest reads a request by name.
func (c *approvalClient) getRequest(ctx context.Context, name string) (*v1alpha1.ApprovalRequest, error) {
	request := &v1alpha1.ApprovalRequest{}
	err := c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, request)
	switch {
	case err == nil:
		return request, nil
	case apierrors.IsNotFound(err) && !meta.IsNoMatchError(err):
		return nil, fmt.Errorf("namespace %s has no ApprovalRequest %q: name another namespace with -n, or list them with requests --all",
			c.namespace, name)
	}
	return nil, explainReadError(err, requesterRole)
}

// waitUntil reads an object until a condition is true, and reports whether it became true before the timeout.
func (c *approvalClient) waitUntil(ctx context.Context, timeout time.Duration, object client.Object, condition func() bool) (bool, error) {
	return requests.Await(ctx, timeout, func(ctx context.Context) error {
		return c.client.Get(ctx, client.ObjectKeyFromObject(object), object)
	}, condition)
}
