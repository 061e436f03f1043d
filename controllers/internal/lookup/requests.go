// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
)

// Indices of requests: by the requester against whose bound they may count, and by the organization in which they give a role.
const (
	requesterIndex = "rolewright.dev/requester"
	giverIndex     = "rolewright.dev/giver"
)

// RequestCache finds requests as the cache holds them. Someone may have made thousands, and a list of the cache's reader copies each.
type RequestCache struct {
	indexer toolscache.Indexer
}

// IndexRequests makes the cache hold requests by requester and organization.
func IndexRequests(ctx context.Context, informers cache.Cache) (*RequestCache, error) {
	informer, err := informers.GetInformer(ctx, &v1alpha1.ApprovalRequest{}, cache.BlockUntilSynced(false))
	if err != nil {
		return nil, fmt.Errorf("watching approval requests: %w", err)
	}
	shared, is := informer.(toolscache.SharedIndexInformer)
	if !is {
		return nil, fmt.Errorf("the cache watches approval requests by %T, which has no index of its own: let it watch all namespaces", informer)
	}
	if err := shared.AddIndexers(requestIndexers); err != nil {
		return nil, fmt.Errorf("indexing approval requests: %w", err)
	}
	return &RequestCache{indexer: shared.GetIndexer()}, nil
}

var requestIndexers = toolscache.Indexers{requesterIndex: keysOf(requesterKeys), giverIndex: keysOf(giverKeys)}

// keysOf is the index function for requests.
func keysOf(keys func(*v1alpha1.ApprovalRequest) []string) toolscache.IndexFunc {
	return func(object any) ([]string, error) {
		if request, is := object.(*v1alpha1.ApprovalRequest); is {
			return keys(request), nil
		}
		return nil, nil
	}
}

func giverKeys(request *v1alpha1.ApprovalRequest) []string {
	if !intake.Gives(request) {
		return nil
	}
	return []string{types.NamespacedName{Namespace: request.Namespace, Name: request.Spec.OrganizationRef.Name}.String()}
}

// Giving returns the requests that give a role in an organization.
func (r *RequestCache) Giving(organization types.NamespacedName) ([]*v1alpha1.ApprovalRequest, error) {
	cached, err := r.indexer.ByIndex(giverIndex, organization.String())
	if err != nil {
		return nil, fmt.Errorf("listing requests that give a role in organization %s: %w", organization, err)
	}
	found := make([]*v1alpha1.ApprovalRequest, 0, len(cached))
	for _, object := range cached {
		if request, is := object.(*v1alpha1.ApprovalRequest); is {
			found = append(found, request)
		}
	}
	return found, nil
}

// requesterKeys are those of a request: one that is open is found by its requester, one that was refused also by the hour in
// which it was. What was refused long ago then costs nothing.
func requesterKeys(request *v1alpha1.ApprovalRequest) []string {
	requester := types.NamespacedName{Namespace: request.Namespace, Name: string(request.Spec.Requester)}.String()
	status := &request.Status
	switch {
	case status.CompletionTime == nil:
		return []string{requester}
	case approval.CountsAgainstBound(status, status.CompletionTime.Time):
		return []string{hourKey(requester, status.CompletionTime.Time)}
	}
	return nil
}

func hourKey(requester string, t time.Time) string {
	return fmt.Sprintf("%s@%d", requester, t.Unix()/int64(approval.RefusedWindow.Seconds()))
}

// Older returns how many requests of the requester of a request were made before it and count against the bound at a time.
func (r *RequestCache) Older(request *v1alpha1.ApprovalRequest, now time.Time) (int, error) {
	requester := types.NamespacedName{Namespace: request.Namespace, Name: string(request.Spec.Requester)}.String()
	count := 0
	for _, key := range []string{requester, hourKey(requester, now.Add(-approval.RefusedWindow)), hourKey(requester, now)} {
		cached, err := r.indexer.ByIndex(requesterIndex, key)
		if err != nil {
			return 0, fmt.Errorf("listing requests of %s: %w", requester, err)
		}
		for _, object := range cached {
			other, is := object.(*v1alpha1.ApprovalRequest)
			if is && other.Spec.Requester == request.Spec.Requester && isOlder(other, request) && approval.CountsAgainstBound(&other.Status, now) {
				count++
			}
		}
	}
	return count, nil
}

// isOlder reports whether a request was made before another. Of those of the same second, the order does not depend on names.
func isOlder(a, b *v1alpha1.ApprovalRequest) bool {
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.CreationTimestamp.Before(&b.CreationTimestamp)
	}
	return a.UID < b.UID
}
