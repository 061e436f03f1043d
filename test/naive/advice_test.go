// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/advice"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
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

// TestEveryGrantIsTold: whatever is written for a user counts, or an explanation says why not, once the document was read back too.
func TestEveryGrantIsTold(t *testing.T) {
	told, kinds := 0, map[string]int{}
	property.Check(t, func(t *rapid.T) {
		for _, world := range []*model.World{drawWorld(t), drawConstrained(t)} {
			doc := resolve.Organization(world).Document
			read, err := document.Parse(encoded(t, doc))
			if err != nil {
				t.Fatal(err)
			}
			index := indexed(t, read)
			for id := range doc.Users {
				user := doc.Users[id]
				counts := map[string]bool{}
				for grant := range doc.GrantsOf(&user) {
					counts[grant.Source] = true
				}
				for _, override := range user.Overrides {
					counts[override.Source] = true
				}
				rejected := rejectedSources(t, index, id)
				for _, source := range sourcesOf(world, id) {
					if counts[source] == rejected[source] && !isUnusable(world, source) {
						t.Fatalf("%s of %s counts: %v, and is explained as counting for nothing: %v, in\n%s", source, id, counts[source], rejected[source], written(world))
					}
					if rejected[source] {
						told++
						kind, _, _ := strings.Cut(source, "/")
						_, list, _ := strings.Cut(source, " ")
						list, _, _ = strings.Cut(list, "[")
						kinds[kind+" "+list]++
					}
				}
			}
		}
	}, func() string {
		return fewer(min(kinds["UserAssignment grants"], kinds["UserAssignment overrides"], kinds["UserGroup grants"], kinds["Organization defaultGrants"],
			kinds["PlatformAssignment grants"]), 1, "of %d that count for nothing, %v", told, kinds)
	})
}

// isUnusable reports whether a source is an override that gives a permission which nobody can hold, because it requires a feature
// that does not exist: that is found about the catalog.
func isUnusable(world *model.World, source string) bool {
	for i := range world.Assignments {
		for _, override := range world.Assignments[i].Overrides {
			if override.Deny || source != fmt.Sprintf("UserAssignment/%s overrides[%s]", world.Assignments[i].Name, override.Name) {
				continue
			}
			for _, permission := range world.Catalog.Permissions {
				if permission.Name == override.Permission {
					return slices.ContainsFunc(permission.RequiredFeatures, func(f string) bool { return !slices.Contains(world.Catalog.Features, f) })
				}
			}
		}
	}
	return false
}

// rejectedSources are what an explanation says counts for nothing, each with a finding.
func rejectedSources(t *rapid.T, index *engine.Index, user string) map[string]bool {
	request := &access.Request{Subject: access.Subject{Type: access.SubjectTypeUser, ID: user}, Action: access.Action{Name: "p1"}}
	rejected, explanation := map[string]bool{}, index.Explain(request)
	add := func(source string, is bool, findings []access.GrantFinding) {
		rejected[source] = rejected[source] || is
		if is && len(findings) == 0 {
			t.Fatalf("of %s of %s nothing is told:\n%s", source, user, explanation)
		}
	}
	for _, grant := range explanation.Grants {
		add(grant.Source, grant.Rejected, grant.Findings)
	}
	for _, override := range explanation.Overrides {
		add(override.Source, override.Rejected, override.Findings)
	}
	return rejected
}

// sourcesOf are all places where something is written that is meant to give a user something in the organization, or to take it.
func sourcesOf(world *model.World, user string) []string {
	var sources []string
	add := func(object model.Ref, list string, names ...string) {
		for _, name := range names {
			sources = append(sources, fmt.Sprintf("%s %s[%s]", object, list, name))
		}
	}
	for _, a := range world.Assignments {
		for i := range a.Grants {
			if a.User == user {
				add(a.Ref, "grants", a.Grants[i].Name)
			}
		}
		for i := range a.Overrides {
			if a.User == user {
				add(a.Ref, "overrides", a.Overrides[i].Name)
			}
		}
	}
	for _, group := range world.Groups {
		for i := range group.Grants {
			if slices.Contains(group.Members, user) {
				add(group.Ref, "grants", group.Grants[i].Name)
			}
		}
	}
	for i := range world.Organization.DefaultGrants {
		add(world.Organization.Ref, "defaultGrants", world.Organization.DefaultGrants[i].Name)
	}
	for _, a := range world.PlatformAssignments {
		for _, grant := range a.Grants {
			if a.User == user && (grant.Picks || grant.Unselected) {
				add(a.Ref, "grants", grant.Name)
			}
		}
	}
	return sources
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
