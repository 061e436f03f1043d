// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"context"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Resolution is what one organization resolves to. It never changes.
type Resolution struct {
	// Document is what is to be published. It is nil when nothing may be: the organization or its catalog is missing, and what
	// was published before stays. Follow, Preview and Try may leave out its users.
	Document *document.Document
	// Findings are those that hold at any time, the most severe first, then by object and field. At adds the others.
	Findings []Finding
	// Holders counts the users who hold each role by itself, by its name in the document.
	Holders map[string]int
	// Steps are the steps of work that it takes to resolve the organization from scratch; 0 if there is no document.
	Steps int64
	// ReadUsers is how many users were read for it: all others are as they were in the resolution that it was made from.
	ReadUsers int
	// GivenUp is set if that would be more than there may be.
	GivenUp bool

	// env, users and amongUsers are what the next resolution is made from.
	env        *environment
	users      userIndex
	amongUsers amongUsers
	// published is what the document says of users.
	published published
	// togetherSteps are those that constraints upon several users take.
	togetherSteps int64
	// timed is what is found at some times only.
	timed *timedFindings
}

// Equals reports whether the entries of a user are the same in the documents of two resolutions. It costs next to nothing
// where one of them was updated from the other.
func (r *Resolution) Equals(other *Resolution, user string) bool {
	one, _ := r.User(user)
	another, _ := other.User(user)
	return r.Shares(other, user) || reflect.DeepEqual(one, another)
}

// Shares reports whether two resolutions share what they know of a user, because one of them was updated from the other. The
// entries of the user are the same in both documents then.
func (r *Resolution) Shares(other *Resolution, user string) bool {
	return r.users.entries.Shares(other.users.entries, user) || r.users.get(user) == other.users.get(user)
}

// DifferenceFrom returns what may differ between the documents of two resolutions: some users, if one was updated from the other and
// read nothing again but users; else everything. A resolution may be nil.
func (r *Resolution) DifferenceFrom(other *Resolution) model.Difference {
	if r == nil || other == nil || r.env == nil || other.env == nil || r.env.catalog != other.env.catalog {
		return model.Everything()
	}
	return model.OfUsers(func(yield func(string) bool) {
		for id := range r.users.entries.Unshared(other.users.entries) {
			if r.users.get(id) != other.users.get(id) && !yield(id) {
				return
			}
		}
	})
}

// Organization resolves one organization from scratch.
func Organization(world *model.World) *Resolution {
	resolution, _ := Update(nil, world, model.Everything(), listed(world.Assignments))
	return resolution
}

// Organization is the function Organization within a budget. The error is that of the context.
func (b Budget) Organization(ctx context.Context, world *model.World) (*Resolution, error) {
	resolution, _, err := b.Update(ctx, nil, world, model.Everything(), listed(world.Assignments))
	return resolution, err
}

// Catalog returns what is wrong with a catalog and the roles that the platform provides for it. Organization finds the same.
func Catalog(catalog *model.Catalog, roles []model.Role) []Finding {
	found := &findings{}
	readPlatform(catalog, roles, found)
	ofCatalog := func(f Finding) bool { return f.Object != catalog.Ref }
	return sortFindings(slices.DeleteFunc(found.list, ofCatalog))
}

// missing resolves an organization that does not exist, or whose catalog does not.
func missing(world *model.World, assignments Assignments) *Resolution {
	all := make([]*model.Assignment, 0, assignments.Len())
	for _, own := range assignments.Of(model.Everything()) {
		all = append(all, own...)
	}
	return &Resolution{Findings: explainMissing(world, all)}
}

// explainMissing says of every object that its organization, or the organization's catalog, is missing.
func explainMissing(world *model.World, assignments []*model.Assignment) []Finding {
	found := &findings{}
	reject := func(object model.Ref) {
		found.reject(object, "spec.organizationRef.name", ReasonUnknownOrganization,
			"organization %q does not exist in namespace %q, where this object is: %s", world.Name, world.Namespace, fixOrganization(world))
	}
	if world.Organization != nil {
		catalog := world.Organization.Catalog
		found.reject(world.Organization.Ref, "spec.catalogRef.name", ReasonUnknownCatalog,
			"catalog %q does not exist, so nothing new is published: %s", catalog, fixCatalog(catalog, world.Elsewhere.Catalogs()))
		reject = func(object model.Ref) {
			found.reject(object, "", ReasonUnknownCatalog,
				"the catalog %q of organization %q does not exist: create the PermissionCatalog", catalog, world.Name)
		}
	}
	for i := range world.Structures {
		reject(world.Structures[i].Ref)
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
