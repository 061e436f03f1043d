// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"

	"github.com/rolewright/rolewright/internal/engine/condition/closures"
	"github.com/rolewright/rolewright/internal/engine/condition/input"
)

// What an expression sees; see the package input.
type (
	// Input is what an expression sees: a variable for each field.
	Input = input.Input
	// Subject is the variable subject.
	Subject = input.Subject
	// Action is the variable action.
	Action = input.Action
	// Resource is the variable resource.
	Resource = input.Resource
	// View is what a simple expression sees.
	View = input.View
	// Directory knows the line of managers.
	Directory = input.Directory
)

// Time returns a time among properties as a timestamp. A plain time.Time is a text there, as in JSON.
func Time(t time.Time) any { return types.Timestamp{Time: t.UTC()} }

// Names of the variables that an expression sees.
const (
	varSubject   = input.VarSubject
	varAction    = input.VarAction
	varResource  = input.VarResource
	varContext   = input.VarContext
	varNow       = input.VarNow
	varDirectory = input.VarDirectory
)

// Activation is an Input in the form that CEL reads. It may be reused for further evaluations, not shared by two at once.
type Activation struct {
	Input
	directory directoryValue
	frame     closures.Frame
}

// Parent implements the activation of cel-go: there is none.
func (*Activation) Parent() cel.Activation { return nil }

// ResolveName implements the activation of cel-go.
func (a *Activation) ResolveName(name string) (any, bool) {
	switch name {
	case varSubject:
		return &a.Subject, true
	case varAction:
		return &a.Action, true
	case varResource:
		return &a.Resource, true
	case varContext:
		return a.Context, true
	case varNow:
		return types.Timestamp{Time: a.Now}, true
	case varDirectory:
		a.directory.asked = a.Directory
		return &a.directory, true
	}
	return nil, false
}
