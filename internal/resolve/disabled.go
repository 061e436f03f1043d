// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// disabling is why a role counts for nothing, and what to do.
type disabling struct {
	reason, why, remedy string
}

// checkScope disables a PlatformRole that is assignable to nothing that is known.
func (r *role) checkScope(found *findings) {
	if r.spec.UnknownScope == "" {
		return
	}
	const remedy = "set its assignableScope to Organization or Platform"
	r.disabled = &disabling{ReasonUnknownType, fmt.Sprintf("it cannot be assigned to %q", r.spec.UnknownScope), remedy}
	found.reject(r.spec.Ref, "spec.assignableScope", ReasonUnknownType,
		"a role cannot be assigned to %q, so it counts for nothing: set it to Organization or Platform", r.spec.UnknownScope)
}

// disableNewest disables the newest custom roles beyond the plan's limit.
func disableNewest(roles map[model.RoleRef]*role, custom []model.Role, maxRoles int, found *findings) {
	if maxRoles < 0 || len(custom) <= maxRoles {
		return
	}
	oldest := make([]*model.Role, 0, len(custom))
	for i := range custom {
		oldest = append(oldest, &custom[i])
	}
	slices.SortFunc(oldest, func(a, b *model.Role) int { return a.Older(b.Object) })
	why := fmt.Sprintf("the plan allows %d custom roles and it is one of the newest beyond them", maxRoles)
	for _, over := range oldest[maxRoles:] {
		ref := model.RoleRef{Kind: over.Kind, Name: over.Name}
		roles[ref].disabled = &disabling{ReasonPlanLimitExceeded, why, "delete a role, or take a larger plan"}
		found.reject(over.Ref, "", ReasonPlanLimitExceeded,
			"the plan allows %d custom roles and this is one of the newest beyond them, so it counts for nothing: delete one, or take a larger plan",
			maxRoles)
	}
}

// reportDisabled finds that a field names a role which counts for nothing, with what follows from that.
func (r *role) reportDisabled(found *findings, object model.Ref, field, effect string) {
	if d := r.disabled; d != nil {
		found.reject(object, field, d.reason,
			"%s %q counts for nothing, because %s, so %s: %s", r.spec.Kind, r.spec.Name, d.why, effect, d.remedy)
	}
}
