// SPDX-License-Identifier: Apache-2.0

package access

import "fmt"

// MissingThing is what an input asks for in vain.
type MissingThing string

// Things that may be missing.
const (
	MissingRequester   MissingThing = "requester"
	MissingBeneficiary MissingThing = "beneficiary"
	MissingUnit        MissingThing = "unit"
	MissingChain       MissingThing = "chain"
	MissingRole        MissingThing = "role"
	MissingUnitGroup   MissingThing = "unit group"
	MissingPermission  MissingThing = "permission"
	MissingValue       MissingThing = "value"
)

// MissingError is the error about an input that names something which the organization does not have. What people write may be
// applied in any order, so that it may come yet: nothing is wrong with the input.
type MissingError struct {
	What MissingThing
	// Name of what is missing: the id of a user, the name of a unit, a group of units, a role or a permission, a value of a
	// dimension, the type of request that no chain is for.
	Name string
	// Dimension is the one that lacks a value.
	Dimension string
}

// Error says what is missing, and what would be right.
func (m *MissingError) Error() string {
	switch m.What {
	case MissingUnit:
		return fmt.Sprintf("unit %q is not in the organization", m.Name)
	case MissingChain:
		return fmt.Sprintf("no chain governs requests of type %q", m.Name)
	case MissingRole, MissingPermission:
		return fmt.Sprintf("%s %q does not exist", m.What, m.Name)
	case MissingValue:
		return fmt.Sprintf("dimension %q has no value %q", m.Dimension, m.Name)
	case MissingUnitGroup:
		return fmt.Sprintf("unit group %q is not in the organization", m.Name)
	default:
		return fmt.Sprintf("the %s %q is not a user of the organization", m.What, m.Name)
	}
}
