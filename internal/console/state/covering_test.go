// SPDX-License-Identifier: Apache-2.0

package state

import (
	"slices"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
)

// TestCovering: of every unit of the samples, the grants that cover it are those that a look at each of them finds, each once.
func TestCovering(t *testing.T) {
	input, err := validation.Load(&manifests.Reader{Namespace: "default"}, "../../../config/samples")
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(input, "1", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	found, above := 0, 0
	for _, o := range s.Organizations {
		for unit := range o.Document.Units {
			got := map[Holding]string{}
			for by, holding := range o.Covering(unit) {
				if _, twice := got[holding]; twice {
					t.Errorf("%s: %+v covers it twice", unit, holding)
				}
				got[holding] = by
			}
			line := o.Tree().Line(unit)
			slices.Reverse(line)
			want := 0
			for role := range o.Document.Roles {
				for _, holding := range o.Holders(role) {
					by := ""
					for _, name := range line {
						scope := &holding.Grant.Scope
						named := slices.Contains(scope.Units, name) || slices.ContainsFunc(scope.UnitGroups, func(group string) bool {
							return slices.Contains(o.Document.UnitGroups[group], name)
						})
						if named && by == "" && !scope.Everywhere || scope.Everywhere && name == o.Tree().Root {
							by = name
						}
					}
					if by != "" {
						want++
						if got[holding] != by {
							t.Errorf("%s: %+v covers it by %q, want %q", unit, holding, got[holding], by)
						}
					}
					if by != "" && by != unit {
						above++
					}
				}
			}
			if len(got) != want {
				t.Errorf("%s: %d grants cover it, want %d", unit, len(got), want)
			}
			found += want
		}
	}
	if found < 50 || above < 20 {
		t.Errorf("%d grants cover a unit, %d of them from above: the samples say too little", found, above)
	}
}
