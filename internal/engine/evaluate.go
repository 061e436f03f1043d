// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"maps"
	"sync"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

// activations are reused: building what an expression sees should cost no more than evaluating it.
var activations = sync.Pool{New: func() any { return new(condition.Activation) }}

// evaluate evaluates a condition for the request. An error means that it cannot be.
func (d *decision) evaluate(number uint32) (bool, error) {
	compiled := &d.index.conditions[number]
	if compiled.program == nil {
		return false, compiled.err
	}
	activation := activations.Get().(*condition.Activation)
	defer func() {
		*activation = condition.Activation{}
		activations.Put(activation)
	}()
	d.describe(&activation.Input)
	if compiled.program.UsesNow() {
		activation.Now = d.moment()
	}
	return compiled.program.Eval(activation)
}

// describe writes the request as conditions see it: with what the directory knows, which wins over what the caller sent.
func (d *decision) describe(input *condition.Input) {
	r, x := d.request, d.index
	input.Subject = condition.Subject{Type: r.Subject.Type, ID: r.Subject.ID, Properties: r.Subject.Properties}
	if e := d.holder.extra; e != nil {
		input.Subject.Properties = e.attributes.over(r.Subject.Properties)
	}
	input.Action = condition.Action{Name: r.Action.Name, Properties: r.Action.Properties}
	input.Resource = condition.Resource{Type: r.Resource.Type, ID: r.Resource.ID, Properties: r.Resource.Properties}
	attributes := &x.unitTable[d.unit].attributes
	if _, isUnit, _ := x.locate(&r.Resource); isUnit {
		input.Resource.Properties = attributes.over(r.Resource.Properties)
	} else {
		input.Resource.Unit = attributes.known
	}
	input.Context = r.Context
	input.Directory = x
}

// attributes are what the directory says of a user or a unit: values that it knows, and names whose value is unknown.
type attributes struct {
	known   map[string]any
	unknown []string
}

// over returns the properties that a caller sent as the directory completes them: what it knows wins, and what it does not
// know is missing whatever the caller says.
func (a *attributes) over(sent map[string]any) map[string]any {
	switch {
	case len(sent) == 0:
		return a.known
	case len(a.known) == 0 && len(a.unknown) == 0:
		return sent
	}
	merged := make(map[string]any, len(sent)+len(a.known))
	maps.Copy(merged, sent)
	for _, name := range a.unknown {
		delete(merged, name)
	}
	maps.Copy(merged, a.known)
	return merged
}
