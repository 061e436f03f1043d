// SPDX-License-Identifier: Apache-2.0

package status

import (
	"maps"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Bounds of what an assignment lists.
const (
	maxEffective            = 64
	maxScopePermissions     = 256
	maxEffectivePermissions = 512
	maxScopeRoles           = 64
	maxEffectiveRoles       = 512
	maxSources              = 32
	maxDimensions           = 16
	maxAlternatives         = 32
	// maxNames bounds each list of names, and maxName a name in characters.
	maxNames, maxName = 64, 1024
	// maxListBytes bounds the text of a whole list, well below what etcd accepts for an object: a list of many long
	// alternatives can keep every other bound.
	maxListBytes = 256 << 10
	// nameBytes is about what JSON adds to each name.
	nameBytes = 16
)

// observedScope returns a scope as a status shows it.
func observedScope(s *document.Scope) v1alpha1.ObservedScope {
	shown := v1alpha1.ObservedScope{
		Everywhere: isTrue(s.Everywhere), Units: observed(s.Units), UnitGroups: observed(s.UnitGroups),
	}
	shown.OmittedUnitCount = bounded.CountIfAny(len(s.Units) + len(s.UnitGroups) - len(shown.Units) - len(shown.UnitGroups))
	for _, name := range slices.Sorted(maps.Keys(s.Dimensions)) {
		if len(shown.Dimensions) == maxDimensions {
			break
		}
		covered := s.Dimensions[name]
		dimension := v1alpha1.ObservedDimension{Name: v1alpha1.Observed(name), All: isTrue(covered.All), Values: observed(covered.Values)}
		dimension.OmittedValueCount = bounded.CountIfAny(len(covered.Values) - len(dimension.Values))
		shown.Dimensions = append(shown.Dimensions, dimension)
	}
	return shown
}

// sources returns the first grants and overrides as a status shows them.
func sources(from []resolve.EffectiveSource) []v1alpha1.EffectiveSource {
	shown := make([]v1alpha1.EffectiveSource, 0, min(len(from), maxSources))
	for i := range from[:min(len(from), maxSources)] {
		source := v1alpha1.EffectiveSource{
			Kind: v1alpha1.Observed(from[i].Kind), Name: v1alpha1.Observed(from[i].Name),
			GrantName: v1alpha1.Observed(from[i].Grant), OverrideName: v1alpha1.Observed(from[i].Override),
		}
		if from[i].Role != "" {
			source.RoleRef = observedRole(from[i].Role)
		}
		shown = append(shown, source)
	}
	return shown
}

// observedRole returns the role of a document as a status refers to it.
func observedRole(key string) *v1alpha1.ObservedRole {
	kind, name, qualified := strings.Cut(key, "/")
	if !qualified {
		kind, name = model.KindRole, key
	}
	return &v1alpha1.ObservedRole{Kind: v1alpha1.Observed(kind), Name: v1alpha1.Observed(name)}
}

// alternatives returns the first alternatives under which a permission is held, none if one of them has no condition.
func alternatives(held []document.Alternative) []v1alpha1.PermissionAlternative {
	var shown []v1alpha1.PermissionAlternative
	for i := range held {
		if held[i].Unconditional() {
			return nil
		}
		if len(shown) < maxAlternatives {
			shown = append(shown, v1alpha1.PermissionAlternative{
				Qualifiers:           observed(held[i].Qualifiers),
				RequiredFeatures:     observed(held[i].RequiredFeatures),
				RequiredEntitlements: observed(held[i].RequiredEntitlements),
			})
		}
	}
	return shown
}

// observed returns the first names as a status shows them.
func observed(names []string) []v1alpha1.Observed {
	if len(names) == 0 {
		return nil
	}
	shown := make([]v1alpha1.Observed, 0, min(len(names), maxNames))
	for _, name := range names[:min(len(names), maxNames)] {
		shown = append(shown, v1alpha1.Observed(bounded.Text(name, maxName)))
	}
	return shown
}

func isTrue(value bool) *bool {
	if !value {
		return nil
	}
	return &value
}

func window(w document.Window) v1alpha1.Window {
	moment := func(t *time.Time) *metav1.Time {
		if t == nil {
			return nil
		}
		return &metav1.Time{Time: *t}
	}
	return v1alpha1.Window{StartTime: moment(w.StartTime), EndTime: moment(w.EndTime)}
}
