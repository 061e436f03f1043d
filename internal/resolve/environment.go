// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// environment is all that the resolution of any user depends on beside their own assignments. It never changes; another one
// may share all but the requests.
type environment struct {
	organization *model.Organization
	catalog      *compiledCatalog
	structure    *structure
	units        *unitTree
	// features are those that the organization has, by its plan or turned on.
	features set
	roles    map[model.RoleRef]*role
	known    *knownRoles
	// numbered holds the roles by number.
	numbered    []*role
	constraints []*constraint
	// waivers are all that are written, whether or not they waive anything.
	waivers []writtenWaiver
	// indirect holds, by user, what groups and the platform give; everyone with an entry is a user. Each user takes a copy.
	indirect map[string][]*binding
	// defaults are what every user has. Each user takes a copy.
	defaults []*binding
	// requested holds, by user, what approved requests give. Nobody is a user for that alone.
	requested map[string][]requestedBinding
	// unbound are the sources of default grants, and those of groups, that bind nobody to a role.
	unbound set
	// defaultFlaws, groupFlaws by group, platformFlaws and requestFlaws by user are what is wrong with what these give, and roleFlaws
	// what is wrong with roles.
	defaultFlaws                            flaws
	groupFlaws, platformFlaws, requestFlaws map[string]flaws
	roleFlaws                               map[*role][]document.Finding
	// foundInRequests is what was found in these requests.
	foundInRequests []Finding
	// world is the one that was read.
	world  *model.World
	chains []model.Chain
	// uses are the conditions that read attributes which the directory keeps.
	uses attributeUses
	// suspended names the users whom the platform suspends.
	suspended set
	// document is what is published, without users.
	document document.Document
	// found is what was found in the environment itself, and foundElsewhere what is said not here, but in the status of the platform.
	found, foundElsewhere []Finding
	// memo keeps what others make of the environment.
	memo *Memo
	// work counts the steps of the resolution that reads in the environment; nil once it has ended. Steps are those that it took to
	// read all but the requests, and requestSteps the others.
	work                *work
	steps, requestSteps int64
}

// readEnvironment reads all of a world but its assignments. The organization and its catalog must be there.
func readEnvironment(world *model.World, work *work) *environment {
	found := &findings{work: work}
	catalog := readCatalog(world.Catalog, found)
	structure := readStructures(world.Structures, found)
	env := &environment{
		organization: world.Organization, catalog: catalog, structure: structure,
		units:   readUnitTree(world.Organization, structure, catalog, found),
		unbound: set{}, defaultFlaws: flaws{}, groupFlaws: map[string]flaws{}, platformFlaws: map[string]flaws{},
		roleFlaws: map[*role][]document.Finding{},
		indirect:  map[string][]*binding{}, chains: world.Chains, suspended: set{}, work: work,
		memo: &Memo{},
	}
	checkPublishing(world.Organization, found)
	features, maxRoles := readPlan(world.Organization, catalog, found)
	env.features = readFeatures(world.Organization, features, catalog, found)
	env.known = resolveRoles(world.Roles, world.PlatformRoles, maxRoles, catalog, world.Elsewhere, found)
	env.roles = env.known.roles
	env.numbered = byName(env.roles)
	r := &reader{env: env, found: found}
	r.checkUnitValues()
	r.readDefaultGrants(world.Organization)
	for i := range world.Groups {
		r.readGroup(&world.Groups[i])
	}
	for i := range world.PlatformAssignments {
		env.readPlatformAssignment(&world.PlatformAssignments[i])
	}
	r.readConstraints()
	r.readChains(world.Groups)
	r.readAttributeUses()
	r.lintRoles()
	env.readFlaws(world, found.list)
	env.document = env.documentWithoutUsers(world)
	env.found, env.steps = found.list, work.spent
	return env
}

// withRequests returns the environment of a world that is the same but for its requests, and for what is elsewhere, for some work.
func (e *environment) withRequests(world *model.World, work *work) *environment {
	env, found := *e, &findings{work: work}
	env.work = work
	if e.world == world {
		return &env
	}
	env.known = env.known.withElsewhere(world.Elsewhere)
	before := work.spent
	env.world, env.requested, env.requestFlaws = world, map[string][]requestedBinding{}, map[string]flaws{}
	r := &reader{env: &env, found: found}
	for i := range world.Requested {
		r.readRequested(&world.Requested[i])
	}
	env.foundInRequests, env.requestSteps = found.list, work.spent-before
	return &env
}

