// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
)

// Input is what an expression sees: a variable for each field, in lower case.
type Input struct {
	Subject  Subject
	Action   Action
	Resource Resource
	Context  map[string]any
	// Now is the decider's clock.
	Now time.Time
	// Directory answers directory.isManager(a, b) and directory.isAbove(a, b).
	Directory Directory
}

// Time returns a time among properties as a timestamp. A plain time.Time is a text there, as in JSON.
func Time(t time.Time) any { return types.Timestamp{Time: t.UTC()} }

// Subject is the variable subject.
type Subject struct {
	Type, ID   string
	Properties map[string]any
}

// Action is the variable action.
type Action struct {
	Name       string
	Properties map[string]any
}

// Resource is the variable resource. Unit holds the attributes of the unit that the resource lies in.
type Resource struct {
	Type, ID   string
	Properties map[string]any
	Unit       map[string]any
}

// Directory knows the line of managers.
type Directory interface {
	// IsManager reports whether a is the manager of b.
	IsManager(a, b string) bool
	// IsAbove reports whether a stands above b in the line of managers, at any distance.
	IsAbove(a, b string) bool
}

// Names of the variables that an expression sees.
const (
	varSubject   = "subject"
	varAction    = "action"
	varResource  = "resource"
	varContext   = "context"
	varNow       = "now"
	varDirectory = "directory"
)

// Activation is an Input in the form that CEL reads. It may be reused for further evaluations, not shared by two at once.
type Activation struct {
	Input
	directory directoryValue
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
