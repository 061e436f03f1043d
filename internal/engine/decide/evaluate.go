// SPDX-License-Identifier: Apache-2.0

package decide

import (
	"sync"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

// activations are reused: building what an expression sees should cost no more than evaluating it.
var activations = sync.Pool{New: func() any { return new(condition.Activation) }}

// Evaluate evaluates a condition for the request. An error means that it cannot be, and the result is then false.
func (d *Decision) Evaluate(number uint32) (bool, error) {
	compiled := &d.Index.Conditions[number]
	if compiled.Program == nil {
		return false, compiled.Err
	}
	activation := activations.Get().(*condition.Activation)
	defer func() {
		*activation = condition.Activation{}
		activations.Put(activation)
	}()
	d.Describe(&activation.Input)
	if compiled.Program.UsesNow() {
		activation.Now = d.Moment()
	}
	return compiled.Program.Eval(activation)
}

// Describe writes the request as conditions see it: with what the directory knows, which wins over what the caller sent.
func (d *Decision) Describe(input *condition.Input) {
	r, x := d.Request, d.Index
	input.Subject = condition.Subject{Type: r.Subject.Type, ID: r.Subject.ID, Properties: r.Subject.Properties}
	if e := d.Holder.Detail; e != nil {
		input.Subject.Properties = e.Attributes.Over(r.Subject.Properties)
	}
	input.Action = condition.Action{Name: r.Action.Name, Properties: r.Action.Properties}
	input.Resource = condition.Resource{Type: r.Resource.Type, ID: r.Resource.ID, Properties: r.Resource.Properties}
	attributes := &x.UnitTable[d.Unit].Attributes
	if d.IsUnit {
		input.Resource.Properties = attributes.Over(r.Resource.Properties)
	} else {
		input.Resource.Unit = attributes.Known
	}
	input.Context = r.Context
	input.Directory = x
}