func (e *environment) documentWithoutUsers(world *model.World) document.Document {
	d := document.Document{
		Namespace:     world.Namespace,
		Organization:  world.Name,
		Catalog:       world.Catalog.Name,
		Features:      slices.Sorted(maps.Keys(e.features)),
		Dimensions:    e.catalog.documentDimensions(),
		SubjectTypes:  e.catalog.spec.SubjectTypes,
		Permissions:   e.documentPermissions(),
		Qualifiers:    e.catalog.documentQualifiers(),
		Prohibitions:  e.catalog.documentProhibitions(),
		Units:         e.units.documentUnits(),
		UnplacedKinds: e.unplacedKinds(),
		UnitGroups:    e.units.groups,
		Roles:         e.documentRoles(),
		DefaultGrants: e.documentDefaults(),
		DefaultFlaws:  e.defaultFlaws.orNil(),
		Groups:        e.documentGroups(world.Groups),
		Chains:        documentChains(world.Chains),
	}
	d.Schema = d.RequiredSchema()
	return d
}

// reader reads one object, or the objects of one user, in an environment.
type reader struct {
	env   *environment
	found *findings
}

// readDefaultGrants reads what every user of an organization has.
func (r *reader) readDefaultGrants(organization *model.Organization) {
	for i := range organization.DefaultGrants {
		written := &organization.DefaultGrants[i]
		b := r.grantBinding(organization.Object, defaultField(written.Name), written)
		if b == nil {
			r.env.unbound.add(source(organization.Ref, defaultField(written.Name)))
			continue
		}
		b.isDefault = true
		r.env.defaults = append(r.env.defaults, b)
	}
	slices.SortFunc(r.env.defaults, (*binding).written)
}

// documentDefaults returns what is published of the default grants, once for all users.
func (e *environment) documentDefaults() []document.Grant {
	if len(e.defaults) == 0 {
		return nil
	}
	defaults := make([]document.Grant, 0, len(e.defaults))
	for _, b := range e.defaults {
		defaults = append(defaults, b.published())
	}
	return defaults
}

// readGroup gives each member what the group has.
func (r *reader) readGroup(group *model.Group) {
	members := unique(group.Members)
	r.found.work.spend(stepsOfBinding * len(members))
	for _, member := range members {
		r.env.indirect[member] = append(r.env.indirect[member], nil...)
	}
	for i := range group.Grants {
		field := grantField(group.Grants[i].Name)
		b := r.grantBinding(group.Object, field, &group.Grants[i])
		if b == nil {
			r.env.unbound.add(source(group.Ref, field))
			continue
		}
		r.found.work.spend(stepsOfBinding * len(members))
		for _, member := range members {
			r.env.indirect[member] = append(r.env.indirect[member], b)
		}
	}
}

// readPlatformAssignment gives a user what the platform does. A user to whom it gives only roles of other catalogs is no user
// of this organization.
func (e *environment) readPlatformAssignment(a *model.PlatformAssignment) {
	if a.Suspended {
		e.suspended.add(a.User)
	}
	for i := range a.Grants {
		if b := e.platformBinding(a, &a.Grants[i]); b != nil {
			e.indirect[a.User] = append(e.indirect[a.User], b)
			continue
		}
		if e.platformFlaws[a.User] == nil {
			e.platformFlaws[a.User] = flaws{}
		}
		e.platformFlaw(a, &a.Grants[i], e.platformFlaws[a.User])
	}
}

// readRequested reads the role that a user was approved for.
func (r *reader) readRequested(requested *model.RequestedGrant) {
	written := model.Grant{Role: requested.Role, Scope: r.env.requestedScope(requested), Window: requested.Window}
	before := len(r.found.list)
	b := r.grantBinding(requested.Object, requestedField, &written)
	if b != nil {
		r.env.requested[requested.User] = append(r.env.requested[requested.User], r.env.requestedBinding(b, requested))
	}
	if errors := errorsByObject(r.found.list[before:])[requested.Ref]; len(errors) > 0 {
		if r.env.requestFlaws[requested.User] == nil {
			r.env.requestFlaws[requested.User] = flaws{}
		}
		r.env.requestFlaws[requested.User].add(requested.Ref, requestedField, grantFlaw(&written, b != nil), errors)
	}
}

// requestedScope returns the scope that a request names, or the unit and the dimension values of the request itself.
func (e *environment) requestedScope(requested *model.RequestedGrant) model.Scope {
	if requested.Scope != nil {
		return *requested.Scope
	}
	unit := requested.Unit
	if unit == "" {
		unit = e.units.root
	}
	scope := model.Scope{Units: []string{unit}}
	for name := range e.catalog.dimensions {
		value, present := requested.Attributes[name]
		named := model.DimensionScope{Name: name, All: !present}
		if text, isText := value.(string); isText {
			named.Values = []string{text}
		}
		scope.Dimensions = append(scope.Dimensions, named)
	}
	return scope
}
