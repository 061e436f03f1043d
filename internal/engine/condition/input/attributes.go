// SPDX-License-Identifier: Apache-2.0

package input

import (
	"maps"
	"slices"
)

// Attributes are what the directory says of a user or a unit: values that it knows, and names whose value is unknown.
type Attributes struct {
	Known   map[string]any
	Unknown []string
}

// Presence says whether there is a property.
type Presence int

const (
	// Missing properties are neither sent nor set by the directory.
	Missing Presence = iota
	// Given properties have a value.
	Given
	// Unknown properties are those that the directory sets to something that it does not know.
	Unknown
)

// Property returns one of the properties that Over completes.
func (a *Attributes) Property(name string, sent map[string]any) (value any, state Presence) {
	if value, known := a.Known[name]; known {
		return value, Given
	}
	if slices.Contains(a.Unknown, name) {
		return nil, Unknown
	}
	if value, given := sent[name]; given {
		return value, Given
	}
	return nil, Missing
}

// Over returns the properties that a caller sent as the directory completes them: what it knows wins, and what it does not
// know is missing whatever the caller says.
func (a *Attributes) Over(sent map[string]any) map[string]any {
	switch {
	case len(sent) == 0:
		return a.Known
	case len(a.Known) == 0 && len(a.Unknown) == 0:
		return sent
	}
	merged := make(map[string]any, len(sent)+len(a.Known))
	maps.Copy(merged, sent)
	for _, name := range a.Unknown {
		delete(merged, name)
	}
	maps.Copy(merged, a.Known)
	return merged
}
