// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// takesNothing are reasons by which nobody loses a right because the object that defines a name has not been seen yet: a word that no
// object defines, and a person whom the same kind names.
var takesNothing = []string{resolve.ReasonUnknownType, resolve.ReasonUnknownManager, resolve.ReasonUnknownUser}

// TestUnknown: of whatever a mistake makes unknown, it is known which objects would define it, and only once.
func TestUnknown(t *testing.T) {
	before := resolved(hospital())
	if refs := before.Unknown(nil); len(refs) > 0 {
		t.Errorf("where nothing is wrong, %v would define something", refs)
	}
	for _, m := range slices.Concat(ruleMistakes, catalogMistakes, placeMistakes, grantMistakes, profileMistakes) {
		world := hospital()
		m.spoil(world)
		resolution := resolved(world)
		isUnknown := func(f resolve.Finding) bool {
			return strings.HasPrefix(f.Reason, "Unknown") && !slices.Contains(takesNothing, f.Reason)
		}
		want := resolution.Document != nil && slices.ContainsFunc(resolution.Findings, isUnknown)
		for _, previous := range []*resolve.Resolution{nil, before} {
			if got := resolution.Unknown(previous); len(got) > 0 != want {
				t.Errorf("%s: %v would define what is unknown", m.name, got)
			}
		}
		if again := resolution.Unknown(resolved(world)); len(again) > 0 {
			t.Errorf("%s: %v would define what was unknown before", m.name, again)
		}
	}
}

// TestUnknownObjects names them.
func TestUnknownObjects(t *testing.T) {
	structures := model.Ref{Kind: model.KindStructure, Namespace: "health"}
	catalog := model.Ref{Kind: model.KindCatalog, Name: "care"}
	for name, test := range map[string]struct {
		spoil func(*model.World)
		want  []model.Ref
	}{
		"a role": {
			func(w *model.World) { w.Assignments[ann].Grants[0].Role = role("porter") },
			[]model.Ref{{Kind: model.KindRole, Namespace: "health", Name: "porter"}},
		},
		"a role of the platform": {
			func(w *model.World) { w.Assignments[ann].Grants[0].Role = shippedRef("porter") },
			[]model.Ref{{Kind: model.KindPlatformRole, Name: "porter"}},
		},
		"a role that is held over organizations": {
			func(w *model.World) {
				w.PlatformAssignments = []model.PlatformAssignment{overall("una", model.PlatformGrant{Name: "p", Role: "porter", Picks: true})}
			},
			[]model.Ref{{Kind: model.KindPlatformRole, Name: "porter"}},
		},
		"a role that is inherited": {
			func(w *model.World) { w.Roles[writer].Inherits[0].Role = role("porter") },
			[]model.Ref{{Kind: model.KindRole, Namespace: "health", Name: "porter"}},
		},
		"a unit": {func(w *model.World) { w.Assignments[ann].Grants[0].Scope = model.Scope{Units: []string{"annex"}} }, []model.Ref{structures}},
		"a group of units": {
			func(w *model.World) { w.Assignments[ann].Grants[0].Scope = model.Scope{Groups: []string{"annex"}} }, []model.Ref{structures},
		},
		"a permission, and a unit": {
			func(w *model.World) {
				w.Roles[head].Rules[0].Permissions = []string{"chart.burn"}
				w.Assignments[ann].HomeUnit = "annex"
			},
			[]model.Ref{structures, catalog},
		},
	} {
		world := hospital()
		test.spoil(world)
		if got := resolved(world).Unknown(nil); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v would define what is unknown, want %v", name, got, test.want)
		}
	}
}
