// SPDX-License-Identifier: Apache-2.0

package worstcases

import (
	"fmt"
	"strings"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Question is what takes as much work as it can of an index.
type Question struct {
	Name    string
	Members func() *intake.Members
	// Ask asks it, and returns what is wrong with the answer; empty if nothing is.
	Ask func(x *engine.Index) string
	// Allocations bounds those that answering may make: what explodes allocates.
	Allocations uint64
}

// Questions returns the questions.
func Questions() []Question {
	return []Question{
		{Name: "coverage of units in a line", Members: coveredLine, Ask: askCoverage, Allocations: 2_000_000},
		{Name: "coverage of many chains", Members: coveredChains, Ask: askCoverage, Allocations: 2_000_000},
		{Name: "coverage by administrators", Members: coveredByAdministrators, Ask: askCoverage, Allocations: 2_000_000},
		{Name: "a decision of the largest user", Members: largestUser, Ask: askLargest, Allocations: 100_000},
		{Name: "who can, on conditions", Members: holdersOnConditions, Ask: askWhoCan, Allocations: 2_000_000},
		{Name: "chains of dear conditions", Members: dearChains, Ask: askChain, Allocations: 2_000_000},
	}
}

// coveredLine has a line of units, at each of which one more user may decide, and chains that ask for them, for each combination of
// values of dimensions.
func coveredLine() *intake.Members {
	o := begin(1)
	o.units(inLine)
	spec := &o.members.Catalog.Spec
	for d := range 3 {
		spec.Dimensions = append(spec.Dimensions, v1alpha1.Dimension{Name: v1alpha1.DimensionName(fmt.Sprintf("d%d", d)), Values: []v1alpha1.DimensionValue{"a", "b", "c", "d"}})
	}
	o.role(0)
	o.role(1)
	for i := range unitsOfOrganization {
		a := o.assignment(fmt.Sprintf("a%04d", i), fmt.Sprintf("u%04d", i), 0)
		a.Spec.Grants[0].Scope = &v1alpha1.Scope{Units: []v1alpha1.Name{unitName(i)}}
		for d := range spec.Dimensions {
			a.Spec.Grants[0].Scope.Dimensions = append(a.Spec.Grants[0].Scope.Dimensions, v1alpha1.DimensionScope{Name: spec.Dimensions[d].Name, All: new(true)})
		}
	}
	o.asking(1)
	return &o.members
}

// coveredChains has as many chains as units.
func coveredChains() *intake.Members {
	o := begin(1)
	o.units(inLine)
	o.role(0)
	for i := range unitsOfOrganization {
		o.assignment(fmt.Sprintf("a%04d", i), fmt.Sprintf("u%04d", i), 0).Spec.Grants[0].Scope = &v1alpha1.Scope{Units: []v1alpha1.Name{unitName(i)}}
	}
	o.asking(1000)
	return &o.members
}

// coveredByAdministrators has a line of units, at each of which one more user may give each of many roles, by a rule of its own.
func coveredByAdministrators() *intake.Members {
	o := begin(1)
	o.units(inLine)
	for i := range roles {
		role := o.role(i)
		role.Spec.AdministrationRules = []v1alpha1.AdministrationRule{{
			Name: "one", UserActions: []v1alpha1.UserAction{"GiveRoles"},
			Roles: &v1alpha1.AdministeredRoles{From: "Listed", RoleRefs: []v1alpha1.RoleReference{reference((i + 1) % roles)}},
		}}
	}
	for i := range unitsOfOrganization {
		o.assignment(fmt.Sprintf("a%04d", i), fmt.Sprintf("u%04d", i), i%roles).Spec.Grants[0].Scope = &v1alpha1.Scope{Units: []v1alpha1.Name{unitName(i)}}
	}
	chain := o.chain(0, "type-0000")
	chain.Spec.GrantPolicy = &v1alpha1.GrantPolicy{
		Roles: v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll}, Beneficiaries: []v1alpha1.GrantBeneficiary{"Members"},
	}
	for s := range stepsOfChain {
		chain.Spec.Steps = append(chain.Spec.Steps, step(s, v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeAdministrator}))
	}
	return &o.members
}

// asking adds chains of steps that ask holders of the first role, of which each needs many.
func (o *organization) asking(chains int) {
	for i := range chains {
		chain := o.chain(i, v1alpha1.Name(fmt.Sprintf("type-%04d", i)))
		for s := range stepsOfChain {
			next := step(s, v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeRole, Role: &v1alpha1.RoleApprovers{RoleRef: reference(0)}})
			next.RequiredApprovals = 8
			chain.Spec.Steps = append(chain.Spec.Steps, next)
		}
	}
}

