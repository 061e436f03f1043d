// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/advice"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/test/naive"
	"github.com/rolewright/rolewright/test/property"
)

// TestAdviceLeadsToAYes: anyone who follows a piece of advice in what is written or asked is allowed, as the naive evaluator decides:
// whatever constraints, plans and platform roles there are, with a judge and without one.
func TestAdviceLeadsToAYes(t *testing.T) {
	counts := map[string]int{}
	property.Check(t, func(t *rapid.T) {
		world := drawWorld(t)
		followAdvice(t, world, drawRequests(t, world, 4), counts)
		world = drawConstrained(t)
		world.Structures[0].Waivers = nil
		for i := range world.Structures[0].Constraints {
			world.Structures[0].Constraints[i].Enforce = true
		}
		followAdvice(t, world, drawRequests(t, world, 6), counts)
	}, func() string {
		for _, kind := range []string{"given", "judged", "roles", "constrained", "withheld", "qualifiers", "features", "entitlements"} {
			if counts[kind] == 0 {
				return fmt.Sprintf("no advice is %s: %v", kind, counts)
			}
		}
		return ""
	})
	t.Logf("%v", counts)
}

// TestEveryGrantIsTold: whatever is written for a user counts, or there is a finding that says why not.
func TestEveryGrantIsTold(t *testing.T) {
	told := 0
	property.Check(t, func(t *rapid.T) {
		for _, world := range []*model.World{drawWorld(t), drawConstrained(t)} {
			resolution := resolve.Organization(world)
			for user := range resolution.Document.Users {
				for _, grant := range resolution.GrantsWrittenFor(user) {
					if !grant.Counts && len(grant.Findings) == 0 {
						t.Fatalf("of %s nothing is told of grant %+v in\n%s", user, grant, written(world))
					}
					if !grant.Counts {
						told++
					}
				}
			}
		}
	}, func() string { return fewer(told, 1, "%d grants count for nothing", told) })
}

func followAdvice(t *rapid.T, world *model.World, requests []*access.Request, counts map[string]int) {
	index := resolved(t, world)
	for _, request := range requests {
		judge := advice.Judge(world, request, clock)
		counted := func(given *access.Advice) string {
			counts["constrained"]++
			whyNot := judge(given)
			if whyNot != "" {
				counts["withheld"]++
			}
			return whyNot
		}
		for kind, judge := range map[string]engine.Judge{"given": nil, "judged": counted} {
			explanation := index.ExplainJudged(request, judge)
			for i := range explanation.Advice {
				given := &explanation.Advice[i]
				counts[kind]++
				for taken, is := range map[string]bool{
					"roles": len(given.Roles) > 0, "qualifiers": len(given.Qualifiers)+len(given.Unevaluated) > 0,
					"features": len(given.Features) > 0, "entitlements": len(given.Entitlements) > 0,
				} {
					if is {
						counts[taken]++
					}
				}
				for followed := range advice.Follow(world, request, clock, given) {
					if !naive.Read(followed.World).Decide(followed.Request, followed.Now) {
						t.Fatalf("%s advice %q\nleads to a no at %s to\n%s\nin\n%s\nexplained before as\n%s\nand now as\n%s", kind, given, followed.Now,
							written(followed.Request), written(world), explanation, resolved(t, followed.World).Explain(followed.Request))
					}
				}
			}
		}
	}
}
