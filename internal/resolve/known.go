// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/suggest"
)

// catalogNames are the names that a catalog declares, for findings about others.
type catalogNames struct {
	permissions, sections, qualifiers, features, entitlements, dimensions, plans *suggest.Names
	// values are those of each dimension.
	values map[string]*suggest.Names
}

// stepsOfName are the steps that a name counts for that may be suggested, whether or not it is.
const stepsOfName = 8

// namesOf returns the names that are the keys of a map, which does not change any more.
func namesOf[V any](byName map[string]V, found *findings) *suggest.Names {
	found.work.spend(stepsOfName * len(byName))
	return suggest.Of(maps.Keys(byName))
}

func (c *compiledCatalog) readNames(found *findings) {
	c.names = catalogNames{
		permissions: namesOf(c.permissions, found), sections: namesOf(c.sections, found), qualifiers: namesOf(c.qualifiers, found),
		features: namesOf(c.features, found), entitlements: namesOf(c.entitlements, found), dimensions: namesOf(c.dimensions, found),
		plans: namesOf(c.plans, found), values: map[string]*suggest.Names{},
	}
	for name, values := range c.dimensions {
		c.names.values[name] = namesOf(values, found)
	}
}

// closest returns the name that is closest to one that does not exist, and counts what that takes.
func (f *findings) closest(names *suggest.Names, name string) string {
	closest, steps := names.Closest(name)
	f.work.spend(steps)
	return closest
}

// fix says how to put right a name that does not exist: there may be one that is nearly it. Otherwise is what else would help.
func (f *findings) fix(names *suggest.Names, name, otherwise string) string {
	if closest := f.closest(names, name); closest != "" {
		return fmt.Sprintf("did you mean %q? if not, %s", closest, otherwise)
	}
	return "fix the name, or " + otherwise
}

// knownRoles are the roles that an object may name, for findings about others.
type knownRoles struct {
	roles     map[model.RoleRef]*role
	elsewhere *model.Elsewhere
	// all are the names of all roles, and platform those of the PlatformRoles.
	all, platform *suggest.Names
}

func newKnownRoles(roles map[model.RoleRef]*role, elsewhere *model.Elsewhere, found *findings) *knownRoles {
	found.work.spend(2 * stepsOfName * len(roles))
	names := func(kinds ...string) *suggest.Names {
		return suggest.Of(func(yield func(string) bool) {
			for ref := range roles {
				if slices.Contains(kinds, ref.Kind) && !yield(ref.Name) {
					return
				}
			}
		})
	}
	return &knownRoles{
		roles: roles, elsewhere: elsewhere,
		all: names(model.KindRole, model.KindPlatformRole), platform: names(model.KindPlatformRole),
	}
}

// withElsewhere returns the same roles beside what is elsewhere now.
func (k *knownRoles) withElsewhere(elsewhere *model.Elsewhere) *knownRoles {
	known := *k
	known.elsewhere = elsewhere
	return &known
}

// rejectRole finds a role that does not exist, in a field of an object, with the effect that it has.
func (f *findings) rejectRole(known *knownRoles, object model.Ref, field string, ref model.RoleRef, effect string) {
	f.reject(object, field, ReasonUnknownRole, "%s %q does not exist %s, so %s: %s",
		ref.Kind, ref.Name, within(ref), effect, known.fix(f, object, ref))
	f.list[len(f.list)-1].Role = ref
}

// fix says how to put right the reference to a role that does not exist: what is named may be there as another kind, in another
// organization or of another catalog, or by nearly that name.
func (k *knownRoles) fix(found *findings, object model.Ref, ref model.RoleRef) string {
	other := model.RoleRef{Kind: otherKind(ref.Kind), Name: ref.Name}
	if object.Kind == model.KindPlatformRole || object.Kind == model.KindCatalog {
		// All organizations see what is found here, and none may learn the roles of another.
		return k.fixOfPlatform(found, ref)
	}
	switch {
	case k.roles[other] != nil && other.Kind == model.KindPlatformRole:
		return "there is a PlatformRole of that name: set kind to PlatformRole, or create the Role"
	case k.roles[other] != nil:
		return "the organization has a Role of that name: set kind to Role, or create the PlatformRole"
	}
	if owner := k.elsewhere.OwnerOf(ref); owner != "" {
		return fmt.Sprintf("the one of %s counts only there: create it here, or fix the name", owner)
	}
	closest := found.closest(k.all, ref.Name)
	switch {
	case closest == "":
		return "create it, or fix the name"
	case k.roles[model.RoleRef{Kind: ref.Kind, Name: closest}] != nil:
		return fmt.Sprintf("did you mean %q? if not, create it", closest)
	}
	return fmt.Sprintf("did you mean the %s %q? if not, create it", otherKind(ref.Kind), closest)
}

// fixOfPlatform is fix for an object that belongs to no organization.
func (k *knownRoles) fixOfPlatform(found *findings, ref model.RoleRef) string {
	closest := found.closest(k.platform, ref.Name)
	switch {
	case closest == "":
		return "create it, or fix the name"
	case ref.Kind != model.KindPlatformRole:
		return fmt.Sprintf("did you mean the PlatformRole %q? if not, create it", closest)
	}
	return fmt.Sprintf("did you mean %q? if not, create it", closest)
}

// fixOrganization says how to put right a reference to an organization that does not exist.
func fixOrganization(world *model.World) string {
	if namespaces := world.Elsewhere.Namespaces(world.Name); len(namespaces) > 0 {
		return fmt.Sprintf("the organization is in namespace %s: move the object there, or name an organization of its own namespace",
			few(namespaces))
	}
	if closest := suggest.Closest(world.Name, world.Elsewhere.Organizations(world.Namespace)); closest != "" {
		return fmt.Sprintf("did you mean %q? if not, create it", closest)
	}
	return "create it, or name one of that namespace"
}

// mostSuggested is up to how many users of an organization one of them is suggested.
const mostSuggested = 5000

// namesOfUsers returns the ids of users, for findings about others; none of very many.
func namesOfUsers(users *userIndex, found *findings) *suggest.Names {
	entries, count := users.entries, 0
	for range entries.All() {
		count++
		if count > mostSuggested {
			return nil
		}
	}
	found.work.spend(stepsOfName * count)
	return suggest.Of(func(yield func(string) bool) {
		for id := range entries.All() {
			if !yield(id) {
				return
			}
		}
	})
}

// closestUser returns the user whose id is closest to one that does not exist: it looks like it, or is misspelled. Empty if none is.
func (f *findings) closestUser(users *userIndex, names *suggest.Names, id string) string {
	if similar := suggest.Fold(id); similar != id && users.get(similar) != nil {
		return similar
	}
	if closest := f.closest(names, id); closest != id {
		return closest
	}
	return ""
}

// hintOf asks whether a name is meant, at the end of a message; empty without a name.
func hintOf(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(": did you mean %s?", quotedID(name))
}

// fixCatalog says how to put right a reference to a catalog that does not exist.
func fixCatalog(name string, catalogs []string) string {
	if closest := suggest.Closest(name, catalogs); closest != "" {
		return fmt.Sprintf("did you mean %q? if not, create the PermissionCatalog", closest)
	}
	return "create the PermissionCatalog, or name one that exists"
}

func otherKind(kind string) string {
	if kind == model.KindRole {
		return model.KindPlatformRole
	}
	return model.KindRole
}
