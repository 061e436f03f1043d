// SPDX-License-Identifier: Apache-2.0

package naive

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// evaluator is one question about one world.
type evaluator struct {
	world   *model.World
	request *permissions.Request
	now     time.Time
}

// Decide answers a request.
func Decide(world *model.World, request *permissions.Request, now time.Time) bool {
	if world.Organization == nil || world.Catalog == nil {
		return false
	}
	e := &evaluator{world: world, request: request, now: now}
	return e.subjectMayAct() && e.resourceExists() && !e.refusedToAll() && !e.revoked() && e.granted()
}

// subjectMayAct holds for a user of the organization of whom no assignment is suspended.
func (e *evaluator) subjectMayAct() bool {
	if e.request.Subject.Type != "user" {
		return false
	}
	found := false
	for _, assignment := range e.assignments() {
		found = true
		if assignment.Suspended {
			return false
		}
	}
	return found
}

// assignments of the subject.
func (e *evaluator) assignments() []model.Assignment {
	return e.assignmentsOf(e.request.Subject.ID)
}

func (e *evaluator) assignmentsOf(user string) []model.Assignment {
	var found []model.Assignment
	for _, assignment := range e.world.Assignments {
		if assignment.User == user {
			found = append(found, assignment)
		}
	}
	return found
}

// resourceExists holds when the permission, the unit and the value of every dimension are known.
func (e *evaluator) resourceExists() bool {
	if e.permission(e.request.Action.Name) == nil || e.unitOfRequest() == "" {
		return false
	}
	for _, dimension := range e.world.Catalog.Dimensions {
		value, given := e.request.Resource.Properties[dimension.Name]
		text, isText := value.(string)
		if given && (!isText || !slices.Contains(dimension.Values, text)) {
			return false
		}
	}
	return true
}

// refusedToAll holds when an invariant on the permission is true, cannot be evaluated or does not even compile.
func (e *evaluator) refusedToAll() bool {
	for _, invariant := range e.world.Catalog.Invariants {
		if !e.picks(invariant.Selector, e.request.Action.Name) {
			continue
		}
		if result, err := e.evaluate(invariant.Expression); result || err != nil {
			return true
		}
	}
	return false
}

// revoked holds when a live revoking override of the permission covers the request.
func (e *evaluator) revoked() bool {
	for _, assignment := range e.assignments() {
		for _, override := range assignment.Overrides {
			if override.Revoke && override.Permission == e.request.Action.Name && e.live(override.Window) && e.revocationCovers(override.Scope) {
				return true
			}
		}
	}
	return false
}

// granted holds when a live grant or a live granting override gives the permission here.
func (e *evaluator) granted() bool {
	for _, assignment := range e.assignments() {
		for _, grant := range assignment.Grants {
			if e.live(grant.Window) && e.grantCovers(grant.Scope) && e.roleGives(grant.Role, e.request.Action.Name, grant.Entitlements) {
				return true
			}
		}
		for _, override := range assignment.Overrides {
			if !override.Revoke && e.live(override.Window) && e.overrideGives(override) {
				return true
			}
		}
	}
	return false
}

// overrideGives holds when a granting override, all of whose names are known, gives the permission here: by name, or
// because what it names implies it.
func (e *evaluator) overrideGives(override model.Override) bool {
	named := e.permission(override.Permission)
	return named != nil && !named.Platform &&
		e.allKnown(override.Scope) && e.grantCovers(override.Scope) &&
		e.reaches(override.Permission, e.request.Action.Name, nil)
}

// live holds from the first moment of a window until just before its end.
func (e *evaluator) live(window model.Window) bool {
	begun := window.NotBefore.IsZero() || !e.now.Before(window.NotBefore)
	ended := !window.NotAfter.IsZero() && !e.now.Before(window.NotAfter)
	return begun && !ended
}
