// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/persistent"
)

// Input is what one organization is resolved from, as it was read at one time. It never changes.
type Input struct {
	// World holds all but the assignments, translated.
	World *model.World

	// environment identifies what the world was translated from.
	environment environment
	// assignments holds, by user, the assignments that were read, and count is their number.
	assignments persistent.Map[[]readAssignment]
	count       int
	// requests are those that give a role.
	requests map[givingRequest]struct{}
}

// givingRequest is a request that gives a role. What it says never changes, but it begins and ceases to give a role, each time
// in a window of its own, and it may be known only later to whom.
type givingRequest struct {
	uid        string
	start, end int64
	user       string
	// records are the UIDs of what the user is known by.
	records string
}

// readAssignment is an assignment that was read.
type readAssignment struct {
	origin model.Origin
	name   string
}

// environment is all that the resolution of any user depends on beside their own assignments.
type environment struct {
	namespace, name string
	objects         []model.Origin
	// labels of the organization, which platform assignments select by. They have no generation.
	labels map[string]string
}

// Read reads the objects of the organization that has a name in a namespace, whether or not it exists, and returns how the
// input differs from the previous one, nil if there is none: of what users share, it is not said what differs. An object is
// taken to be the same only if it has a UID, and the UID and generation that it had; what has no UID differs each time that
// it is read.
func Read(previous *Input, namespace, name string, members *Members) (*Input, model.Difference) {
	next := &Input{
		environment: environmentOf(namespace, name, members), count: len(members.Assignments), requests: givingRequests(members.Requests),
	}
	difference := model.Everything()
	if previous == nil {
		previous = &Input{}
	}
	if previous.World != nil && previous.environment.is(&next.environment) {
		beneficiaries := previous.beneficiaries(next)
		next.World, difference = previous.World, previous.changedUsers(members.Assignments)
		if !beneficiaries.IsEmpty() {
			world := *previous.World
			world.Requested = requested(members.Requests)
			next.World, difference = &world, difference.Then(beneficiaries)
		}
	} else {
		world := environmentWorld(namespace, name, members)
		next.World = &world
		if previous.World != nil && previous.environment.namespace == namespace && previous.environment.name == name {
			difference = model.AllButUsers().Then(previous.changedUsers(members.Assignments)).Then(previous.beneficiaries(next))
		}
	}
	next.assignments = previous.assignments
	if !difference.IsEmpty() {
		next.assignments = previous.update(members.Assignments, difference)
	}
	return next, difference
}

func environmentOf(namespace, name string, members *Members) environment {
	e := environment{namespace: namespace, name: name, objects: identities(members)}
	if members.Organization != nil {
		e.labels = members.Organization.Labels
	}
	return e
}

func (e *environment) is(other *environment) bool {
	withoutUID := func(o model.Origin) bool { return o.UID == "" }
	return e.namespace == other.namespace && e.name == other.name && maps.Equal(e.labels, other.labels) &&
		slices.Equal(e.objects, other.objects) && !slices.ContainsFunc(e.objects, withoutUID)
}

// givingRequests returns those of some requests that give a role.
func givingRequests(requests []v1alpha1.ApprovalRequest) map[givingRequest]struct{} {
	giving := map[givingRequest]struct{}{}
	for i := range requests {
		if request := &requests[i]; Gives(request) {
			giving[givingRequest{
				uid: string(request.UID), user: string(Beneficiary(&request.Spec)),
				start: request.Status.Grant.StartTime.Unix(), end: request.Status.Grant.EndTime.Unix(),
				records: recordUIDs(request.Status.BeneficiaryRecords),
			}] = struct{}{}
		}
	}
	return giving
}

func recordUIDs(records []v1alpha1.UserRecord) string {
	var uids strings.Builder
	for i := range records {
		_, _ = uids.WriteString(string(records[i].UID) + " ")
	}
	return uids.String()
}

