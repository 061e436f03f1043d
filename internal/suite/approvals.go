// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// asks says in a few words what the row asks.
func (p *approval) asks() string {
	text := p.Request + " by " + p.By
	if p.For != "" {
		text += " for " + p.For
	}
	if p.Role != "" {
		text += ", role " + p.Role
	}
	if p.In != "" {
		text += " in " + p.In
	}
	if p.When != "" {
		text += " at " + p.When
	}
	return text
}

// run plans the request, and compares the plan with what is expected.
func (p *approval) run(a *asked) {
	problems := len(a.runner.result.Problems)
	input := p.input(a)
	now := a.runner.moment(a.path+".when", p.When)
	p.lookUpSteps(a)
	if len(a.runner.result.Problems) > problems {
		return
	}
	index := a.of.at(now.at)
	name, chain, plan, err := planned(index, input)
	answered, why := outcome(name, err)
	question := p.asks()
	switch {
	case p.Denied != "" || p.Waits != "":
		p.checkRefusal(a, question, answered, why)
		return
	case err != nil:
		a.check(question, "chain "+cmp.Or(p.Chain, "some"), answered, func() string { return why })
		return
	}
	a.runner.options.Coverage.planned(a.of, name, plan)
	if p.Chain != "" {
		a.check(question, "chain "+p.Chain, answered, func() string { return "" })
	}
	if len(p.Steps) > 0 {
		p.checkSteps(a, question, chain, plan)
	}
	p.checkProblems(a, question, engine.PlanProblems(chain, plan))
}

// decidable is the answer if every step can be decided.
const decidable = "every step can be decided"

// checkProblems compares why steps cannot be decided.
func (p *approval) checkProblems(a *asked, question string, problems []string) {
	text, expected, answered := strings.Join(problems, "; "), decidable, decidable
	if len(problems) > 0 {
		answered = "stuck: " + text
	}
	if p.Stuck != "" {
		expected = "stuck: " + p.Stuck
		if strings.Contains(text, p.Stuck) {
			answered = expected
		}
	}
	a.check(question, expected, answered, func() string { return "" })
}

// planned selects the chain that governs a request, and plans its steps.
func planned(index *engine.Index, input *access.ApprovalInput) (string, *document.Chain, *access.ApprovalPlan, error) {
	name, err := index.SelectChain(input)
	if err != nil {
		return "", nil, nil, err
	}
	chain, _ := index.Chain(name)
	plan, err := index.ApprovalPlan(&chain, input)
	return name, &chain, plan, err
}

// outcome says in a word what becomes of a request when it is made, and why.
func outcome(chain string, err error) (word, why string) {
	if err == nil {
		return "chain " + chain, ""
	}
	if _, missing := errors.AsType[*access.MissingError](err); missing {
		return "it waits", err.Error()
	}
	if refused, is := errors.AsType[*access.RefusedError](err); is {
		return "it is denied", fmt.Sprintf("ApprovalChain %q %s", chain, refused.Predicate)
	}
	return "it is denied", err.Error()
}

func (p *approval) checkRefusal(a *asked, question, answered, why string) {
	expected, text := "it is denied", p.Denied
	if p.Waits != "" {
		expected, text = "it waits", p.Waits
	}
	a.check(question, expected, answered, func() string { return why })
	if expected == answered && !strings.Contains(why, text) {
		a.fail(Failure{question, fmt.Sprintf("a reason with %q", text), why, ""})
	}
}

// checkSteps compares every step.
func (p *approval) checkSteps(a *asked, question string, chain *document.Chain, plan *access.ApprovalPlan) {
	for i := range plan.Steps {
		planned, step := &plan.Steps[i], &chain.Steps[i]
		of := question + ", step " + planned.Name
		expected, known := p.Steps[planned.Name]
		if !known {
			a.check(of, "no such step", string(planned.Disposition), func() string { return "steps lists every step of the chain" })
			continue
		}
		expected.check(a, of, step, planned)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Steps)) {
		if !slices.ContainsFunc(plan.Steps, func(s access.PlanStep) bool { return s.Name == name }) {
			a.check(question+", step "+name, "a step", "no step of that name in this chain", func() string { return "" })
		}
	}
}

