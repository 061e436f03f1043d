// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/persistent"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Update resolves the organization of a world, whose assignments are those given instead of the world's own. The difference is
// that between the input of the previous resolution and this one: unless it is everything, both worlds are the same but for what
// requests give to the users in it. Previous may be nil where it is everything. Only the users
// in it are read, and what depends on several users is put together from what is known of each. So an update and a
// resolution from scratch have the same result. The difference that is returned is that between both documents.
//
// The previous resolution stays as it is.
func Update(
	previous *Resolution, world *model.World, difference model.Difference, assignments Assignments,
) (*Resolution, model.Difference) {
	if world.Organization == nil || world.Catalog == nil {
		return missing(world, assignments), model.Everything()
	}
	if previous == nil || previous.Document == nil {
		difference = model.Everything()
	}
	if difference.IsEverything() {
		previous = &Resolution{env: readEnvironment(world)}
	}
	u := newUpdate(previous, previous.env.withRequests(world))
	u.readUsers(difference, assignments)
	return u.resolution(), u.documentDifference(difference)
}

// update is a resolution that is made from the previous one.
type update struct {
	env      *environment
	previous *Resolution
	entries  *persistent.Builder[*userEntry]
	users    map[string]document.User
	// changed names the users whose entries in the document may differ.
	changed set
	// together is set if anything changed about those who are constrained together, lines if users are added or removed or have other
	// managers.
	together, lines bool
}

func newUpdate(previous *Resolution, env *environment) *update {
	u := &update{env: env, previous: previous, changed: set{}}
	if previous.Document != nil {
		u.users = previous.Document.Users
	}
	return u
}

// readUsers reads the users who may differ, and enforces the constraints that concern them.
func (u *update) readUsers(difference model.Difference, assignments Assignments) {
	if difference.IsEmpty() {
		return
	}
	u.entries = u.previous.users.entries.Edit(assignments.Len())
	if u.users = maps.Clone(u.users); u.users == nil {
		u.users = make(map[string]document.User, assignments.Len())
	}
	read := set{}
	for id, own := range assignments.Of(difference) {
		read.add(id)
		u.readUser(id, own)
	}
	others := difference.Users()
	if difference.IsEverything() {
		others = maps.Keys(u.env.indirect)
	}
	for id := range others {
		if !read.has(id) {
			u.readUser(id, nil)
		}
	}
	if u.together {
		u.enforceTogether()
	}
}

// readUser reads one user, who has the assignments given.
func (u *update) readUser(id string, own []*model.Assignment) {
	former := u.entries.Get(id)
	u.changed.add(id)
	u.together = u.together || former.constrainedTogether()
	if _, indirect := u.env.indirect[id]; !indirect && len(own) == 0 {
		u.entries.Delete(id)
		delete(u.users, id)
		u.lines = true
		return
	}
	user := u.env.readUser(id, own)
	if u.env.constrainsTogether(user) {
		u.together = true
		entry := newUserEntry(user.assignments)
		entry.details = &userDetails{unenforced: user}
		u.entries.Set(id, entry)
	} else {
		u.set(user, u.env.enforce(user), nil)
		user.release()
	}
	u.lines = u.lines || !former.sameLine(u.entries.Get(id))
}

// enforceTogether enforces constraints upon all users whom a bound on holders counts.
func (u *update) enforceTogether() {
	var users, unenforced []*resolvedUser
	for _, entry := range u.entries.All() {
		if entry.constrainedTogether() {
			unenforced = append(unenforced, entry.details.unenforced)
			users = append(users, entry.details.unenforced.copied())
		}
	}
	violations := map[*resolvedUser][]violation{}
	for _, v := range u.env.enforce(users...) {
		violations[v.binding.user] = append(violations[v.binding.user], v)
	}
	for i, user := range users {
		u.set(user, violations[user], unenforced[i])
		user.release()
	}
}

// set sets the entry of a user upon whom constraints have been enforced.
func (u *update) set(user *resolvedUser, violations []violation, unenforced *resolvedUser) {
	entry := u.env.entryOf(user, violations)
	if unenforced != nil {
		if entry.details == nil {
			entry.details = &userDetails{}
		}
		entry.details.unenforced = unenforced
	}
	u.entries.Set(user.id, entry)
	u.users[user.id] = user.published()
	u.changed.add(user.id)
}

// documentDifference is what may differ from the previous document.
func (u *update) documentDifference(input model.Difference) model.Difference {
	if input.IsEverything() {
		return input
	}
	return model.OfUsers(maps.Keys(u.changed))
}

// resolution puts together what is known of all users.
func (u *update) resolution() *Resolution {
	next := &Resolution{env: u.env, users: u.previous.users, unknownManagers: u.previous.unknownManagers}
	if u.entries != nil {
		next.users = u.previous.users.withEntries(u.env, u.entries)
	}
	if u.lines {
		next.unknownManagers = u.env.unknownManagers(&next.users)
	}
	all := u.env.aggregate(&next.users)
	all.found.list = append(all.found.list, next.unknownManagers...)
	all.checkApprovers(&next.users, u.users)
	all.reportViolations()
	all.lint()
	doc := u.env.document
	doc.Users = u.users
	next.Document = &doc
	next.Findings = withoutIgnored(all.found.list, u.env.organization)
	next.Holders = all.holdersByRole()
	next.timed = &timedFindings{
		organization: u.env.organization, constraints: u.env.constraints, waivers: u.env.waivers,
		bindings: all.timed, defaults: u.env.defaults, violations: all.violations,
	}
	return next
}

// unknownManagers finds managers who have no assignment. It goes through all users, because anybody may be anybody's manager.
func (e *environment) unknownManagers(users *userIndex) []Finding {
	found := &findings{}
	for id, entry := range users.entries.All() {
		for _, named := range entry.managers {
			if manager := users.get(named.manager); manager == nil || !manager.assigned {
				ref := model.Ref{Kind: model.KindAssignment, Namespace: e.organization.Namespace, Name: named.assignment}
				found.note(ref, "spec.profile.manager", ReasonUnknownManager,
					"manager %q has no assignment in this organization, so the line of managers above %q ends there", named.manager, id)
			}
		}
	}
	return found.list
}
