// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"context"
	"maps"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/persistent"
	"github.com/rolewright/rolewright/internal/suggest"
)

// Update resolves the organization of a world, whose assignments are those given instead of the world's own. The difference is
// that between the input of the previous resolution and this one: if it is of users alone, both worlds are the same but for what
// requests give to the users in it, and for what is elsewhere, of which the previous resolution has asked nothing then. Previous may be
// nil where it is everything. Only the users in it are read, and those whom a change of the rest concerns; what depends on several
// users is put together from what is known of each. So an update and a
// resolution from scratch have the same result. The difference that is returned is that between both documents.
//
// The previous resolution stays as it is.
func Update(
	previous *Resolution, world *model.World, difference model.Difference, assignments Assignments,
) (*Resolution, model.Difference) {
	resolution, differs, _ := DefaultBudget.update(nil, previous, world, difference, assignments, (*published).copied)
	return resolution, differs
}

// Preview is Update for those who look at the difference, which takes less time the fewer users are in it: where only users differ, the
// document of the result has none. They are to be asked for by User and Users.
func Preview(previous *Resolution, world *model.World, difference model.Difference, assignments Assignments) *Resolution {
	edit := (*published).copied
	if previous != nil && previous.Document != nil && difference.OnlyUsers() {
		edit = func(p *published, _ int) published { return p.edited() }
	}
	resolution, _, _ := DefaultBudget.update(nil, previous, world, difference, assignments, edit)
	return resolution
}

// Update is the function Update within a budget. A resolution that takes more work than that is given up: it has no document, and a
// finding about the organization says so. Whether it does depends on the world alone, not on the previous resolution. The error
// is that of the context, once it has ended.
func (b Budget) Update(
	ctx context.Context, previous *Resolution, world *model.World, difference model.Difference, assignments Assignments,
) (*Resolution, model.Difference, error) {
	return b.update(ctx.Err, previous, world, difference, assignments, (*published).copied)
}

// Follow is Update for those who follow an organization change by change. What it costs depends on what has changed, not on how many users
// there are, so the document of the result may have no users: they are to be asked for by User, Users and DocumentWith.
func (b Budget) Follow(
	ctx context.Context, previous *Resolution, world *model.World, difference model.Difference, assignments Assignments,
) (*Resolution, model.Difference, error) {
	return b.update(ctx.Err, previous, world, difference, assignments, (*published).amended)
}

// update is Update until stop, unless that is nil, returns an error. Edit returns what is published, to be changed.
func (b Budget) update(
	stop func() error, previous *Resolution, world *model.World, difference model.Difference, assignments Assignments,
	edit func(was *published, expected int) published,
) (*Resolution, model.Difference, error) {
	if world.Organization == nil || world.Catalog == nil {
		return missing(world, assignments), model.Everything(), nil
	}
	if previous == nil || previous.Document == nil {
		difference = model.Everything()
	}
	if difference.IsEmpty() && previous.Steps <= int64(b) {
		return previous, difference, nil
	}
	var resolution *Resolution
	work := &work{limit: int64(b), stop: stop}
	within, err := guard(func() { resolution, difference = work.update(previous, world, difference, assignments, edit) })
	switch {
	case err != nil:
		return nil, model.Everything(), err
	case !within:
		return b.givenUp(world), model.Everything(), nil
	}
	return resolution, difference, nil
}

// update resolves within the work that is left, which the result does not go on counting.
func (w *work) update(
	previous *Resolution, world *model.World, difference model.Difference, assignments Assignments,
	edit func(was *published, expected int) published,
) (*Resolution, model.Difference) {
	if !difference.OnlyUsers() {
		previous, difference = previous.in(readEnvironment(world, w), world, difference)
	}
	u := newUpdate(previous, previous.env.withRequests(world, w))
	if difference.NamesUsers() {
		u.published = edit(&previous.published, assignments.Len())
	}
	u.readUsers(difference, assignments)
	resolution := u.resolution()
	w.limitTo(resolution.Steps)
	u.env.work = nil
	return resolution, u.documentDifference(difference)
}

// update is a resolution that is made from the previous one.
type update struct {
	env      *environment
	previous *Resolution
	entries  *persistent.Builder[*userEntry]
	// published is what is published after the update, another than before if any users are read.
	published published
	// changed names the users whose entries in the document may differ.
	changed set
	// together is set if anything changed about those who are constrained together, lines if users are added or removed, have other
	// managers or are written elsewhere.
	together, lines bool
	// read counts the users who are read.
	read int
	// togetherSteps are the steps that enforcing constraints upon those takes.
	togetherSteps int64
}

func newUpdate(previous *Resolution, env *environment) *update {
	return &update{env: env, previous: previous, published: previous.published, changed: set{}, togetherSteps: previous.togetherSteps}
}

// readUsers reads the users who may differ, and enforces the constraints that concern them.
func (u *update) readUsers(difference model.Difference, assignments Assignments) {
	if !difference.NamesUsers() {
		return
	}
	u.entries = u.previous.users.entries.Edit(assignments.Len())
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
		before := u.env.work.spent
		u.enforceTogether()
		u.togetherSteps = u.env.work.spent - before
	}
}

