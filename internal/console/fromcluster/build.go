// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/validation"
)

// stateOf makes a state of what was read. Each part of it is what belongs together: all objects if all can be read, or else those of one
// namespace with its vocabulary.
func (s *Source) stateOf(ctx context.Context, r *reading) (*state.State, error) {
	now := time.Now()
	lacking := r.lacking()
	platform, organization := about(r.problems, ofPlatform...), about(r.problems, ofOrganization...)
	var made *state.State
	var err error
	if len(platform) == 0 && len(organization) == 0 {
		s.keep(map[string]struct{}{"": {}})
		made, err = s.resolved("", r.Objects, len(s.namespaces) > 0, now)
	} else {
		var without []state.Lack
		made, without, err = s.joined(ctx, r, platform, organization, now)
		lacking = append(lacking, without...)
	}
	if err != nil {
		return nil, err
	}
	made.Lacking, made.Decisions = lacking, r.decisions
	return made, nil
}

// resolved makes the state of the objects of a namespace, or of all if it has no name.
func (s *Source) resolved(namespace string, objects intake.Objects, partial bool, now time.Time) (*state.State, error) {
	input := validation.FromObjects(objects)
	input.Partial = partial
	if s.builders[namespace] == nil {
		s.builders[namespace] = &state.Builder{}
	}
	return s.builders[namespace].Build(input, "", now)
}

// keep forgets what is known of all but some namespaces.
func (s *Source) keep(namespaces map[string]struct{}) {
	s.vocabularies.keep(namespaces)
	for namespace := range s.builders {
		if _, kept := namespaces[namespace]; !kept {
			delete(s.builders, namespace)
		}
	}
}

// joined makes a state of each namespace, and joins them.
func (s *Source) joined(
	ctx context.Context, r *reading, platform, organization []problem, now time.Time,
) (joined *state.State, lacking []state.Lack, err error) {
	all := r.Objects
	namespaces := all.Namespaces()
	s.keep(namespaces)
	var parts []*state.State
	for _, namespace := range slices.Sorted(maps.Keys(namespaces)) {
		objects, why := r.In(namespace), ""
		objects.Catalogs, objects.PlatformRoles, objects.PlatformAssignments = r.Catalogs, r.PlatformRoles, r.PlatformAssignments
		if len(platform) > 0 {
			if found := s.standIn(ctx, &objects, namespace, platform); found != nil {
				why = found.What
				if !slices.Contains(lacking, *found) {
					lacking = append(lacking, *found)
				}
			}
			addPlatform(&all, &objects)
		}
		if lacks := lacks(inNamespace(organization, namespace), texts.Unfollowed); len(lacks) > 0 {
			why = lacks[0].What
		}
		var part *state.State
		if why != "" {
			part = state.Unresolved(&objects, why, now)
		} else if part, err = s.resolved(namespace, objects, true, now); err != nil {
			return nil, nil, err
		}
		parts = append(parts, part)
	}
	return state.Join(&all, now, parts...), lacking, nil
}

// standIn adds the vocabulary of a namespace to its objects in place of the catalogs and platform roles, and says what is lacking of it.
func (s *Source) standIn(ctx context.Context, objects *intake.Objects, namespace string, platform []problem) *state.Lack {
	if slices.ContainsFunc(platform, func(p problem) bool { return p.outcome != refused }) {
		found := lack(platform, "", texts.Unfollowed)
		return &found
	}
	known, err := s.vocabularies.of(ctx, s.client, namespace)
	if err != nil {
		found := lack(platform, texts.NorVocabulary(namespace), texts.Unfollowed)
		found.Message += "\n" + err.Error()
		return &found
	}
	objects.Catalogs, objects.PlatformRoles = known.Catalogs, known.PlatformRoles
	return nil
}

// addPlatform adds catalogs and platform roles of whose names there are none.
func addPlatform(to, from *intake.Objects) {
	for i := range from.Catalogs {
		catalog := &from.Catalogs[i]
		if !slices.ContainsFunc(to.Catalogs, func(known v1alpha1.PermissionCatalog) bool { return known.Name == catalog.Name }) {
			to.Catalogs = append(slices.Clip(to.Catalogs), *catalog)
		}
	}
	for i := range from.PlatformRoles {
		role := &from.PlatformRoles[i]
		if !slices.ContainsFunc(to.PlatformRoles, func(known v1alpha1.PlatformRole) bool { return known.Name == role.Name }) {
			to.PlatformRoles = append(slices.Clip(to.PlatformRoles), *role)
		}
	}
}

// inNamespace returns the problems that a namespace has, also where they are those of all.
func inNamespace(problems []problem, namespace string) []problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p problem) bool { return p.namespace != namespace && p.namespace != "" })
}
