// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/change/authority"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Coverage is what of organizations the cases of suites exercised. A nil Coverage counts nothing.
type Coverage struct {
	// organizations are those that were tested, by namespace/name.
	organizations map[string]*exercised
}

// exercised is what of one organization was exercised.
type exercised struct {
	items []Item
	// seen are the items that a case exercised.
	seen map[string]bool
	// rules are the items of rules by what they give: role, permission and conditions.
	rules map[[3]string][]string
}

// Item is one thing that cases can exercise.
type Item struct {
	// Kind is what it is, Name which, and Aspect what of it.
	Kind, Name, Aspect string
	// Says is what it says, in words.
	Says string
	Seen bool
}

func (i *Item) key() string { return i.Kind + "\x00" + i.Name + "\x00" + i.Aspect }

// Kinds of items, in the order in which they are shown.
const (
	ItemRule               = "Rule"
	ItemQualifier          = "Qualifier"
	ItemProhibition        = "Prohibition"
	ItemConstraint         = "Constraint"
	ItemAdministrationRule = "AdministrationRule"
	ItemStep               = "Step"
)

// Aspects of items.
const (
	AspectGiven     = "Given"
	AspectTrue      = "True"
	AspectFalse     = "False"
	AspectViolated  = "Violated"
	AspectAllowed   = "Allowed"
	AspectAsked     = "Asked"
	AspectNotNeeded = "NotNeeded"
)

// Organizations returns the names of those that were tested, in order.
func (c *Coverage) Organizations() []string { return slices.Sorted(maps.Keys(c.organizations)) }

// Items returns what of an organization can be exercised, and whether it was.
func (c *Coverage) Items(organization string) []Item {
	o := c.organizations[organization]
	items := slices.Clone(o.items)
	for i := range items {
		items[i].Seen = o.seen[items[i].key()]
	}
	return items
}

// add adds what an organization has.
func (c *Coverage) add(of *tested) {
	if c == nil {
		return
	}
	if c.organizations == nil {
		c.organizations = map[string]*exercised{}
	}
	o := c.organizations[of.name()]
	if o == nil {
		o = &exercised{seen: map[string]bool{}, rules: map[[3]string][]string{}}
		c.organizations[of.name()] = o
	}
	known := map[string]bool{}
	for i := range o.items {
		known[o.items[i].key()] = true
	}
	for _, item := range itemsOf(of, o.rules) {
		if !known[item.key()] {
			o.items = append(o.items, item)
		}
	}
}

// see counts something as exercised.
func (c *Coverage) see(of *tested, kind, name, aspect string) {
	if o := c.organizations[of.name()]; o != nil {
		item := Item{Kind: kind, Name: name, Aspect: aspect}
		o.seen[item.key()] = true
	}
}

// decided counts what a decision exercised: the conditions that it evaluated, and the rules that give what is allowed.
func (c *Coverage) decided(of *tested, request *access.Request, e *access.Explanation) {
	if c == nil {
		return
	}
	for i := range e.Prohibitions {
		c.condition(of, ItemProhibition, &e.Prohibitions[i])
	}
	for i := range e.Grants {
		g := &e.Grants[i]
		if !g.Covers {
			continue
		}
		for j := range g.Alternatives {
			a := &g.Alternatives[j]
			for k := range a.Qualifiers {
				c.condition(of, ItemQualifier, &a.Qualifiers[k])
			}
			if a.Met && e.Reason == access.ReasonGranted {
				c.given(of, g.Role, request.Action.Name, a)
			}
		}
	}
}

// condition counts a condition that was evaluated.
func (c *Coverage) condition(of *tested, kind string, result *access.ConditionResult) {
	switch {
	case result.Error != "":
	case result.True:
		c.see(of, kind, result.Name, AspectTrue)
	default:
		c.see(of, kind, result.Name, AspectFalse)
	}
}

// given counts the rules that an alternative comes from.
func (c *Coverage) given(of *tested, role, permission string, a *access.AlternativeResult) {
	if len(a.Via) > 0 {
		role = a.Via[len(a.Via)-1]
	}
	if o := c.organizations[of.name()]; o != nil {
		for _, name := range o.rules[[3]string{role, permission, a.When}] {
			c.see(of, ItemRule, name, AspectGiven)
		}
	}
}

// planned counts the steps of a plan.
func (c *Coverage) planned(of *tested, chain string, plan *access.ApprovalPlan) {
	if c == nil {
		return
	}
	for i := range plan.Steps {
		switch step := &plan.Steps[i]; {
		case step.Disposition == access.DispositionAsked:
			c.see(of, ItemStep, chain+"/"+step.Name, AspectAsked)
		case step.Disposition == access.DispositionNotNeeded:
			c.see(of, ItemStep, chain+"/"+step.Name, AspectNotNeeded)
		}
	}
}

// judged counts the rules that allow acts, and their qualifiers.
func (c *Coverage) judged(of *tested, verdict *authority.Verdict) {
	if c == nil {
		return
	}
	for i := range verdict.Acts {
		if act := &verdict.Acts[i]; act.Allowed && act.Rule != nil {
			c.see(of, ItemAdministrationRule, act.Rule.Role+"/"+act.Rule.Name, AspectAllowed)
		}
	}
	for _, q := range verdict.Qualified {
		c.condition(of, ItemQualifier, &access.ConditionResult{Name: q.Qualifier, True: q.True})
	}
}

// violated counts the constraints that are violated.
func (c *Coverage) violated(of *tested, violations []resolve.Violation) {
	if c == nil {
		return
	}
	for i := range violations {
		c.see(of, ItemConstraint, violations[i].Object.Kind+"/"+violations[i].Constraint, AspectViolated)
	}
}