// readUser reads one user, who has the assignments given.
func (u *update) readUser(id string, own []*model.Assignment) {
	former := u.entries.Get(id)
	u.changed.add(id)
	u.read++
	u.together = u.together || former.constrainedTogether()
	if _, indirect := u.env.indirect[id]; !indirect && len(own) == 0 {
		u.entries.Delete(id)
		u.published.replace(id, nil)
		u.lines = true
		return
	}
	before := u.env.work.spent
	user := u.env.readUser(id, own)
	var entry *userEntry
	if u.env.constrainsTogether(user) {
		u.together = true
		entry = newUserEntry(user.assignments)
		entry.details = &userDetails{unenforced: user}
	} else {
		violations := u.env.enforce(user)
		entry = u.env.entryOf(user, violations)
		u.publish(user, violations)
		user.release()
	}
	entry.steps = uint32(u.env.work.spent - before)
	u.entries.Set(id, entry)
	u.lines = u.lines || !former.sameLine(entry)
}

// enforceTogether enforces constraints upon all users whom a bound on holders counts.
func (u *update) enforceTogether() {
	var users []*resolvedUser
	var former []*userEntry
	for _, entry := range u.entries.All() {
		if entry.constrainedTogether() {
			former = append(former, entry)
			users = append(users, entry.details.unenforced.copied())
		}
	}
	violations := map[*resolvedUser][]violation{}
	for _, v := range u.env.enforce(users...) {
		violations[v.binding.user] = append(violations[v.binding.user], v)
	}
	for i, user := range users {
		entry := u.env.entryOf(user, violations[user])
		if entry.details == nil {
			entry.details = &userDetails{}
		}
		entry.details.unenforced, entry.steps = former[i].details.unenforced, former[i].steps
		u.entries.Set(user.id, entry)
		u.publish(user, violations[user])
		user.release()
	}
}

// publish publishes what a user has after constraints have been enforced, which violations withhold from it.
func (u *update) publish(user *resolvedUser, violations []violation) {
	published := user.published()
	published.Flaws = u.env.flawsOf(user, violations)
	u.published.replace(user.id, &published)
	u.changed.add(user.id)
}

// documentDifference is what may differ from the previous document.
func (u *update) documentDifference(input model.Difference) model.Difference {
	if input.IsEverything() {
		return input
	}
	changed := model.OfUsers(maps.Keys(u.changed))
	if !input.OnlyUsers() {
		changed = model.AllButUsers().Then(changed)
	}
	return changed
}

// resolution puts together what is known of all users.
func (u *update) resolution() *Resolution {
	next := &Resolution{
		env: u.env, users: u.previous.users, published: u.published, amongUsers: u.previous.amongUsers, ReadUsers: u.read,
	}
	if u.entries != nil {
		next.users = u.previous.users.withEntries(u.env, u.entries)
	}
	if u.lines {
		next.amongUsers = u.env.findAmong(&next.users)
	}
	before := u.env.work.spent
	all := u.env.aggregate(&next.users)
	all.found.list = append(all.found.list, next.amongUsers.found...)
	all.checkApprovers(&next.users, next.amongUsers.names, &u.published)
	all.reportViolations()
	all.checkAttributes()
	all.lint()
	doc := u.env.document
	doc.Users = u.published.whole()
	next.Document = &doc
	next.togetherSteps = u.togetherSteps
	next.Steps = u.env.steps + u.env.requestSteps + all.totals.steps + u.togetherSteps + next.amongUsers.steps + u.env.work.spent - before
	next.Findings = withoutIgnored(all.found.list, u.env.organization)
	next.Holders = all.holdersByRole()
	next.timed = &timedFindings{
		organization: u.env.organization, constraints: u.env.constraints, waivers: u.env.waivers,
		bindings: all.timed, defaults: u.env.defaults, violations: all.violations,
	}
	return next
}

// amongUsers is what is found by going through all users, and the steps that it takes.
type amongUsers struct {
	found []Finding
	steps int64
	// names are the ids of users, for findings about others.
	names *suggest.Names
}

// findAmong finds what is only found among all users, because anybody may be anybody's manager, or have an id like theirs.
func (e *environment) findAmong(users *userIndex) amongUsers {
	found, before := &findings{work: e.work}, e.work.spent
	names := namesOfUsers(users, found)
	e.unknownManagers(users, names, found)
	e.similarUsers(users, found)
	return amongUsers{found: found.list, steps: e.work.spent - before, names: names}
}

// unknownManagers finds managers who have no assignment.
func (e *environment) unknownManagers(users *userIndex, names *suggest.Names, found *findings) {
	for id, entry := range users.entries.All() {
		for _, named := range entry.managers {
			if manager := users.get(named.manager); manager == nil || manager.assignment == "" {
				ref := model.Ref{Kind: model.KindAssignment, Namespace: e.organization.Namespace, Name: named.assignment}
				found.note(ref, "spec.profile.manager", ReasonUnknownManager,
					"manager %q has no assignment in this organization, so the line of managers above %q ends there%s",
					named.manager, id, hintOf(found.closestUser(users, names, named.manager)))
			}
		}
	}
}
