// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// Resolution is what one organization comes to.
type Resolution struct {
	// Document is what is to be published. It is nil when nothing may be: the organization or its catalog is missing, and what
	// was published before stays.
	Document *permissions.Document
	// Findings are those that hold at any time, ordered gravest first, then by object and field. At adds the others.
	Findings []Finding

	// later is what is found at some times only.
	later *timed
}

// Organization resolves one organization.
func Organization(world *model.World) *Resolution {
	found := &findings{}
	if world.Organization == nil || world.Catalog == nil {
		explainMissing(world, found)
		return &Resolution{Findings: sortFindings(found.list)}
	}
	vocabulary := readCatalog(world.Catalog, found)
	place := readPlaces(world.Organization, vocabulary, found)
	roles := resolveRoles(world.Roles, world.PlatformRoles, place.maxRoles, vocabulary, found)
	s := &scene{vocabulary: vocabulary, places: place, roles: roles, users: make(map[string]*holder, len(world.Assignments)), found: found}
	s.readUsers(world)
	later := s.bind()
	s.readChains(world.Chains, world.Groups)
	s.advise()

	document := &permissions.Document{
		Schema:       permissions.SchemaV1,
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
		Roles:        documentRoles(roles),
		Groups:       documentGroups(world.Groups),
		Chains:       documentChains(world.Chains),
		Users:        s.documentUsers(),
	}
	return &Resolution{Document: document, Findings: shown(found.list, world.Organization), later: later}
}

// Catalog returns what is wrong with a catalog by itself. Organization finds the same.
func Catalog(catalog *model.Catalog) []Finding {
	found := &findings{}
	readCatalog(catalog, found)
	return sortFindings(found.list)
}

// explainMissing says of every object that its organization, or the organization's catalog, is missing.
func explainMissing(world *model.World, found *findings) {
	reject := func(object model.Ref) {
		found.reject(object, "spec.organizationRef.name", ReasonOrganizationMissing,
			"organization %q does not exist in namespace %q: create it, or name one that exists", world.Name, world.Namespace)
	}
	if world.Organization != nil {
		catalog := world.Organization.Catalog
		found.reject(world.Organization.Ref, "spec.catalogRef.name", ReasonCatalogMissing,
			"catalog %q does not exist: create the PermissionCatalog, or name one that exists; until then nothing new is published", catalog)
		reject = func(object model.Ref) {
			found.reject(object, "", ReasonCatalogMissing,
				"the catalog %q of organization %q does not exist: create the PermissionCatalog", catalog, world.Name)
		}
	}
	for i := range world.Roles {
		reject(world.Roles[i].Ref)
	}
	for i := range world.Assignments {
		reject(world.Assignments[i].Ref)
	}
	for i := range world.Groups {
		reject(world.Groups[i].Ref)
	}
	for i := range world.Chains {
		reject(world.Chains[i].Ref)
	}
}