// beneficiaries returns the users to whom requests give something else in another input.
func (p *Input) beneficiaries(next *Input) model.Difference {
	changed := set{}
	for _, inputs := range [][2]*Input{{p, next}, {next, p}} {
		for request := range inputs[0].requests {
			if _, same := inputs[1].requests[request]; !same || request.uid == "" {
				changed[request.user] = struct{}{}
			}
		}
	}
	return model.OfUsers(maps.Keys(changed))
}

// changedUsers returns the users whose assignments are not those that were read. It costs little where all are: there may be
// hundred thousands.
func (p *Input) changedUsers(assignments Assignments) model.Difference {
	changed, unchanged := set{}, 0
	for _, a := range assignments {
		if user := string(a.Spec.User); p.has(user, originOf(&a.ObjectMeta)) {
			unchanged++
		} else {
			changed[user] = struct{}{}
		}
	}
	if p.count-unchanged > p.missing(changed, assignments) {
		p.addDeprived(changed, assignments)
	}
	return model.OfUsers(maps.Keys(changed))
}

type set = map[string]struct{}

// missing counts the assignments that were read of some users and that they no longer have.
func (p *Input) missing(users set, assignments Assignments) int {
	missing := 0
	for user := range users {
		missing += len(p.assignments.Get(user))
	}
	for _, a := range assignments {
		user := string(a.Spec.User)
		if _, is := users[user]; is && p.has(user, originOf(&a.ObjectMeta)) {
			missing--
		}
	}
	return missing
}

// addDeprived adds the users who have lost assignments.
func (p *Input) addDeprived(changed set, assignments Assignments) {
	present := make(map[model.Origin]struct{}, len(assignments))
	for _, a := range assignments {
		present[originOf(&a.ObjectMeta)] = struct{}{}
	}
	for user, read := range p.assignments.All() {
		for _, assignment := range read {
			if _, is := present[assignment.origin]; !is || assignment.origin.UID == "" {
				changed[user] = struct{}{}
			}
		}
	}
}

// update returns the assignments by user where some users differ.
func (p *Input) update(assignments Assignments, difference model.Difference) persistent.Map[[]readAssignment] {
	if difference.IsEverything() {
		b := persistent.Map[[]readAssignment]{}.Edit(len(assignments))
		for _, a := range assignments {
			user := string(a.Spec.User)
			b.Set(user, append(b.Get(user), readAssignment{originOf(&a.ObjectMeta), a.Name}))
		}
		return b.Map()
	}
	read := map[string][]readAssignment{}
	for _, a := range assignments {
		if user := string(a.Spec.User); difference.Includes(user) {
			read[user] = append(read[user], readAssignment{originOf(&a.ObjectMeta), a.Name})
		}
	}
	b := p.assignments.Edit(len(read))
	for user := range difference.Users() {
		if len(read[user]) == 0 {
			b.Delete(user)
		} else {
			b.Set(user, read[user])
		}
	}
	return b.Map()
}

// ReadUsers is Read where members hold the assignments of some users alone, and those of others are as they were read. The last result
// is false if more than these differs: then nothing was read.
func (p *Input) ReadUsers(users []string, members *Members) (*Input, model.Difference, bool) {
	next := &Input{
		environment: environmentOf(p.environment.namespace, p.environment.name, members), requests: givingRequests(members.Requests),
	}
	if p.World == nil || !p.environment.is(&next.environment) || !p.beneficiaries(next).IsEmpty() {
		return nil, model.Everything(), false
	}
	own := map[string][]*v1alpha1.UserAssignment{}
	for _, a := range members.Assignments {
		own[string(a.Spec.User)] = append(own[string(a.Spec.User)], a)
	}
	differing := slices.DeleteFunc(slices.Clone(users), func(user string) bool {
		unread := func(a *v1alpha1.UserAssignment) bool { return !p.IsCurrentFor(a) }
		return len(own[user]) == len(p.assignments.Get(user)) && !slices.ContainsFunc(own[user], unread)
	})
	read, difference := p.WithAssignments(differing, members.Assignments)
	return read, difference, true
}

