// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Memory translates what surrounds the assignments of one organization over and over, and gives the same value again as long
// as no object of it has another UID or generation. What has no UID is translated anew every time. An empty Memory is ready
// for use; several goroutines must not use one at once.
type Memory struct {
	world *model.World
	// read is what the world was translated from.
	read surrounding
}

// surrounding is all that a world depends on beside assignments.
type surrounding struct {
	namespace, name string
	objects         []model.Origin
	// labels of the organization, which platform assignments select by. They have no generation.
	labels map[string]string
}

// World translates the objects of the organization that has a name in a namespace, its assignments aside. Nobody may change
// it.
func (m *Memory) World(namespace, name string, members *Members) *model.World {
	read := surrounding{namespace: namespace, name: name, objects: identities(members)}
	if members.Organization != nil {
		read.labels = members.Organization.Labels
	}
	if m.world == nil || !m.read.is(&read) {
		world := surroundings(namespace, name, members)
		m.world, m.read = &world, read
	}
	return m.world
}

func (s *surrounding) is(other *surrounding) bool {
	nameless := func(o model.Origin) bool { return o.UID == "" }
	return s.namespace == other.namespace && s.name == other.name && maps.Equal(s.labels, other.labels) &&
		slices.Equal(s.objects, other.objects) && !slices.ContainsFunc(s.objects, nameless)
}

// identities are those of all objects but assignments, sorted.
func identities(members *Members) []model.Origin {
	var all []model.Origin
	add := func(meta *metav1.ObjectMeta) { all = append(all, originOf(meta)) }
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
			all = append(all, model.Origin{UID: string(request.UID), Generation: request.Status.Grant.NotAfter.Unix()})
		}
	}
	for i := range members.PlatformRoles {
		add(&members.PlatformRoles[i].ObjectMeta)
	}
	for i := range members.PlatformAssignments {
		add(&members.PlatformAssignments[i].ObjectMeta)
	}
	slices.SortFunc(all, func(a, b model.Origin) int {
		return cmp.Or(cmp.Compare(a.UID, b.UID), cmp.Compare(a.Generation, b.Generation))
	})
	return all
}

// Assignments are user assignments that are translated when they are read. It implements resolve.Assignments.
type Assignments []*v1alpha1.UserAssignment

// Len is how many there are.
func (a Assignments) Len() int { return len(a) }

// Origin names the user of an assignment, and which state of which object it is.
func (a Assignments) Origin(i int) (user string, origin model.Origin) {
	return string(a[i].Spec.User), originOf(&a[i].ObjectMeta)
}

// Read translates an assignment.
func (a Assignments) Read(i int) *model.Assignment {
	translated := Assignment(a[i])
	return &translated
}