// askCoverage wants to hear that it takes too much work.
func askCoverage(x *engine.Index) string {
	chain, _ := x.Chain("chain-0000")
	for _, step := range x.Coverage(&chain) {
		if !step.Unknown || len(step.Problems()) != 1 {
			return fmt.Sprintf("step %s: unknown %t, %v", step.Step, step.Unknown, step.Problems())
		}
	}
	return ""
}

// largestUser has one user with many grants of roles that hold a permission on every condition that there is.
func largestUser() *intake.Members {
	o := begin(1)
	o.onConditions(roles / 5)
	for a := range 200 {
		assignment := o.assignment(fmt.Sprintf("a%04d", a), "ann")
		for g := range grantsOfAssignment {
			assignment.Spec.Grants = append(assignment.Spec.Grants, v1alpha1.Grant{
				Name: v1alpha1.EntryName(fmt.Sprintf("g%02d", g)), RoleRef: reference((a*grantsOfAssignment + g) % (roles / 5)), Scope: everywhere(),
			})
		}
	}
	return &o.members
}

// onConditions adds roles that hold the first permission by as many alternatives as there may be, none of which is ever met.
func (o *organization) onConditions(count int) {
	for i := range count {
		role := o.role(i)
		for k := range 32 {
			role.Spec.Rules = append(role.Spec.Rules, v1alpha1.Rule{
				Permissions: []v1alpha1.PermissionName{permission(0)},
				Qualifiers:  []v1alpha1.Name{qualifier(i + 3*k), qualifier(i + 3*k + 1)},
			})
		}
	}
}

func question() *access.Request {
	properties := map[string]any{}
	for i := range conditionsOfCatalog {
		properties[fmt.Sprintf("a%d", i)] = "nobody"
	}
	return &access.Request{
		Subject: access.Subject{Type: access.SubjectTypeUser, ID: "ann"}, Action: access.Action{Name: string(permission(0))},
		Resource: access.Resource{Type: "thing", ID: "1", Properties: properties},
	}
}

func askLargest(x *engine.Index) string {
	if x.Check(question()) {
		return "what no condition allows is allowed"
	}
	return ""
}

// holdersOnConditions has users who hold a permission on conditions that do not depend on them.
func holdersOnConditions() *intake.Members {
	o := begin(1)
	for i := range o.members.Catalog.Spec.Qualifiers {
		o.members.Catalog.Spec.Qualifiers[i].Expression = v1alpha1.Expression(fmt.Sprintf(`resource.properties.a%d == "yes"`, i))
	}
	o.onConditions(roles / 5)
	for u := range 1000 {
		o.assignment(fmt.Sprintf("a%04d", u), fmt.Sprintf("u%04d", u), u%(roles/5), (u+7)%(roles/5), (u+31)%(roles/5))
	}
	return &o.members
}

func askWhoCan(x *engine.Index) string {
	for id := range x.WhoCan(question(), "") {
		return id + " may what no condition allows"
	}
	if unmet := x.CountUnmet(question()); unmet.NotMet != 1000 {
		return fmt.Sprintf("%d hold it on conditions that are not met", unmet.NotMet)
	}
	return ""
}

// dearChains has chains for the same requests, whose conditions cost nearly as much as one may.
func dearChains() *intake.Members {
	o := begin(1)
	o.role(0)
	o.assignment("ann", "ann", 0)
	numbers := "[" + strings.TrimSuffix(strings.Repeat("1,", 50), ",") + "]"
	for i := range 500 {
		chain := o.chain(i, "order")
		chain.Spec.When = v1alpha1.Expression(fmt.Sprintf("%s.all(x, %s.all(y, x + y < 3 && resource.properties.value != %d.0))", numbers, numbers, i))
		chain.Spec.Steps = []v1alpha1.ApprovalStep{step(0, v1alpha1.ApproverSelector{
			Type: v1alpha1.ApproverTypeRole, Role: &v1alpha1.RoleApprovers{RoleRef: reference(0)},
		})}
	}
	return &o.members
}

func askChain(x *engine.Index) string {
	name, err := x.SelectChain(&access.ApprovalInput{
		RequestType: "order", Requester: "ann", Attributes: map[string]any{"value": -1.0}, Now: time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC),
	})
	if err == nil || !strings.Contains(err.Error(), "cost more to evaluate than is allowed") {
		return fmt.Sprintf("chain %q governs it: %v", name, err)
	}
	return ""
}
