// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
)

// assignmentSummary lists grants and overrides in one line, as they are written. The condition Ready says whether they take
// effect. Roles that requests give are listed as they are held.
func assignmentSummary(spec *v1alpha1.UserAssignmentSpec, requested []v1alpha1.RequestedRole) string {
	parts := append(grants(spec.Grants), requestedSummaries(requested)...)
	for i := range spec.Overrides {
		override := &spec.Overrides[i]
		if override.Effect == v1alpha1.EffectDeny {
			parts = append(parts, "not "+string(override.Permission)+" "+where(override.Scope, "everywhere")+during(override.Window))
			continue
		}
		parts = append(parts, string(override.Permission)+" "+where(override.Scope, "nowhere")+during(override.Window))
	}
	return summary(spec.State, parts)
}

// platformSummary lists the grants of a PlatformAssignment in one line.
func platformSummary(spec *v1alpha1.PlatformAssignmentSpec) string {
	parts := make([]string, 0, len(spec.Grants))
	for i := range spec.Grants {
		grant := &spec.Grants[i]
		parts = append(parts, grant.RoleRef.Name+" "+selected(grant.Organizations)+during(grant.Window))
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

// selected writes the selected organizations as kubectl takes a selector.
func selected(organizations *v1alpha1.OrganizationSelector) string {
	switch {
	case organizations == nil:
		return "in no organization"
	case organizations.All != nil && *organizations.All:
		return "in all organizations"
	case organizations.Selector == nil:
		return "in no organization"
	case len(organizations.Selector.MatchLabels) == 0 && len(organizations.Selector.MatchExpressions) == 0:
		return "in no organization"
	}
	return "where " + metav1.FormatLabelSelector(organizations.Selector)
}

// where writes the units and unit groups of a scope. Without any, it returns another text.
func where(scope *v1alpha1.Scope, without string) string {
	if scope == nil {
		return without
	}
	if written := places(scope.Everywhere, scope.Units, scope.UnitGroups); written != "" {
		return written
	}
	return without
}

// places writes units and unit groups, or that everything is covered; empty if nothing is.
func places[T ~string](everywhere *bool, units, groups []T) string {
	if everywhere != nil && *everywhere {
		return "everywhere"
	}
	var named []string
	for _, unit := range units {
		named = append(named, string(unit))
	}
	for _, group := range groups {
		named = append(named, "group "+string(group))
	}
	if len(named) == 0 {
		return ""
	}
	return "on " + strings.Join(named, ", ")
}

// during writes the bounds of a window, without the time of day where that is midnight.
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
	return bound(" from ", w.StartTime) + bound(" until ", w.EndTime)
}

// fit joins as many parts as fit into a summary, and says how many it leaves out.
func fit(start string, parts []string) string {
	text := start + strings.Join(parts, "; ")
	for kept := len(parts) - 1; kept > 0 && len(text) > maxSummary; kept-- {
		text = fmt.Sprintf("%s%s; and %d more", start, strings.Join(parts[:kept], "; "), len(parts)-kept)
	}
	return bounded.Text(text, maxSummary)
}
