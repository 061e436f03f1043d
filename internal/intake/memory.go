// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Memory translates the objects of one organization over and over, and gives the same value again for what is the same: an
// assignment whose UID and generation are, and the world around all assignments as long as that holds for every object of
// it. What has no UID is translated anew every time. An empty Memory is ready for use; several goroutines must not use one
// at once.
type Memory struct {
	world *model.World
	// read is what the world was translated from.
	read        surrounding
	assignments map[types.UID]*model.Assignment
}

// surrounding is all that a world depends on beside assignments.
type surrounding struct {
	namespace, name string
	objects         []identity
	// labels of the organization, which platform assignments select by. They have no generation.
	labels map[string]string
}

// identity is one state of what an object says.
type identity struct {
	uid        types.UID
	generation int64
}

// World translates the objects of the organization that has a name in a namespace: the world without assignments, and the
// assignments. Nobody may change either.
func (m *Memory) World(namespace, name string, members *Members) (*model.World, []*model.Assignment) {
	read := surrounding{namespace: namespace, name: name, objects: identities(members)}
	if members.Organization != nil {
		read.labels = members.Organization.Labels
	}
	if m.world == nil || !m.read.is(&read) {
		world := surroundings(namespace, name, members)
		m.world, m.read = &world, read
	}
	return m.world, m.translated(members.Assignments)
}

func (s *surrounding) is(other *surrounding) bool {
	nameless := func(i identity) bool { return i.uid == "" }
	return s.namespace == other.namespace && s.name == other.name && maps.Equal(s.labels, other.labels) &&
		slices.Equal(s.objects, other.objects) && !slices.ContainsFunc(s.objects, nameless)
}

// identities are those of all objects but assignments, sorted.
func identities(members *Members) []identity {
	var all []identity
	add := func(meta *metav1.ObjectMeta) { all = append(all, identity{meta.UID, meta.Generation}) }
	if members.Organization != nil {
		add(&members.Organization.ObjectMeta)
	}
	if members.Catalog != nil {
		add(&members.Catalog.ObjectMeta)
	}
	for i := range members.Roles {
		add(&members.Roles[i].ObjectMeta)
	}
	for i := range members.Groups {
		add(&members.Groups[i].ObjectMeta)
	}
	for i := range members.Chains {
		add(&members.Chains[i].ObjectMeta)
	}
	for i := range members.Requests {
		// What a request says never changes, but it begins and ceases to give a role.
		if request := &members.Requests[i]; Gives(request) {
			all = append(all, identity{request.UID, request.Status.Grant.NotAfter.Unix()})
		}
	}
	for i := range members.PlatformRoles {
		add(&members.PlatformRoles[i].ObjectMeta)
	}
	for i := range members.PlatformAssignments {
		add(&members.PlatformAssignments[i].ObjectMeta)
	}
	slices.SortFunc(all, func(a, b identity) int {
		return cmp.Or(cmp.Compare(a.uid, b.uid), cmp.Compare(a.generation, b.generation))
	})
	return all
}

// translated returns assignments, and forgets those that are no longer among them.
func (m *Memory) translated(written []*v1alpha1.UserAssignment) []*model.Assignment {
	if m.assignments == nil {
		m.assignments = make(map[types.UID]*model.Assignment, len(written))
	}
	all := make([]*model.Assignment, len(written))
	for i, assignment := range written {
		all[i] = m.assignment(assignment)
	}
	if len(m.assignments) > len(written) {
		m.assignments = make(map[types.UID]*model.Assignment, len(written))
		for i, assignment := range written {
			m.remember(assignment.UID, all[i])
		}
	}
	return all
}

func (m *Memory) assignment(written *v1alpha1.UserAssignment) *model.Assignment {
	known := m.assignments[written.UID]
	if known != nil && known.Generation == written.Generation {
		return known
	}
	translated := Assignment(written)
	m.remember(written.UID, &translated)
	return &translated
}

func (m *Memory) remember(uid types.UID, translated *model.Assignment) {
	if uid != "" {
		m.assignments[uid] = translated
	}
}
