// SPDX-License-Identifier: Apache-2.0

package input

import "time"

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
