// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// scene is all that what one user holds is read against. It is the same for every user, and never changes once it is read,
// but for what is filled on demand by the resolution that uses it.
type scene struct {
	*vocabulary
	*places
	roles map[model.RoleRef]*role
	// numbered holds the roles by number.
	numbered    []*role
	constraints []*constraint
	// given holds what groups and the platform give to users; whoever has an entry is a user. Each takes a copy.
	given map[string][]*share
	// requested holds what approved requests give to users. Nobody is a user for that alone.
	requested map[string][]*share
	// chains are the approval chains.
	chains []model.Chain
	// barred names those whom the platform suspends.
	barred set
	// document is what is published, without users.
	document document.Document
	// found is what was found on the way.
	found []Finding
}

// readScene reads all of a world but its assignments. The organization and its catalog must be there.
func readScene(world *model.World) *scene {
	found := &findings{}
	vocabulary := readCatalog(world.Catalog, found)
	place := readPlaces(world.Organization, vocabulary, found)
	s := &scene{
		vocabulary: vocabulary, places: place,
		roles: resolveRoles(world.Roles, world.PlatformRoles, place.maxRoles, vocabulary, found),
		given: map[string][]*share{}, requested: map[string][]*share{}, chains: world.Chains, barred: set{},
	}
	for _, role := range s.roles {
		role.number = uint32(len(s.numbered))
		s.numbered = append(s.numbered, role)
	}
	r := &reader{scene: s, found: found}
	for i := range world.Groups {
		r.readGroup(&world.Groups[i])
	}
	for i := range world.PlatformAssignments {
		s.readPlatformAssignment(&world.PlatformAssignments[i])
	}
	for i := range world.Requested {
		r.readRequested(&world.Requested[i])
	}
	r.readConstraints()
	r.readChains(world.Groups)
	r.adviseRoles()
	s.document = document.Document{
		Schema:       document.SchemaV1,
		Namespace:    world.Namespace,
		Organization: world.Name,
		Catalog:      world.Catalog.Name,
		Features:     slices.Sorted(maps.Keys(place.features)),
		Dimensions:   vocabulary.documentDimensions(),
		Permissions:  vocabulary.documentPermissions(),
		Qualifiers:   vocabulary.documentQualifiers(),
		Invariants:   vocabulary.documentInvariants(),
		Units:        place.documentUnits(),
		UnitGroups:   place.groups,
		Roles:        documentRoles(s.roles),
		Groups:       documentGroups(world.Groups),
		Chains:       documentChains(world.Chains),
	}
	s.found = found.list
	return s
}

// reader reads against a scene what one object, or the objects of one user, say.
type reader struct {
	*scene
	found *findings
}

// readGroup gives each member what the group has.
func (r *reader) readGroup(group *model.Group) {
	members := unique(group.Members)
	for _, member := range members {
		r.given[member] = append(r.given[member], nil...)
	}
	for place := range group.Grants {
		if shared := r.grantShare(group.Object, grantField(place), &group.Grants[place], place); shared != nil {
			for _, member := range members {
				r.given[member] = append(r.given[member], shared)
			}
		}
	}
}

// readPlatformAssignment gives a user what the platform does. Whom only roles of other catalogs are given is no user of this
// organization.
func (s *scene) readPlatformAssignment(a *model.PlatformAssignment) {
	if a.Suspended {
		s.barred.add(a.User)
	}
	for place := range a.Grants {
		if given := s.platformShare(a, place); given != nil {
			s.given[a.User] = append(s.given[a.User], given)
		}
	}
}

// readRequested gives somebody the role that they were approved for.
func (r *reader) readRequested(requested *model.RequestedGrant) {
	written := model.Grant{Role: requested.Role, Scope: r.requestedScope(requested), Window: requested.Window}
	if given := r.grantShare(requested.Object, "spec.grant", &written, 0); given != nil {
		r.requested[requested.User] = append(r.requested[requested.User], given)
	}
}

// requestedScope is the scope that a request names, or else what the request itself is about.
func (s *scene) requestedScope(requested *model.RequestedGrant) model.Scope {
	if requested.Scope != nil {
		return *requested.Scope
	}
	unit := requested.Unit
	if unit == "" {
		unit = s.root
	}
	scope := model.Scope{Units: []string{unit}}
	for name := range s.dimensions {
		value, present := requested.Attributes[name]
		named := model.DimensionScope{Name: name, All: !present}
		if text, isText := value.(string); present && isText {
			named.Values = []string{text}
		}
		scope.Dimensions = append(scope.Dimensions, named)
	}
	return scope
}
