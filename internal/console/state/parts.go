// SPDX-License-Identifier: Apache-2.0

package state

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/matrix"
	"github.com/rolewright/rolewright/internal/resolve"
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
			Namespace: world.Namespace, Name: world.Name, Environment: &world, Members: of, Objects: objects, Unresolved: why,
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

// BaselineOf returns a state of the same objects to compare later ones with. It holds nothing else: an organization of it is resolved when
// it is asked for. An organization that could not be resolved is not in it.
func BaselineOf(s *State) *State {
	baseline := &State{ReadTime: s.ReadTime, Objects: s.Objects}
	for _, o := range s.Organizations {
		if o.Unresolved == "" {
			baseline.Organizations = append(baseline.Organizations, baselineOf(o))
		}
	}
	return baseline
}

// WithKnown returns the baseline with those organizations of a later state that existed when the baseline was read and could not be
// resolved then: what becomes known of them is no change.
func (s *State) WithKnown(now *State) *State {
	baseline := *s
	for _, o := range now.Organizations {
		existed := o.Members.Organization.CreationTimestamp.Time.Before(s.ReadTime)
		if o.Unresolved == "" && existed && s.find(o.Namespace, o.Name) == nil {
			baseline.Organizations = append(slices.Clip(baseline.Organizations), baselineOf(o))
		}
	}
	return &baseline
}

func baselineOf(o *Organization) *Organization {
	return &Organization{Namespace: o.Namespace, Name: o.Name, Objects: o.Objects, deferred: true}
}

// resolve resolves an organization of a baseline.
func (o *Organization) resolve() {
	if !o.deferred {
		return
	}
	o.resolving.Do(func() {
		members := intake.ByOrganization(o.Objects)[types.NamespacedName{Namespace: o.Namespace, Name: o.Name}]
		world := intake.World(o.Namespace, o.Name, members)
		o.Resolution = resolve.Organization(&world)
	})
}
