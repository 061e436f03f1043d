// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"errors"
	"fmt"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/approvals"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// library is an organization in which a head of branch approves leave. The hill has none, and the harbour one.
func library() *permissions.Index {
	index, err := permissions.NewIndex(&document.Document{
		Schema: document.Schema, Organization: "library", Catalog: "library",
		Units: map[string]document.Unit{"town": {}, "harbour": {Parent: "town"}, "hill": {Parent: "town"}},
		Roles: map[string]document.Role{"head": {}},
		Users: map[string]document.User{
			"lena": {Grants: []document.Grant{{Role: "head", Scope: document.Scope{Units: []string{"harbour"}}}}},
			"rosa": {}, "karl": {},
		},
		Chains: map[string]document.Chain{"leave": {RequestType: "leave", Steps: []document.Step{{
			Name: "head", RequiredApprovals: 1, RequiredDenials: 1,
			Approvers: []document.Approver{{Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "head"}}},
		}}}},
	})
	if err != nil {
		panic(err)
	}
	return index
}

// An application asks which chain governs a request, and who may decide each of its steps.
func Example() {
	index := library()
	input := &approvals.Input{RequestType: "leave", Requester: "rosa", Unit: "harbour", Attributes: map[string]any{"days": 3}}
	name, err := approvals.SelectChain(index, input)
	if err != nil {
		fmt.Println(err)
		return
	}
	chain, _ := approvals.Chain(index, name)
	plan, err := approvals.MakePlan(index, &chain, input)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range plan.Steps {
		fmt.Println(name, step.Name, step.Disposition, step.Approvers)
	}
	// Output:
	// leave head Asked [lena]
}

// The error says what is missing, which may come yet.
func ExampleSelectChain() {
	index := library()
	for _, input := range []*approvals.Input{{RequestType: "purchase", Requester: "rosa"}, {RequestType: "leave", Requester: "zoe"}} {
		_, err := approvals.SelectChain(index, input)
		missing, may := errors.AsType[*approvals.MissingError](err)
		fmt.Println(may, missing.What, err)
	}
	// Output:
	// true chain no chain governs requests of type "purchase"
	// true requester the requester "zoe" is not a user of the organization
}

// Nobody decides on a request of their own: the plan then names no approver.
func ExampleMakePlan() {
	index := library()
	chain, _ := approvals.Chain(index, "leave")
	plan, err := approvals.MakePlan(index, &chain, &approvals.Input{RequestType: "leave", Requester: "lena", Unit: "harbour"})
	if err != nil {
		fmt.Println(err)
		return
	}
	step := plan.Steps[0]
	fmt.Println(step.Disposition == access.DispositionAsked, len(step.Approvers))
	// Output:
	// true 0
}

// Cover finds the units in which a request would wait for ever, or only one user could decide.
func ExampleCover() {
	index := library()
	chain, known := approvals.Chain(index, "leave")
	fmt.Println(known)
	for _, coverage := range approvals.Cover(index, &chain) {
		fmt.Println(coverage.Step, "no approver:", coverage.Uncovered, "one:", coverage.Single)
	}
	// Output:
	// true
	// head no approver: [town hill] one: [harbour (lena)]
}
