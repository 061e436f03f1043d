// SPDX-License-Identifier: Apache-2.0

package naive

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Reader answers requests about one world.
type Reader struct {
	world *model.World
	// kept are the bindings that no constraint withholds.
	kept []binding
}

// evaluator is one question about one world.
type evaluator struct {
	*Reader
	request *access.Request
	now     time.Time
}

// Read finds out which grants of a world constraints leave, which no request changes.
func Read(world *model.World) *Reader {
	r := &Reader{world: world}
	if world.Organization != nil && world.Catalog != nil {
		r.kept = r.withhold(r.bindings())
	}
	return r
}

// Decide answers a request.
func (r *Reader) Decide(request *access.Request, now time.Time) bool {
	if r.world.Organization == nil || r.world.Catalog == nil {
		return false
	}
	e := &evaluator{Reader: r, request: request, now: now}
	return e.subjectMayAct() && e.resourceExists() && !e.refusedToAll() && !e.denied() && e.granted()
}

// subjectMayAct holds for a user of the organization without a suspended assignment.
func (e *evaluator) subjectMayAct() bool {
	return e.calls(e.request.Subject.Type) && e.isUser(e.request.Subject.ID) && !e.suspended(e.request.Subject.ID)
}

// calls holds for the words by which the catalog calls users.
func (r *Reader) calls(word string) bool {
	if len(r.world.Catalog.SubjectTypes) == 0 {
		return word == "user"
	}
	return slices.Contains(r.world.Catalog.SubjectTypes, word)
}

// word is how users are called where no request says it.
func (r *Reader) word() string {
	if len(r.world.Catalog.SubjectTypes) == 0 {
		return "user"
	}
	return r.world.Catalog.SubjectTypes[0]
}

// isUser holds for whom the organization has an assignment, who is a member of a group, and for whom a platform grant
// reaches the organization.
func (r *Reader) isUser(id string) bool {
	if len(r.assignmentsOf(id)) > 0 {
		return true
	}
	for _, group := range r.world.Groups {
		if slices.Contains(group.Members, id) {
			return true
		}
	}
	for _, assignment := range r.world.PlatformAssignments {
		if assignment.User == id && slices.ContainsFunc(assignment.Grants, r.reachesHere) {
			return true
		}
	}
	return false
}

// suspended holds for whom any assignment is, of the organization or of the platform.
func (r *Reader) suspended(id string) bool {
	for _, assignment := range r.assignmentsOf(id) {
		if assignment.Suspended {
			return true
		}
	}
	for _, assignment := range r.world.PlatformAssignments {
		if assignment.User == id && assignment.Suspended {
			return true
		}
	}
	return false
}

// assignments of the subject.
func (e *evaluator) assignments() []model.Assignment {
	return e.assignmentsOf(e.request.Subject.ID)
}

func (r *Reader) assignmentsOf(user string) []model.Assignment {
	var found []model.Assignment
	for _, assignment := range r.world.Assignments {
		if assignment.User == user {
			found = append(found, assignment)
		}
	}
	return found
}

// resourceExists holds when the permission, the unit and the value of every dimension are known.
func (e *evaluator) resourceExists() bool {
	permission := e.permission(e.request.Action.Name)
	if permission == nil || e.unitOfRequest() == "" {
		return false
	}
	if len(permission.ResourceTypes) > 0 && !slices.Contains(permission.ResourceTypes, e.request.Resource.Type) {
		return false
	}
	for _, dimension := range e.world.Catalog.Dimensions {
		if _, unknown := e.knownOfResource(); slices.Contains(unknown, dimension.Name) {
			return false
		}
		value, given := e.resourceProperties()[dimension.Name]
		text, isText := value.(string)
		if given && (!isText || !slices.Contains(dimension.Values, text)) {
			return false
		}
	}
	return true
}

// refusedToAll holds when a prohibition on the permission is true, cannot be evaluated or does not even compile.
func (e *evaluator) refusedToAll() bool {
	for _, prohibition := range e.world.Catalog.Prohibitions {
		if !e.picks(prohibition.Selector, e.request.Action.Name) {
			continue
		}
		if result, err := e.evaluate(prohibition.Expression); result || err != nil {
			return true
		}
	}
	return false
}

// denied holds when a live denying override of the permission covers the request.
func (e *evaluator) denied() bool {
	for _, assignment := range e.assignments() {
		for _, override := range assignment.Overrides {
			if override.Deny && override.Permission == e.request.Action.Name && live(override.Window, e.now) && e.denialCovers(override.Scope) {
				return true
			}
		}
	}
	return false
}

// granted holds when a live grant or a live allowing override, which no constraint withholds, gives the permission here.
func (e *evaluator) granted() bool {
	for _, s := range e.kept {
		if s.user == e.request.Subject.ID && live(s.window, e.now) && e.grantCovers(s.scope) && e.bindingGives(s) {
			return true
		}
	}
	return false
}

// bindingGives holds when a binding gives the permission of the request on some condition that is met.
func (e *evaluator) bindingGives(s binding) bool {
	if s.permission != "" {
		return e.reaches(s.permission, e.request.Action.Name, nil)
	}
	return e.roleGives(s.role, e.request.Action.Name, s.entitlements, e.qualified)
}

// live holds from the first moment of a window until just before its end.
func live(window model.Window, now time.Time) bool {
	begun := window.StartTime.IsZero() || !now.Before(window.StartTime)
	ended := !window.EndTime.IsZero() && !now.Before(window.EndTime)
	return begun && !ended
}
