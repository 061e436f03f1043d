// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"fmt"
	"testing"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestEachLoopIsCounted: of whatever there is more, coverage counts all that is looked at. A loop that is not counted is work without
// a bound: a number here that falls is one, or looks at less.
func TestEachLoopIsCounted(t *testing.T) {
	const more = 40
	holder := func(scope document.Scope) document.User {
		return document.User{Grants: []document.Grant{{Role: "r", Scope: scope}}}
	}
	byRole := document.Approver{Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "r"}}
	byKind := document.Approver{Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "r", NearestUnitKind: "house"}}
	byPermission := document.Approver{Type: document.ApproverTypePermission, Permission: "p"}
	for name, c := range map[string]struct {
		step document.Step
		// distinct repeats the step, and lets no user decide both.
		distinct bool
		grow     func(doc *document.Document, i int)
		// steps are those that more of it cost.
		steps int
	}{
		"units on the way to the nearest of a kind": {document.Step{Approvers: []document.Approver{byKind}}, false, func(doc *document.Document, i int) {
			doc.Units[fmt.Sprintf("below-%02d", i)] = document.Unit{Parent: previous("below", i, "unit")}
			doc.Users[fmt.Sprintf("user-%02d", i)] = holder(document.Scope{Units: []string{fmt.Sprintf("below-%02d", i)}})
		}, 1860},
		"units above that of a request": {document.Step{Approvers: []document.Approver{byRole}}, false, func(doc *document.Document, i int) {
			doc.Units[fmt.Sprintf("below-%02d", i)] = document.Unit{Parent: previous("below", i, "unit")}
			doc.Users[fmt.Sprintf("user-%02d", i)] = holder(document.Scope{Units: []string{fmt.Sprintf("below-%02d", i)}})
		}, 2980},
		"grants of a holder": {document.Step{Approvers: []document.Approver{byRole}}, false, func(doc *document.Document, _ int) {
			ann := doc.Users["ann"]
			ann.Grants = append(ann.Grants, document.Grant{Role: "other", Scope: document.Scope{Everywhere: true}})
			doc.Users["ann"] = ann
		}, 40},
		"grants of a holder of a permission": {document.Step{Approvers: []document.Approver{byPermission}}, false, func(doc *document.Document, _ int) {
			ann := doc.Users["ann"]
			ann.Grants = append(ann.Grants, document.Grant{Role: "other", Scope: document.Scope{Everywhere: true}})
			doc.Users["ann"] = ann
		}, 80},
		"overrides of a holder of a permission": {document.Step{Approvers: []document.Approver{byPermission}}, false, func(doc *document.Document, _ int) {
			ann := doc.Users["ann"]
			ann.Overrides = append(ann.Overrides, document.Override{Permission: "q", Scope: document.Scope{Everywhere: true}})
			doc.Users["ann"] = ann
		}, 80},
		"members of a group": {
			document.Step{Approvers: []document.Approver{{Type: document.ApproverTypeGroup, Group: "group"}}}, false, func(doc *document.Document, i int) {
				id := fmt.Sprintf("user-%02d", i)
				doc.Users[id] = document.User{}
				doc.Groups["group"] = document.Group{Members: append(doc.Groups["group"].Members, id)}
			}, 48,
		},
		"users who are named": {
			document.Step{Approvers: []document.Approver{{Type: document.ApproverTypeUsers}}}, false, func(doc *document.Document, i int) {
				id := fmt.Sprintf("user-%02d", i)
				doc.Users[id] = document.User{}
				step := &doc.Chains["chain"].Steps[0]
				step.Approvers[0].Users = append(step.Approvers[0].Users, id)
			}, 48,
		},
		"gaps": {document.Step{Approvers: []document.Approver{byRole}, RequiredApprovals: 2, ApprovalMode: document.ApprovalCount}, false, func(doc *document.Document, i int) {
			doc.Units[fmt.Sprintf("beside-%02d", i)] = document.Unit{Parent: "unit"}
		}, 680},
		"gaps between steps": {document.Step{Approvers: []document.Approver{byRole}, ApprovalMode: document.ApprovalCount}, true, func(doc *document.Document, i int) {
			doc.Units[fmt.Sprintf("beside-%02d", i)] = document.Unit{Parent: "unit"}
		}, 2040},
		"each user decides one step": {
			document.Step{Approvers: []document.Approver{byRole}, ApprovalMode: document.ApprovalAll}, true, func(doc *document.Document, i int) {
				doc.Users[fmt.Sprintf("user-%02d", i)] = holder(document.Scope{Everywhere: true})
			}, 4000,
		},
	} {
		t.Run(name, func(t *testing.T) {
			steps := func(count int) int {
				doc := &document.Document{
					Schema: document.Schema, Organization: "o", Catalog: "c",
					Permissions: map[string]document.Permission{"p": {}, "q": {}}, Groups: map[string]document.Group{},
					Units: map[string]document.Unit{"root": {Kind: "house"}, "unit": {Parent: "root"}},
					Roles: map[string]document.Role{"r": {Permissions: map[string][]document.Alternative{"p": {{}}}}, "other": {}},
					Users: map[string]document.User{"ann": holder(document.Scope{Everywhere: true})},
				}
				chain := document.Chain{Steps: []document.Step{c.step}}
				chain.Steps[0].Name = "first"
				chain.Steps[0].Approvers = append([]document.Approver{}, c.step.Approvers...)
				if c.distinct {
					chain.DistinctApprovers = "AcrossSteps"
					chain.Steps = append(chain.Steps, c.step)
				}
				doc.Chains = map[string]document.Chain{"chain": chain}
				for i := range count {
					c.grow(doc, i)
				}
				x, err := compiled.New(doc)
				if err != nil {
					t.Fatal(err)
				}
				chain = doc.Chains["chain"]
				w := &work{left: coverageBudget}
				for i, covered := range cover(x, &chain, w) {
					if covered.Unknown {
						t.Fatalf("step %d is given up", i)
					}
				}
				return coverageBudget - w.left
			}
			few, many := steps(1), steps(1+more)
			if many-few != c.steps {
				t.Errorf("%d more cost %d steps instead of %d", more, many-few, c.steps)
			}
		})
	}
}

// previous names the one before, the first one's being another.
func previous(name string, i int, first string) string {
	if i == 0 {
		return first
	}
	return fmt.Sprintf("%s-%02d", name, i-1)
}
