// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// IndirectRecords returns the PlatformAssignments and groups that make an id a user of the organization.
func (r *Resolution) IndirectRecords(user string) []model.UserRecord {
	if r.env == nil {
		return nil
	}
	return r.env.indirectRecords(user)
}

func (e *environment) indirectRecords(user string) []model.UserRecord {
	if _, is := e.indirect[user]; !is {
		return nil
	}
	var records []model.UserRecord
	for i := range e.world.PlatformAssignments {
		a := &e.world.PlatformAssignments[i]
		reaches := func(g model.PlatformGrant) bool { return e.platformBinding(a, &g) != nil }
		if a.User == user && slices.ContainsFunc(a.Grants, reaches) {
			records = append(records, model.UserRecord{Kind: model.KindPlatformAssignment, Origin: a.Origin})
		}
	}
	for i := range e.world.Groups {
		if group := &e.world.Groups[i]; slices.Contains(group.Members, user) {
			records = append(records, model.UserRecord{Kind: model.KindGroup, Origin: group.Origin})
		}
	}
	return records
}

// requestedBinding is what an approved request gives to one person, who may not be the one who has their id now.
type requestedBinding struct {
	binding *binding
	// assignments are the UIDs of the person's own assignments.
	assignments set
	// isUser is set if another record of the person makes them a user still.
	isUser bool
}

// requestedBinding returns what a request gives, to the person with some records.
func (e *environment) requestedBinding(b *binding, requested *model.RequestedGrant) requestedBinding {
	given := requestedBinding{binding: b, assignments: set{}}
	present := e.indirectRecords(requested.User)
	for _, record := range requested.Records {
		if record.UID == "" {
			continue
		}
		if record.Kind == model.KindAssignment {
			given.assignments.add(record.UID)
			continue
		}
		given.isUser = given.isUser || slices.ContainsFunc(present, func(r model.UserRecord) bool {
			return r.Kind == record.Kind && r.UID == record.UID
		})
	}
	return given
}

// isHeldBy reports whether the user with some assignments is the person to whom the role was given.
func (b *requestedBinding) isHeldBy(assignments []*model.Assignment) bool {
	return b.isUser || slices.ContainsFunc(assignments, func(a *model.Assignment) bool { return b.assignments.has(a.UID) })
}
