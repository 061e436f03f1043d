// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// Indexed fields of requests and decisions.
const (
	// givesField holds the organization of a request that gives a role: few do, of all that are kept.
	givesField   = "gives"
	requestField = "spec.requestRef.name"
	renewalField = "spec.grant.renewalOf.name"
)

func chainOrganization(object client.Object) []string {
	return []string{object.(*v1alpha1.ApprovalChain).Spec.OrganizationRef.Name}
}

func requestOrganization(object client.Object) []string {
	return []string{object.(*v1alpha1.ApprovalRequest).Spec.OrganizationRef.Name}
}

func givingOrganization(object client.Object) []string {
	if request := object.(*v1alpha1.ApprovalRequest); intake.Gives(request) {
		return []string{request.Spec.OrganizationRef.Name}
	}
	return nil
}

func decisionRequest(object client.Object) []string {
	return []string{object.(*v1alpha1.ApprovalDecision).Spec.RequestRef.Name}
}

func renewedRequest(object client.Object) []string {
	if grant := object.(*v1alpha1.ApprovalRequest).Spec.Grant; grant != nil && grant.RenewalOf != nil {
		return []string{grant.RenewalOf.Name}
	}
	return nil
}

// Renewals returns the approval requests that prolong the role of a request, of whatever UID.
func Renewals(ctx context.Context, reader client.Reader, request types.NamespacedName) ([]v1alpha1.ApprovalRequest, error) {
	requests := &v1alpha1.ApprovalRequestList{}
	err := list(ctx, reader, requests, client.InNamespace(request.Namespace), client.MatchingFields{renewalField: request.Name})
	return requests.Items, err
}

// Chains returns the approval chains that refer to an organization.
func Chains(ctx context.Context, reader client.Reader, organization types.NamespacedName) ([]v1alpha1.ApprovalChain, error) {
	chains := &v1alpha1.ApprovalChainList{}
	err := referring(ctx, reader, chains, organization)
	return chains.Items, err
}

// Request returns an approval request, nil when it does not exist.
func Request(ctx context.Context, reader client.Reader, key types.NamespacedName) (*v1alpha1.ApprovalRequest, error) {
	return get(ctx, reader, key, &v1alpha1.ApprovalRequest{})
}

// Requests returns the approval requests that refer to an organization.
func Requests(ctx context.Context, reader client.Reader, organization types.NamespacedName) ([]v1alpha1.ApprovalRequest, error) {
	requests := &v1alpha1.ApprovalRequestList{}
	err := referring(ctx, reader, requests, organization)
	return requests.Items, err
}

// givingRequests returns those that give a role.
func givingRequests(ctx context.Context, reader client.Reader, organization types.NamespacedName) ([]v1alpha1.ApprovalRequest, error) {
	requests := &v1alpha1.ApprovalRequestList{}
	err := list(ctx, reader, requests, client.InNamespace(organization.Namespace), client.MatchingFields{givesField: organization.Name})
	return requests.Items, err
}

// Decisions returns the approval decisions that name a request, of whatever UID.
func Decisions(ctx context.Context, reader client.Reader, request types.NamespacedName) ([]v1alpha1.ApprovalDecision, error) {
	decisions := &v1alpha1.ApprovalDecisionList{}
	err := list(ctx, reader, decisions, client.InNamespace(request.Namespace), client.MatchingFields{requestField: request.Name})
	return decisions.Items, err
}
