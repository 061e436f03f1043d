// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// organizationIndex is the index of user assignments by the organization that they refer to.
const organizationIndex = "rolewright.dev/organization"

// Assignments lists user assignments. There may be hundred thousands of them in one organization, and a list of the cache's
// reader copies each.
type Assignments struct {
	indexer toolscache.Indexer
	writes  *writes
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
	writes := newWrites()
	if err := shared.AddIndexers(toolscache.Indexers{organizationIndex: organizationsOf(writes)}); err != nil {
		return nil, fmt.Errorf("indexing user assignments by organization: %w", err)
	}
	return &Assignments{indexer: shared.GetIndexer(), writes: writes}, nil
}

// organizationsOf indexes user assignments by organization. The indexer asks about an object before and after each write, under the lock
// that readers wait for: so whatever anyone sees was noted before.
func organizationsOf(writes *writes) toolscache.IndexFunc {
	return func(object any) ([]string, error) {
		assignment, is := object.(*v1alpha1.UserAssignment)
		if !is {
			return nil, nil
		}
		key := types.NamespacedName{Namespace: assignment.Namespace, Name: assignment.Spec.OrganizationRef.Name}
		writes.note(key, assignment)
		return []string{key.String()}, nil
	}
}

// AddTo adds the user assignments that refer to an organization.
func (a *Assignments) AddTo(objects *intake.Members, organization types.NamespacedName) (err error) {
	for again := true; again && err == nil; {
		objects.AssignmentsVersion = a.writes.latest()
		objects.Assignments, err = a.Of(organization)
		again = a.writes.follow(organization, len(objects.Assignments))
	}
	return err
}

// AddWritten adds the assignments of those of whose assignments any was written after a version, and of some other users, and returns
// all of these users. Named returns the names of the assignments that a user had then. It reports false if it cannot tell who was written.
func (a *Assignments) AddWritten(
	objects *intake.Members, organization types.NamespacedName, version int64, named func(user string) []string, others ...string,
) (users []string, told bool, err error) {
	objects.AssignmentsVersion = a.writes.latest()
	written, told := a.writes.since(organization, version)
	if !told {
		return nil, false, nil
	}
	for _, user := range others {
		written[user] = append(written[user], named(user)...)
	}
	names := map[string]struct{}{}
	for user, own := range written {
		for _, name := range slices.Concat(own, named(user)) {
			names[name] = struct{}{}
		}
	}
	found, err := a.Named(organization.Namespace, slices.Collect(maps.Keys(names)))
	for _, assignment := range found {
		_, asked := written[string(assignment.Spec.User)]
		if asked && assignment.Spec.OrganizationRef.Name == organization.Name {
			objects.Assignments = append(objects.Assignments, assignment)
		}
	}
	return slices.Collect(maps.Keys(written)), true, err
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
