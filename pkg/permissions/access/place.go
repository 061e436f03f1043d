// SPDX-License-Identifier: Apache-2.0

package access

// Place is a unit in which a user has a permission on resources, and what a resource there must meet.
type Place struct {
	// Unit is the unit's name.
	Unit string `json:"unit"`
	// Alternatives are names of qualifiers: those of some alternative must all be true of the resource. Without any,
	// nothing is asked. An alternative is never empty, and none includes another.
	Alternatives [][]string `json:"alternatives,omitempty"`
	// Unless are names of prohibitions, each of which must be false of the resource: one that is true, or that cannot be
	// evaluated, refuses it.
	Unless []string `json:"unless,omitempty"`
}
