// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"testing"

	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/bench"
)

// BenchmarkMayAssign measures whether a user may give a role to another one, beside the look-ups of one decision, and the roles
// that may be given and a page of those who may give one. Every third role has an administration rule.
func BenchmarkMayAssign(b *testing.B) {
	for _, users := range sizes {
		world := bench.World(users)
		doc := administered(resolve.Organization(world).Document)
		index := mustIndex(b, doc)
		floor := bench.NewFloor(world, doc)
		questions := bench.Questions(world, doc, questionCount, false)
		names := bench.Names(questions)
		asked := make([]access.AssignmentRequest, len(questions))
		for i := range questions {
			asked[i] = access.AssignmentRequest{
				Actor: questions[i].Subject.ID, User: world.Assignments[(i*7)%users].User, Role: fmt.Sprintf("role-%02d", i%50),
				Resource: questions[i].Resource.Properties,
			}
		}
		b.Run(fmt.Sprintf("check/users=%d", users), func(b *testing.B) {
			ask := func(i int) { sink = index.MayAssign(&asked[i]) }
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				ask(i % len(asked))
			}
			b.StopTimer()
			b.ReportMetric(ratio(len(asked), ask, func(i int) { sink = floor.Check(names[i][0], names[i][1], names[i][2]) }), "x-floor")
		})
		for name, search := range map[string]func(*access.AssignmentRequest) int{
			"roles": func(r *access.AssignmentRequest) int { return count(index.AssignableRoles(r, "")) },
			"who": func(r *access.AssignmentRequest) int {
				found := 0
				for range index.WhoMayAssign(r, "") {
					found++
					if found == pageSize {
						break
					}
				}
				return found
			},
		} {
			b.Run(fmt.Sprintf("%s/users=%d", name, users), func(b *testing.B) {
				b.ReportAllocs()
				found := 0
				for i := range b.N {
					found += search(&asked[i%len(asked)])
				}
				b.ReportMetric(float64(found)/float64(b.N), "found")
			})
		}
	}
}

// administered gives every third role a rule about what ranks no higher.
func administered(doc *document.Document) *document.Document {
	for i := 0; i < 50; i += 3 {
		name := fmt.Sprintf("role-%02d", i)
		role := doc.Roles[name]
		role.AdministrationRules = []document.AdministrationRule{{
			Name: "team", UserActions: []string{document.ActionGiveRoles}, Roles: &document.RoleSelection{From: document.RolesOwnRank},
		}}
		doc.Roles[name] = role
	}
	return doc
}
