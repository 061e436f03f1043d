// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"maps"
	"sync"

	"github.com/rolewright/rolewright/pkg/permissions/condition"
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
	return compiled.program.Eval(activation)
}

// describe writes the request as conditions see it: with what the directory knows, which wins over what the caller sent.
func (d *decision) describe(input *condition.Input) {
	r, x := d.request, d.index
	input.Subject = condition.Subject{Type: r.Subject.Type, ID: r.Subject.ID, Properties: r.Subject.Properties}
	if e := d.holder.extra; e != nil {
		input.Subject.Properties = overlay(r.Subject.Properties, e.attributes)
	}
	input.Action = condition.Action{Name: r.Action.Name, Properties: r.Action.Properties}
	input.Resource = condition.Resource{Type: r.Resource.Type, ID: r.Resource.ID, Properties: r.Resource.Properties}
	attributes := x.unitTable[d.unit].attributes
	if _, isUnit, _ := x.locate(&r.Resource); isUnit {
		input.Resource.Properties = overlay(r.Resource.Properties, attributes)
	} else {
		input.Resource.Unit = attributes
	}
	input.Context = r.Context
	input.Now = d.moment()
	input.Directory = x
}

// overlay returns the properties of a caller under those of the directory.
func overlay(sent, known map[string]any) map[string]any {
	switch {
	case len(known) == 0:
		return sent
	case len(sent) == 0:
		return known
	}
	merged := make(map[string]any, len(sent)+len(known))
	maps.Copy(merged, sent)
	maps.Copy(merged, known)
	return merged
}
