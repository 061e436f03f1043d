// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"fmt"
	"maps"
	"strings"

	"github.com/rolewright/rolewright/internal/advice"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// asks says in a few words what the row asks.
func (d *decision) asks() string {
	var parts []string
	if len(d.Can) > 0 {
		parts = append(parts, "can "+few(d.Can))
	}
	if len(d.Cannot) > 0 {
		parts = append(parts, "cannot "+few(d.Cannot))
	}
	text := few(d.Who) + " " + strings.Join(parts, ", ")
	switch {
	case len(d.Resource.names) > 0:
		text += " on " + few(d.Resource.names)
	case d.Resource.written != nil:
		text += " on " + strings.TrimSuffix(d.Resource.written.Type+"/"+d.Resource.written.ID, "/")
	}
	if len(d.In) > 0 {
		text += " in " + few(d.In)
	}
	if len(d.When) > 0 {
		text += " at " + few(d.When)
	}
	return text
}

// run asks every combination of the row.
func (d *decision) run(a *asked) {
	problems := len(a.runner.result.Problems)
	things := a.things(d.Resource, d.In, d.Properties)
	moments := a.runner.when(a.path+".when", d.When)
	for _, expected := range []struct {
		key     string
		actions list
		yes     bool
	}{{"can", d.Can, true}, {"cannot", d.Cannot, false}} {
		for i, action := range expected.actions {
			a.names.permission(fmt.Sprintf("%s.%s", a.path, at(expected.key, expected.actions, i)), action)
		}
	}
	subjects := make([]user, 0, len(d.Who))
	for i, who := range d.Who {
		subjects = append(subjects, a.names.user(a.path+"."+at("who", d.Who, i), who))
	}
	if len(a.runner.result.Problems) > problems {
		return
	}
	for i := range subjects {
		for _, thing := range things {
			for _, now := range moments {
				for _, action := range d.Can {
					d.ask(a, d.Who[i], &subjects[i], action, &thing, now, true)
				}
				for _, action := range d.Cannot {
					d.ask(a, d.Who[i], &subjects[i], action, &thing, now, false)
				}
			}
		}
	}
}

// ask asks one question.
func (d *decision) ask(a *asked, who string, subject *user, action string, thing *thing, now moment, yes bool) {
	request := &access.Request{
		Subject:  access.Subject{Type: subject.Type, ID: subject.ID, Properties: subject.Properties},
		Action:   access.Action{Name: action, Properties: d.Action},
		Resource: thing.resource, Context: d.Context,
	}
	explanation := a.of.at(now.at).Explain(request)
	a.runner.options.Coverage.decided(a.of, request, &explanation)
	question := who + " can " + action + thing.text() + now.text()
	why := func() string {
		judged := a.of.at(now.at).ExplainJudged(request, advice.Judge(&a.of.world, request, now.at))
		return because(&judged)
	}
	a.check(question, yesNo(yes), yesNo(explanation.Decision), why)
	if yes != explanation.Decision {
		return
	}
	if d.Reason != "" && d.Reason != string(explanation.Reason) {
		a.fail(Failure{question, "reason " + d.Reason, "reason " + string(explanation.Reason), because(&explanation)})
	}
	if !strings.Contains(explanation.Message, d.Says) {
		a.fail(Failure{question, "a reason with " + fmt.Sprintf("%q", d.Says), explanation.Message, ""})
	}
}

// because says why, and for a no what is nearest to a yes.
func because(e *access.Explanation) string {
	if len(e.Nearest) > 0 {
		return e.Message + "\n" + e.Nearest[0]
	}
	return e.Message
}

// thing is a resource with what the suite calls it.
type thing struct {
	name, unit string
	resource   access.Resource
}

// text says on what.
func (t *thing) text() string {
	text := ""
	if t.name != "" {
		text = " on " + t.name
	}
	if t.unit != "" {
		text += " in " + t.unit
	}
	return text
}

func (m moment) text() string {
	if m.name == "" {
		return ""
	}
	return " at " + m.name
}

// things returns the resources of a row, in each of its units.
func (a *asked) things(on resources, in list, properties map[string]any) []thing {
	var named []thing
	for i, name := range on.names {
		path := a.path + "." + at("resource", on.names, i)
		find(a.names, path, "resource", name, a.runner.file.Resources)
		r := a.runner.file.Resources[name]
		named = append(named, thing{name: name, resource: r.request(properties)})
	}
	if w := on.written; w != nil {
		named = append(named, thing{name: strings.Trim(w.Type+"/"+w.ID, "/"), resource: w.request(properties)})
	}
	if len(named) == 0 {
		named = append(named, thing{resource: (&resource{}).request(properties)})
	}
	var things []thing
	for _, one := range named {
		if len(in) == 0 {
			things = append(things, one)
		}
		for i, unit := range in {
			path := a.path + "." + at("in", in, i)
			if other, is := one.resource.Properties[access.PropertyUnit]; is {
				a.runner.problem(path, "resource %s already lies in unit %v: leave one of them out", one.name, other)
			}
			placed := one
			placed.unit, placed.resource.Properties = unit, maps.Clone(one.resource.Properties)
			placed.resource.Properties[access.PropertyUnit] = unit
			things = append(things, placed)
		}
	}
	for i := range things {
		path := a.path
		if things[i].unit != "" {
			path += ".in"
		}
		a.names.resource(path, &things[i].resource)
	}
	return things
}

// request returns the resource as a request has it.
func (r *resource) request(properties map[string]any) access.Resource {
	all := map[string]any{}
	maps.Copy(all, r.Properties)
	maps.Copy(all, properties)
	if r.In != "" {
		all[access.PropertyUnit] = r.In
	}
	return access.Resource{Type: r.Type, ID: r.ID, Properties: all}
}

// at is the path of an item of a list, or of the text that stands for a list of one.
func at(key string, items list, index int) string {
	if len(items) == 1 {
		return key
	}
	return fmt.Sprintf("%s[%d]", key, index)
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
