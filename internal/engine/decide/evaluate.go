// SPDX-License-Identifier: Apache-2.0

package decide

import (
	"sync"
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// activations are reused: building what an expression sees should cost no more than evaluating it.
var activations = sync.Pool{New: func() any { return new(condition.Activation) }}

// Evaluate evaluates a condition for the request. An error says why it cannot be, and the result is then false.
func (d *Decision) Evaluate(number uint32) (result bool, err error) {
	asked := &d.Index.Conditions[number]
	if asked.Program == nil {
		return false, asked.Err
	}
	activation := d.activation(asked.Program)
	result, err = asked.Program.Eval(activation)
	release(activation)
	return result, err
}

// test evaluates a condition for the request, and reports whether it cannot be. The result is then false.
func (d *Decision) test(number uint32) (result, failed bool) {
	program := d.Index.Conditions[number].Program
	if program == nil {
		return false, true
	}
	if program.IsSimple() {
		view := viewOf(d.Index, d.Request, d.Holder.Detail, d.Location)
		if result, failed, told := program.TestView(&view); told {
			return result, failed
		}
	}
	activation := d.activation(program)
	result, failed = program.Test(activation)
	release(activation)
	return result, failed
}

// OnlySubject returns the id of the only subject for whom a condition can be true, all else being as in the request; an empty one if there
// is none. The second result is false if there may be others.
func (d *Decision) OnlySubject(number uint32) (id string, only bool) {
	program := d.Index.Conditions[number].Program
	if program == nil {
		return "", false
	}
	view := viewOf(d.Index, d.Request, nil, d.Location)
	return program.OnlySubject(&view)
}

// activation returns what a condition sees of the request, until it is released.
func (d *Decision) activation(program *condition.Program) *condition.Activation {
	activation := activations.Get().(*condition.Activation)
	d.Describe(&activation.Input)
	if program.UsesNow() {
		activation.Now = d.Moment()
	}
	return activation
}

// release keeps an activation for another decision, and nothing of this one.
func release(activation *condition.Activation) {
	activation.Input = condition.Input{}
	activations.Put(activation)
}

// IsTrueOfUser reports whether a qualifier is true of a user, as it is asked by another one: the resource is the user, with what
// the directory knows of them and of their home unit, if that is known. A qualifier that is unknown, or that cannot be evaluated, is
// not true. The directory is that of the index, or one that answers as it does.
func IsTrueOfUser(x *compiled.Index, directory condition.Directory, qualifier, subject, user string, now time.Time) bool {
	number, known := x.Qualifiers[qualifier]
	if !known {
		return false
	}
	r := access.Request{
		Subject:  access.Subject{Type: x.SubjectType(), ID: subject},
		Resource: access.Resource{Type: x.SubjectType(), ID: user},
	}
	at, known := x.Locate(&r.Resource)
	if !known {
		at = x.Nowhere(user)
	}
	d := Decision{Index: x, Request: &r, Holder: x.User(subject), Location: at, Now: now, directory: directory}
	return len(x.UnitTable) > 0 && d.IsTrue(number)
}

// viewOf is what a simple condition sees of a request: what Describe writes, not yet put together.
func viewOf(x *compiled.Index, r *access.Request, subject *compiled.Detail, at compiled.Location) condition.View {
	view := condition.View{Request: r, Resource: at.Self, Unit: x.UnitAttributes(at)}
	if subject != nil {
		view.Subject = &subject.Attributes
	}
	return view
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
	if d.Self != nil {
		input.Resource.Properties = d.Self.Over(r.Resource.Properties)
	}
	input.Resource.Unit = x.UnitAttributes(d.Location)
	input.Context = r.Context
	input.Directory = x
	if d.directory != nil {
		input.Directory = d.directory
	}
}
