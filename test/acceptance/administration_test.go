// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/change/authority"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
)

// TestAdministration asks who may make each change that the systems prescribe.
func TestAdministration(t *testing.T) {
	for _, s := range systems {
		t.Run(s.name, func(t *testing.T) {
			objects, err := s.objects()
			if err != nil {
				t.Fatal(err)
			}
			was := state(t, &objects)
			for i, line := range s.prescribedAdministration(t) {
				next := s.changed(t, &objects, line.Change)
				verdict, err := authority.Judge(line.Actor, was, state(t, &next), clock())
				if err != nil {
					t.Fatalf("%d: %s: %v", i+1, line.Fact, err)
				}
				if len(verdict.Acts) == 0 {
					t.Errorf("%d: %s: nothing is judged", i+1, line.Fact)
				}
				if verdict.Allowed() != line.Expected {
					t.Errorf("%d: %s: allowed is %t\n%s", i+1, line.Fact, verdict.Allowed(), told(verdict))
				}
			}
		})
	}
}

// state resolves the one organization of some objects.
func state(t *testing.T, objects *intake.Objects) *authority.State {
	t.Helper()
	for key, members := range intake.ByOrganization(objects) {
		world := intake.World(key.Namespace, key.Name, members)
		return &authority.State{Members: members, Resolution: resolve.Organization(&world)}
	}
	t.Fatal("there is no organization")
	return nil
}

func told(verdict *authority.Verdict) string {
	var text strings.Builder
	for i := range verdict.Acts {
		fmt.Fprintf(&text, "  %t %s\n", verdict.Acts[i].Allowed, &verdict.Acts[i])
	}
	return text.String()
}
