// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"reflect"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Resolution is what one organization comes to. It never changes.
type Resolution struct {
	// Document is what is to be published. It is nil when nothing may be: the organization or its catalog is missing, and what
	// was published before stays.
	Document *document.Document
	// Findings are those that hold at any time, ordered gravest first, then by object and field. At adds the others.
	Findings []Finding
	// Holders counts the users who hold each role by itself, by its name in the document.
	Holders map[string]int
	// Changed names the users whose entries in the document may differ from those in the one that the same Memory returned
	// before, with which the document shares all else. When Fresh is set, anything may differ.
	Changed []string
	Fresh   bool

	people people
	// later is what is found at some times only.
	later *timed
}

// Equals reports whether a user comes to the same in two resolutions that a Document came of. It costs next to nothing where
// both are of the same Memory.
func (r *Resolution) Equals(other *Resolution, user string) bool {
	is, was := r.people, other.people
	if len(is.shards) > 0 && len(is.shards) == len(was.shards) && is.shardOf(user) == was.shardOf(user) {
		return true
	}
	return is.of(user) == was.of(user) || reflect.DeepEqual(r.Document.Users[user], other.Document.Users[user])
}

// IsOf reports whether a user was resolved from a state of an assignment.
func (r *Resolution) IsOf(user string, origin model.Origin) bool {
	return r.people.of(user).isOf(origin)
}

// Organization resolves one organization.
func Organization(world *model.World) *Resolution {
	return new(Memory).Organization(world, listed(world.Assignments))
}

// Catalog returns what is wrong with a catalog by itself. Organization finds the same.
func Catalog(catalog *model.Catalog) []Finding {
	found := &findings{}
	readCatalog(catalog, found)
	return sortFindings(found.list)
}

// missing resolves an organization that does not exist, or whose catalog does not.
func missing(world *model.World, assignments Assignments) *Resolution {
	byUser, all := map[string][]*model.Assignment{}, make([]*model.Assignment, assignments.Len())
	for i := range all {
		all[i] = assignments.Read(i)
		byUser[all[i].User] = append(byUser[all[i].User], all[i])
	}
	everybody := people{}.edit(len(byUser))
	for id, own := range byUser {
		everybody.set(id, &person{records: recordsOf(own)})
	}
	return &Resolution{Findings: explainMissing(world, all), Fresh: true, people: everybody.people}
}

// explainMissing says of every object that its organization, or the organization's catalog, is missing.
func explainMissing(world *model.World, assignments []*model.Assignment) []Finding {
	found := &findings{}
	reject := func(object model.Ref) {
		found.reject(object, "spec.organizationRef.name", ReasonUnknownOrganization,
			"organization %q does not exist in namespace %q: create it, or name one that exists", world.Name, world.Namespace)
	}
	if world.Organization != nil {
		catalog := world.Organization.Catalog
		found.reject(world.Organization.Ref, "spec.catalogRef.name", ReasonUnknownCatalog,
			"catalog %q does not exist: create the PermissionCatalog, or name one that exists; until then nothing new is published", catalog)
		reject = func(object model.Ref) {
			found.reject(object, "", ReasonUnknownCatalog,
				"the catalog %q of organization %q does not exist: create the PermissionCatalog", catalog, world.Name)
		}
	}
	for i := range world.Roles {
		reject(world.Roles[i].Ref)
	}
	for _, a := range assignments {
		reject(a.Ref)
	}
	for i := range world.Groups {
		reject(world.Groups[i].Ref)
	}
	for i := range world.Chains {
		reject(world.Chains[i].Ref)
	}
	return sortFindings(found.list)
}
