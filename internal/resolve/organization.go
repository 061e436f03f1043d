// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"reflect"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// Resolution is what one organization comes to. It never changes.
type Resolution struct {
	// Document is what is to be published. It is nil when nothing may be: the organization or its catalog is missing, and what
	// was published before stays.
	Document *permissions.Document
	// Findings are those that hold at any time, ordered gravest first, then by object and field. At adds the others.
	Findings []Finding
	// Holders counts the users who hold each role by itself, by its name in the document.
	Holders map[string]int
	// Changed names the users whose entries in the document may differ from those in the one that the same Memory returned
	// before, with which the document shares all else. When Fresh is set, anything may differ.
	Changed []string
	Fresh   bool

	people map[string]*person
	// later is what is found at some times only.
	later *timed
}

// Equals reports whether a user comes to the same in two resolutions that a Document came of. It costs next to nothing where
// both are of the same Memory.
func (r *Resolution) Equals(other *Resolution, user string) bool {
	is, was := r.people[user], other.people[user]
	if is == nil || was == nil || is == was {
		return is == was && is != nil
	}
	return reflect.DeepEqual(r.Document.Users[user], other.Document.Users[user])
}

// Organization resolves one organization.
func Organization(world *model.World) *Resolution {
	assignments := make([]*model.Assignment, len(world.Assignments))
	for i := range world.Assignments {
		assignments[i] = &world.Assignments[i]
	}
	return new(Memory).Organization(world, assignments)
}

// Assignments returns those that a user was resolved from. They must not be changed.
func (r *Resolution) Assignments(user string) []*model.Assignment {
	if p := r.people[user]; p != nil {
		return p.assignments
	}
	return nil
}

// Catalog returns what is wrong with a catalog by itself. Organization finds the same.
func Catalog(catalog *model.Catalog) []Finding {
	found := &findings{}
	readCatalog(catalog, found)
	return sortFindings(found.list)
}

// missing resolves an organization that does not exist, or whose catalog does not.
func missing(world *model.World, assignments []*model.Assignment) *Resolution {
	resolved := &Resolution{Findings: explainMissing(world, assignments), Fresh: true, people: map[string]*person{}}
	for _, a := range assignments {
		if resolved.people[a.User] == nil {
			resolved.people[a.User] = &person{}
		}
		of := resolved.people[a.User]
		of.assignments = append(of.assignments, a)
	}
	return resolved
}

// explainMissing says of every object that its organization, or the organization's catalog, is missing.
func explainMissing(world *model.World, assignments []*model.Assignment) []Finding {
	found := &findings{}
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
