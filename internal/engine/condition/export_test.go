// SPDX-License-Identifier: Apache-2.0

package condition

import "github.com/rolewright/rolewright/internal/engine/condition/closures"

// RunClosures evaluates the program by closures alone.
func (p *Program) RunClosures(activation *Activation) (closures.Result, uint64) {
	return p.closures.Run(&activation.frame, &activation.Input)
}
