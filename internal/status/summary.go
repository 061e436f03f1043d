// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// summary names grants and overrides in one line, as they are written: whether they count is Ready's to say.
func summary(spec *v1alpha1.UserAssignmentSpec) string {
	parts := make([]string, 0, len(spec.Grants)+len(spec.Overrides))
	for i := range spec.Grants {
		grant := &spec.Grants[i]
		parts = append(parts, grant.RoleRef.Name+" "+where(grant.Scope, "nowhere"))
	}
	for i := range spec.Overrides {
		override := &spec.Overrides[i]
		if override.Effect == v1alpha1.EffectRevoke {
			parts = append(parts, "not "+string(override.Permission)+" "+where(override.Scope, "everywhere"))
			continue
		}
		parts = append(parts, string(override.Permission)+" "+where(override.Scope, "nowhere"))
	}
	if len(parts) == 0 {
		parts = []string{"no grants"}
	}
	if spec.State == v1alpha1.UserSuspended {
		return fit("suspended: ", parts)
	}
	return fit("", parts)
}

// where names the units and groups of a scope.
func where(scope *v1alpha1.Scope, without string) string {
	if scope == nil {
		return without
	}
	if scope.Everywhere != nil && *scope.Everywhere {
		return "everywhere"
	}
	var places []string
	for _, unit := range scope.Units {
		places = append(places, string(unit))
	}
	for _, group := range scope.UnitGroups {
		places = append(places, "group "+string(group))
	}
	if len(places) == 0 {
		return without
	}
	return "on " + strings.Join(places, ", ")
}

// fit joins as many parts as a summary has room for, and says how many are left out.
func fit(start string, parts []string) string {
	text := start + strings.Join(parts, "; ")
	for kept := len(parts) - 1; kept > 0 && len(text) > maxSummary; kept-- {
		text = fmt.Sprintf("%s%s; and %d more", start, strings.Join(parts[:kept], "; "), len(parts)-kept)
	}
	return cut(text, maxSummary)
}