// WithAssignments returns the input of an organization in which some users have other assignments, which are given, and how it
// differs. Nothing else may differ.
func (p *Input) WithAssignments(users []string, given Assignments) (*Input, model.Difference) {
	next, difference := *p, model.OfUsers(slices.Values(users))
	if difference.IsEmpty() {
		return &next, difference
	}
	next.assignments = p.update(given, difference)
	for user := range difference.Users() {
		next.count += len(next.assignments.Get(user)) - len(p.assignments.Get(user))
	}
	return &next, difference
}

// AssignmentCount returns how many assignments were read.
func (p *Input) AssignmentCount() int { return p.count }

// AssignmentsOf returns the names of the assignments of a user that were read.
func (p *Input) AssignmentsOf(user string) []string {
	read := p.assignments.Get(user)
	names := make([]string, 0, len(read))
	for _, assignment := range read {
		names = append(names, assignment.name)
	}
	return names
}

// IsCurrentFor reports whether an assignment was read as it is now.
func (p *Input) IsCurrentFor(assignment *v1alpha1.UserAssignment) bool {
	return p.has(string(assignment.Spec.User), originOf(&assignment.ObjectMeta))
}

// AssignmentRecords returns the assignments of a user.
func (p *Input) AssignmentRecords(user string) []model.UserRecord {
	assignments := p.assignments.Get(user)
	records := make([]model.UserRecord, 0, len(assignments))
	for i := range assignments {
		records = append(records, model.UserRecord{Kind: model.KindAssignment, Origin: assignments[i].origin})
	}
	return records
}

func (p *Input) has(user string, origin model.Origin) bool {
	return origin.UID != "" && slices.ContainsFunc(p.assignments.Get(user), func(a readAssignment) bool { return a.origin == origin })
}

// identities are those of all objects but assignments and requests, sorted.
func identities(members *Members) []model.Origin {
	var all []model.Origin
	add := func(meta *metav1.ObjectMeta) { all = append(all, originOf(meta)) }
	if members.Organization != nil {
		add(&members.Organization.ObjectMeta)
	}
	if members.Catalog != nil {
		add(&members.Catalog.ObjectMeta)
	}
	for i := range members.Structures {
		add(&members.Structures[i].ObjectMeta)
	}
	for i := range members.Roles {
		add(&members.Roles[i].ObjectMeta)
	}
	for i := range members.Groups {
		add(&members.Groups[i].ObjectMeta)
	}
	for i := range members.Chains {
		add(&members.Chains[i].ObjectMeta)
	}
	for i := range members.PlatformRoles {
		add(&members.PlatformRoles[i].ObjectMeta)
	}
	for i := range members.PlatformAssignments {
		add(&members.PlatformAssignments[i].ObjectMeta)
	}
	slices.SortFunc(all, func(a, b model.Origin) int {
		return cmp.Or(cmp.Compare(a.UID, b.UID), cmp.Compare(a.Generation, b.Generation))
	})
	return all
}

// Assignments are those of one organization. They are translated when they are resolved. They implement
// resolve.Assignments.
type Assignments []*v1alpha1.UserAssignment

// Len returns the number of assignments.
func (a Assignments) Len() int { return len(a) }

// Of yields the users with assignments who may differ, each with all of their assignments.
func (a Assignments) Of(difference model.Difference) iter.Seq2[string, []*model.Assignment] {
	byUser := map[string][]*v1alpha1.UserAssignment{}
	for _, written := range a {
		if user := string(written.Spec.User); difference.Includes(user) {
			byUser[user] = append(byUser[user], written)
		}
	}
	return func(yield func(string, []*model.Assignment) bool) {
		for user, own := range byUser {
			translated := make([]*model.Assignment, len(own))
			for i := range own {
				assignment := Assignment(own[i])
				translated[i] = &assignment
			}
			if !yield(user, translated) {
				return
			}
		}
	}
}
