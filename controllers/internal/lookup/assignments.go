// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// organizationIndex is the index of user assignments by the organization that they refer to.
const organizationIndex = "rolewright.dev/organization"

// Assignments lists user assignments. There may be hundred thousands of them in one organization, and a list of the cache's
// reader copies each.
type Assignments struct {
	indexer toolscache.Indexer
}

// IndexAssignments makes the cache hold user assignments, by organization.
func IndexAssignments(ctx context.Context, informers cache.Cache) (*Assignments, error) {
	informer, err := informers.GetInformer(ctx, &v1alpha1.UserAssignment{}, cache.BlockUntilSynced(false))
	if err != nil {
		return nil, fmt.Errorf("watching user assignments: %w", err)
	}
	shared, is := informer.(toolscache.SharedIndexInformer)
	if !is {
		return nil, fmt.Errorf("the cache watches user assignments by %T, which has no index of its own: let it watch all namespaces", informer)
	}
	err = shared.AddIndexers(toolscache.Indexers{organizationIndex: func(object any) ([]string, error) {
		assignment, is := object.(*v1alpha1.UserAssignment)
		if !is {
			return nil, nil
		}
		key := types.NamespacedName{Namespace: assignment.Namespace, Name: assignment.Spec.OrganizationRef.Name}
		return []string{key.String()}, nil
	}})
	if err != nil {
		return nil, fmt.Errorf("indexing user assignments by organization: %w", err)
	}
	return &Assignments{indexer: shared.GetIndexer()}, nil
}

// Of returns the user assignments that refer to an organization, as the cache holds them: what was just written may not
// have arrived there.
func (a *Assignments) Of(organization types.NamespacedName) ([]*v1alpha1.UserAssignment, error) {
	cached, err := a.indexer.ByIndex(organizationIndex, organization.String())
	if err != nil {
		return nil, fmt.Errorf("listing user assignments of organization %s: %w", organization, err)
	}
	found := make([]*v1alpha1.UserAssignment, 0, len(cached))
	for _, object := range cached {
		if assignment, is := object.(*v1alpha1.UserAssignment); is {
			found = append(found, assignment)
		}
	}
	return found, nil
}

// Named returns the user assignments of some names in a namespace, without those that do not exist.
func (a *Assignments) Named(namespace string, names []string) ([]*v1alpha1.UserAssignment, error) {
	var found []*v1alpha1.UserAssignment
	for _, name := range names {
		object, _, err := a.indexer.GetByKey(types.NamespacedName{Namespace: namespace, Name: name}.String())
		if err != nil {
			return nil, fmt.Errorf("reading user assignment %s/%s: %w", namespace, name, err)
		}
		if assignment, is := object.(*v1alpha1.UserAssignment); is {
			found = append(found, assignment)
		}
	}
	return found, nil
}
