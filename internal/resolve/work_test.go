// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// TestBudgetOfUpdates: whether an organization is given up depends on its objects alone: an update takes as many steps as a
// resolution from scratch, and is given up by a budget of one step less.
func TestBudgetOfUpdates(t *testing.T) {
	before, after := lettered(shop()), lettered(shop())
	former, _ := resolve.Update(nil, before, model.Everything(), byUser(before.Assignments))
	after.Assignments = append(after.Assignments, holding("cem", 4, given("buyer", "north"), given("closer")))
	lettered(after)
	difference := model.OfUsers(slices.Values([]string{"cem"}))
	next, _ := resolve.Update(former, before, difference, byUser(after.Assignments))
	scratch := resolve.Organization(lettered(after))
	if next.Steps != scratch.Steps || next.Steps <= former.Steps {
		t.Fatalf("an update comes to %d steps, a resolution from scratch to %d, and there were %d", next.Steps, scratch.Steps, former.Steps)
	}
	for budget, givenUp := range map[resolve.Budget]bool{resolve.Budget(next.Steps): false, resolve.Budget(next.Steps - 1): true} {
		updated, differs, err := budget.Update(context.Background(), former, before, difference, byUser(after.Assignments))
		if err != nil {
			t.Fatal(err)
		}
		whole, err := budget.Organization(context.Background(), after)
		if err != nil {
			t.Fatal(err)
		}
		if updated.GivenUp != givenUp || whole.GivenUp != givenUp || (updated.Document == nil) != givenUp || differs.IsEverything() != givenUp {
			t.Errorf("a budget of %d: an update is given up: %v; all: %v; want %v", budget, updated.GivenUp, whole.GivenUp, givenUp)
		}
	}
}

// TestTooManyAlternatives: a role holds a permission by as many alternatives as there may be, and by one more not at all. What asks
// for less stands for all that ask for more, wherever it is written, and who inherits the role keeps what they have themselves.
func TestTooManyAlternatives(t *testing.T) {
	const most = 32
	for name, c := range map[string]struct {
		rules []model.Rule
		held  int
	}{
		"as many as may be":  {conditional(most), most},
		"one more":           {conditional(most + 1), 0},
		"and without any":    {append(conditional(most+1), model.Rule{Selector: model.Selector{Permissions: []string{"buy"}}}), 1},
		"first without any":  {append([]model.Rule{{Selector: model.Selector{Permissions: []string{"buy"}}}}, conditional(most+1)...), 1},
		"each of them twice": {append(conditional(most), conditional(most)...), most},
	} {
		world := shop()
		for i := range most + 1 {
			world.Catalog.Features = append(world.Catalog.Features, fmt.Sprintf("f%02d", i))
		}
		world.Roles = []model.Role{
			roleWith("many", c.rules),
			roleWith("heir", []model.Rule{{Selector: model.Selector{Permissions: []string{"buy"}}}}, "many"),
			roleWith("poor", nil, "many"),
		}
		resolution := resolved(world)
		roles := resolution.Document.Roles
		if got := len(roles["many"].Permissions["buy"]); got != c.held {
			t.Errorf("%s: held by %d alternatives, want %d", name, got, c.held)
		}
		if got := len(roles["poor"].Permissions["buy"]); got != c.held {
			t.Errorf("%s: inherited by %d alternatives, want %d", name, got, c.held)
		}
		if got := len(roles["heir"].Permissions["buy"]); got != 1 {
			t.Errorf("%s: a role that gives it itself holds it by %d alternatives", name, got)
		}
		found := slices.ContainsFunc(resolution.Findings, func(f resolve.Finding) bool {
			return f.Reason == resolve.ReasonTooManyAlternatives && f.Object.Name == "many"
		})
		if found != (c.held == 0) {
			t.Errorf("%s: found: %v", name, found)
		}
	}
}

// conditional are rules that give a permission, each under a feature of its own.
func conditional(count int) []model.Rule {
	rules := make([]model.Rule, count)
	for i := range rules {
		rules[i] = model.Rule{Selector: model.Selector{Permissions: []string{"buy"}}, RequiredFeatures: []string{fmt.Sprintf("f%02d", i)}}
	}
	return rules
}

// TestLongLines: of a long line of roles by which a permission is inherited, the nearest and the last are named.
func TestLongLines(t *testing.T) {
	world := shop()
	world.Roles = []model.Role{roleWith("r00", []model.Rule{{Selector: model.Selector{Permissions: []string{"buy"}}}})}
	for i := 1; i < 40; i++ {
		world.Roles = append(world.Roles, roleWith(fmt.Sprintf("r%02d", i), nil, fmt.Sprintf("r%02d", i-1)))
	}
	roles := resolved(world).Document.Roles
	via := roles["r39"].Permissions["buy"][0].Via
	if len(via) != 16 || via[0] != "r38" || via[14] != "..." || via[15] != "r00" {
		t.Errorf("inherited by %v", via)
	}
	if via := roles["r16"].Permissions["buy"][0].Via; len(via) != 16 || slices.Contains(via, "...") {
		t.Errorf("a line of 16 is %v", via)
	}
	if got := len(roles["r39"].Inherits); got != 39 {
		t.Errorf("the last role inherits %d", got)
	}
}

// roleWith is a role with rules, which inherits others.
func roleWith(name string, rules []model.Rule, parents ...string) model.Role {
	r := model.Role{Object: object(model.KindRole, name), Rules: rules}
	for _, parent := range parents {
		r.Inherits = append(r.Inherits, model.Inheritance{Role: role(parent)})
	}
	return r
}