// check compares a step with what is expected of it.
func (s *step) check(a *asked, question string, step *document.Step, planned *access.PlanStep) {
	var why string
	deciders, complete := engine.Deciders(step, planned.Approvers, planned.Fallback, planned.Replaced != "")
	if planned.Replaced != "" {
		why = fmt.Sprintf("the beneficiary %s does not decide", a.runner.called(planned.Replaced))
	}
	if !complete {
		why += "; the step cannot be approved, because nobody decides in the place of the beneficiary"
	}
	because := func() string { return strings.TrimPrefix(why, "; ") }
	if s.disposition != "" || planned.Disposition != access.DispositionAsked {
		expected := s.disposition
		if expected == "" {
			expected = string(access.DispositionAsked)
		}
		a.check(question, expected, string(planned.Disposition), because)
		return
	}
	users := a.runner.calledAll(deciders)
	if s.isExact {
		a.check(question, listed(a.calledAs(s.exactly)), listed(users), because)
	}
	for _, name := range a.calledAs(s.includes) {
		a.check(question, among(name, list{name}), among(name, users), because)
	}
	for _, name := range a.calledAs(s.excludes) {
		a.check(question, among(name, nil), among(name, users), because)
	}
	if s.escalation != nil {
		escalated := a.runner.calledAll(slices.Concat(planned.Escalations...))
		a.check(question+", escalation", listed(a.calledAs(s.escalation)), listed(escalated), because)
	}
}

// among says whether a name is one of some.
func among(name string, users []string) string {
	if slices.Contains(users, name) {
		return name + " among them"
	}
	return name + " not among them"
}

// calledAll returns what the suite calls some users, in order.
func (r *runner) calledAll(ids []string) []string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, r.called(id))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// calledAs returns one name for each user that a row names.
func (a *asked) calledAs(names list) []string {
	ids := make([]string, 0, len(names))
	for _, name := range names {
		if user, is := a.runner.file.Users[name]; is {
			name = user.ID
		}
		ids = append(ids, name)
	}
	return a.runner.calledAll(ids)
}

// lookUpSteps looks up everybody who should decide.
func (p *approval) lookUpSteps(a *asked) {
	if p.Chain != "" {
		find(a.names, a.path+".chain", "approval chain", p.Chain, a.names.document.Chains)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Steps)) {
		s := p.Steps[name]
		for _, user := range slices.Concat(s.exactly, s.includes, s.excludes, s.escalation) {
			a.names.user(a.path+".steps."+name, user)
		}
	}
}

// input returns the request as chains see it.
func (p *approval) input(a *asked) *access.ApprovalInput {
	input := &access.ApprovalInput{
		RequestType: p.Request, Unit: p.In, Attributes: p.Attributes, Justification: p.Justification,
		Requester: a.names.user(a.path+".by", p.By).ID,
	}
	types := map[string]bool{}
	for _, chain := range a.names.document.Chains {
		types[chain.RequestType] = true
	}
	find(a.names, a.path+".request", "type of request", p.Request, types)
	if input.Beneficiary = input.Requester; p.For != "" {
		input.Beneficiary = a.names.user(a.path+".for", p.For).ID
	}
	if p.In != "" {
		a.names.unit(a.path+".in", p.In)
	}
	for dimension, values := range a.names.document.Dimensions {
		if value, is := p.Attributes[dimension].(string); is {
			find(a.names, a.path+".attributes."+dimension, "value of dimension "+dimension, value, document.SetOf(values...))
		}
	}
	if p.Role != "" {
		find(a.names, a.path+".role", "role", p.Role, a.names.document.Roles)
		input.Grant = &access.ApprovalGrant{Role: p.Role, DurationSeconds: p.Seconds, Scope: p.scope(a)}
	}
	return input
}

// scope returns where the role is asked for; nil if the row does not say.
func (p *approval) scope(a *asked) *document.Scope {
	if p.Scope == nil {
		return nil
	}
	c := &change{runner: a.runner, names: a.names, path: a.path + ".scope"}
	c.scope(p.Scope)
	scope := &document.Scope{
		Everywhere: p.Scope.Everywhere, Units: p.Scope.In, UnitGroups: p.Scope.Groups, Dimensions: map[string]document.Values{},
	}
	for name, values := range p.Scope.Dimensions {
		if slices.Equal(values, list{"*"}) {
			scope.Dimensions[name] = document.Values{All: true}
		} else {
			scope.Dimensions[name] = document.Values{Values: values}
		}
	}
	return scope
}
