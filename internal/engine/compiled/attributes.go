// SPDX-License-Identifier: Apache-2.0

package compiled

import "github.com/rolewright/rolewright/internal/engine/condition/input"

// Attributes are what the directory says of a user or a unit.
type Attributes = input.Attributes

// Presence says whether there is a property.
type Presence = input.Presence

// Whether there is a property; see the package input.
const (
	Missing = input.Missing
	Given   = input.Given
	Unknown = input.Unknown
)
