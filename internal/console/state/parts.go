// SPDX-License-Identifier: Apache-2.0

package state

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/matrix"
	"github.com/rolewright/rolewright/internal/validation"
)

// Unresolved returns the state of objects of which too few were read to resolve their organizations. Pages show what is written, and
// why nothing follows from it: what would follow from a part is not so.
func Unresolved(objects *intake.Objects, why string, now time.Time) *State {
	s := &State{ReadTime: now, Objects: objects}
	members := intake.ByOrganization(objects)
	for i := range objects.Organizations {
		organization := &objects.Organizations[i]
		of := members[types.NamespacedName{Namespace: organization.Namespace, Name: organization.Name}]
		world := intake.World(organization.Namespace, organization.Name, of)
		s.Organizations = append(s.Organizations, &Organization{
			Namespace: world.Namespace, Name: world.Name, Environment: &world, Members: of, Objects: objects, Unresolved: why, derived: &derived{},
			Texts: matrix.TextsOf(objects, world.Namespace, world.Name, world.Organization.Catalog),
		})
	}
	return s
}

// Join returns the state of parts that were read at the same time, and of all their objects. Findings in objects without namespace, which
// may be in several parts, are in it once.
func Join(objects *intake.Objects, now time.Time, parts ...*State) *State {
	joined := &State{ReadTime: now, Objects: objects}
	findings := map[validation.Finding]bool{}
	for _, part := range parts {
		joined.Organizations = append(joined.Organizations, part.Organizations...)
		for i := range part.Findings {
			if found := part.Findings[i]; !findings[found] {
				findings[found] = true
				joined.Findings = append(joined.Findings, found)
			}
		}
	}
	slices.SortFunc(joined.Organizations, func(a, b *Organization) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return joined
}
