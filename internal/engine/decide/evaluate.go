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

// Evaluate evaluates a condition for the request. An error means that it cannot be, and the result is then false.
func (d *Decision) Evaluate(number uint32) (bool, error) {
	asked := &d.Index.Conditions[number]
	if asked.Program == nil {
		return false, asked.Err
	}
	activation := activations.Get().(*condition.Activation)
	defer func() {
		*activation = condition.Activation{}
		activations.Put(activation)
	}()
	d.Describe(&activation.Input)
	if asked.Program.UsesNow() {
		activation.Now = d.Moment()
	}
	return asked.Program.Eval(activation)
}

// IsTrueOfUser reports whether a qualifier is true of a user, as it is asked by another one: the resource is the user, with what
// the directory knows of them. A qualifier that is unknown, or that cannot be evaluated, is not true. The directory is that of the index,
// or one that answers as it does.
func IsTrueOfUser(x *compiled.Index, directory condition.Directory, qualifier, subject, user string, now time.Time) bool {
	number, known := x.Qualifiers[qualifier]
	if !known {
		return false
	}
	r := access.Request{
		Subject:  access.Subject{Type: access.SubjectTypeUser, ID: subject},
		Resource: access.Resource{Type: access.SubjectTypeUser, ID: user},
	}
	if detail := x.Users[user].Detail; detail != nil {
		r.Resource.Properties = detail.Attributes.Known
	}
	d := Decision{Index: x, Request: &r, Holder: x.Users[subject], Now: now, directory: directory}
	return len(x.UnitTable) > 0 && d.IsTrue(number)
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
	if d.directory != nil {
		input.Directory = d.directory
	}
}
