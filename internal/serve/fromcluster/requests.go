// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/accessrequest"
)

const (
	// systemPrefix is what the names of the cluster's own users and groups begin with; accountPrefix those of service accounts.
	systemPrefix  = "system:"
	accountPrefix = "system:serviceaccount:"
	// authenticated is the group that the API server adds to everyone whom it knows.
	authenticated = "system:authenticated"
)

// Requests reads and writes ApprovalRequests as callers, by impersonation.
type Requests struct {
	config *rest.Config
	// reviews are asked by the service's own account.
	reviews kubernetes.Interface
	scheme  *runtime.Scheme
	mapper  meta.RESTMapper
}

var _ accessrequest.Cluster = (*Requests)(nil)

// NewRequests returns what acts as callers with the rights of an account to impersonate them.
func NewRequests(config *rest.Config) (*Requests, error) {
	config = rest.CopyConfig(config)
	config.AcceptContentTypes, config.ContentType = runtime.ContentTypeJSON, runtime.ContentTypeJSON
	r := &Requests{config: config, scheme: runtime.NewScheme()}
	if err := v1alpha1.AddToScheme(r.scheme); err != nil {
		return nil, err
	}
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{v1alpha1.GroupVersion})
	for _, kind := range []string{"ApprovalRequest", "ApprovalDecision"} {
		mapper.Add(v1alpha1.GroupVersion.WithKind(kind), meta.RESTScopeNamespace)
	}
	r.mapper = mapper
	var err error
	r.reviews, err = kubernetes.NewForConfig(config)
	return r, err
}

// as returns a client that acts as a caller. It never acts as one of the cluster's own users, but for service accounts, which the API
// server puts into their groups itself.
func (r *Requests) as(caller *authenticationv1.UserInfo) (client.Client, error) {
	name, isAccount := caller.Username, strings.HasPrefix(caller.Username, accountPrefix)
	if name == "" || strings.HasPrefix(name, systemPrefix) && !isAccount {
		return nil, refused(fmt.Errorf("the service never acts as %q", name))
	}
	config := rest.CopyConfig(r.config)
	config.Impersonate.UserName = name
	if !isAccount {
		for _, group := range caller.Groups {
			if group != authenticated && strings.HasPrefix(group, systemPrefix) {
				return nil, refused(fmt.Errorf("the service never acts as a member of group %q", group))
			}
		}
		config.Impersonate.Groups = slices.DeleteFunc(slices.Clone(caller.Groups), func(group string) bool { return group == authenticated })
	}
	return client.New(config, client.Options{Scheme: r.scheme, Mapper: r.mapper})
}

// refused is the API server's own error for what a caller may not do.
func refused(why error) error {
	return apierrors.NewForbidden(v1alpha1.GroupVersion.WithResource("approvalrequests").GroupResource(), "", why)
}

// MaySpeakFor implements accessrequest.Cluster. It asks what the policy rolewright-approval-identity asks of who writes.
func (r *Requests) MaySpeakFor(ctx context.Context, caller *authenticationv1.UserInfo, user string) (bool, error) {
	switch {
	case caller.Username == user:
		return true, nil
	case !strings.HasPrefix(caller.Username, accountPrefix):
		return false, nil
	}
	spec := reviewOf(caller)
	spec.ResourceAttributes = &authorizationv1.ResourceAttributes{Verb: "impersonate", Resource: "users", Name: user}
	review, err := r.reviews.AuthorizationV1().SubjectAccessReviews().Create(ctx,
		&authorizationv1.SubjectAccessReview{Spec: spec}, metav1.CreateOptions{})
	if err != nil {
		return false, fmt.Errorf("SubjectAccessReview: %w", err)
	}
	return review.Status.Allowed && !review.Status.Denied, nil
}

// CreateRequest implements accessrequest.Cluster.
func (r *Requests) CreateRequest(ctx context.Context, caller *authenticationv1.UserInfo, request *v1alpha1.ApprovalRequest) error {
	return r.create(ctx, caller, request)
}

// CreateDecision implements accessrequest.Cluster.
func (r *Requests) CreateDecision(ctx context.Context, caller *authenticationv1.UserInfo, decision *v1alpha1.ApprovalDecision) error {
	return r.create(ctx, caller, decision)
}

func (r *Requests) create(ctx context.Context, caller *authenticationv1.UserInfo, object client.Object) error {
	c, err := r.as(caller)
	if err != nil {
		return err
	}
	return c.Create(ctx, object)
}

// Request implements accessrequest.Cluster.
func (r *Requests) Request(
	ctx context.Context, caller *authenticationv1.UserInfo, namespace, name string,
) (*v1alpha1.ApprovalRequest, error) {
	c, err := r.as(caller)
	if err != nil {
		return nil, err
	}
	request := &v1alpha1.ApprovalRequest{}
	return request, c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, request)
}

// RequestsLabelled implements accessrequest.Cluster.
func (r *Requests) RequestsLabelled(
	ctx context.Context, caller *authenticationv1.UserInfo, namespace, label string, values []string,
) ([]v1alpha1.ApprovalRequest, error) {
	c, err := r.as(caller)
	if err != nil {
		return nil, err
	}
	one, err := labels.NewRequirement(label, selection.In, values)
	if err != nil {
		return nil, err
	}
	var list v1alpha1.ApprovalRequestList
	err = c.List(ctx, &list, client.InNamespace(namespace), client.MatchingLabelsSelector{Selector: labels.NewSelector().Add(*one)})
	return list.Items, err
}
