// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"cmp"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/decide"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// MissingRoles returns the roles of which a new grant would turn a no into a yes with nothing else changed, those that hold the fewest
// permissions first, and the smallest scope of such a grant. There are none if something refuses the permission in whatever way it is held.
// A role that a constraint is about is left out: whether the constraint would withhold it is known only where the organization is resolved.
func MissingRoles(x *compiled.Index, r *access.Request) ([]string, document.Scope) {
	e := &explainer{decision: decide.Decision{Index: x, Request: r}, results: map[uint32]access.ConditionResult{}}
	if e.identify() != nil {
		return nil, document.Scope{}
	}
	s, possible := e.newState("", nil, e.decision.Moment())
	if !possible || s.refusal() != "" {
		return nil, document.Scope{}
	}
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(x.Roles)) {
		role := x.Roles[name]
		if alternatives := role.Permissions[r.Action.Name]; len(alternatives) == 0 || role.Platform || len(role.ConstrainedBy) > 0 {
			continue
		} else if least := e.leastOf(alternatives); least != nil && size(least) == 0 {
			missing = append(missing, name)
		}
	}
	slices.SortStableFunc(missing, func(a, b string) int {
		return cmp.Compare(len(x.Roles[a].Permissions), len(x.Roles[b].Permissions))
	})
	return missing, e.neededScope()
}

// ContextMembers returns the members of the context on which decisions may depend, sorted. The second result is true if that may be all,
// because a condition reads the context as a whole.
func ContextMembers(x *compiled.Index) (members []string, all bool) {
	read := map[string]struct{}{}
	for i := range x.Conditions {
		if x.Conditions[i].Program == nil {
			continue
		}
		for _, path := range x.Conditions[i].Program.Paths() {
			switch {
			case path[0] != "context":
			case len(path) == 1:
				return nil, true
			default:
				read[path[1]] = struct{}{}
			}
		}
	}
	return slices.Sorted(maps.Keys(read)), false
}
