// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"github.com/rolewright/rolewright/internal/engine/condition/closures"
	"github.com/rolewright/rolewright/internal/engine/condition/input"
)

// KnownAttributes are those of a View.
type KnownAttributes = input.Attributes

// RunClosures evaluates the program by closures alone.
func (p *Program) RunClosures(activation *Activation) (closures.Result, uint64) {
	return p.closures.Run(&activation.frame, &activation.Input)
}
