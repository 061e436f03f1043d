// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// assignmentSummary names grants and overrides in one line, as they are written: whether they count is Ready's to say.
func assignmentSummary(spec *v1alpha1.UserAssignmentSpec) string {
	parts := grants(spec.Grants)
	for i := range spec.Overrides {
		override := &spec.Overrides[i]
		if override.Effect == v1alpha1.EffectRevoke {
			parts = append(parts, "not "+string(override.Permission)+" "+where(override.Scope, "everywhere")+during(override.Window))
			continue
		}
		parts = append(parts, string(override.Permission)+" "+where(override.Scope, "nowhere")+during(override.Window))
	}
	return summary(spec.State, parts)
}

// platformSummary names grants over organizations.
func platformSummary(spec *v1alpha1.PlatformAssignmentSpec) string {
	parts := make([]string, 0, len(spec.Grants))
	for i := range spec.Grants {
		grant := &spec.Grants[i]
		parts = append(parts, grant.RoleRef.Name+" "+picked(grant.Organizations)+during(grant.Window))
	}
	return summary(spec.State, parts)
}

func grants(written []v1alpha1.Grant) []string {
	parts := make([]string, 0, len(written))
	for i := range written {
		parts = append(parts, written[i].RoleRef.Name+" "+where(written[i].Scope, "nowhere")+during(written[i].Window))
	}
	return parts
}

func summary(state v1alpha1.UserState, parts []string) string {
	if len(parts) == 0 {
		parts = []string{"no grants"}
	}
	if state == v1alpha1.UserSuspended {
		return fit("suspended: ", parts)
	}
	return fit("", parts)
}

// picked names organizations as a selector is written for kubectl.
func picked(organizations *v1alpha1.OrganizationSelector) string {
	switch {
	case organizations == nil:
		return "in no organization"
	case organizations.All != nil && *organizations.All:
		return "in all organizations"
	case organizations.Selector == nil:
		return "in no organization"
	case len(organizations.Selector.MatchLabels) == 0 && len(organizations.Selector.MatchExpressions) == 0:
		return "in all organizations"
	}
	return "where " + metav1.FormatLabelSelector(organizations.Selector)
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

// during names the bounds of a window, by day where they are midnights.
func during(w v1alpha1.Window) string {
	bound := func(word string, t *metav1.Time) string {
		switch {
		case t == nil:
			return ""
		case t.UTC().Truncate(24 * time.Hour).Equal(t.Time):
			return word + t.UTC().Format(time.DateOnly)
		}
		return word + t.UTC().Format(time.RFC3339)
	}
	return bound(" from ", w.NotBefore) + bound(" until ", w.NotAfter)
}

// fit joins as many parts as a summary has room for, and says how many are left out.
func fit(start string, parts []string) string {
	text := start + strings.Join(parts, "; ")
	for kept := len(parts) - 1; kept > 0 && len(text) > maxSummary; kept-- {
		text = fmt.Sprintf("%s%s; and %d more", start, strings.Join(parts[:kept], "; "), len(parts)-kept)
	}
	return cut(text, maxSummary)
}
