// SPDX-License-Identifier: Apache-2.0

package approvals

import (
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// What an application asks and is answered, which package access holds.
type (
	// Input is what a user asks approval for, as chains see it.
	Input = access.ApprovalInput
	// Plan is how an input passes a chain: its steps, in order.
	Plan = access.ApprovalPlan
	// PlanStep is who may decide one step.
	PlanStep = access.PlanStep
	// Disposition is what becomes of a step when a request is opened.
	Disposition = access.Disposition
	// Coverage is who could decide one step of a chain, whatever is asked for.
	Coverage = access.Coverage
	// Gap is a unit, with a value of each dimension, that has too few approvers.
	Gap = access.Gap
	// MissingError is the error about an input that names something which the organization does not have.
	MissingError = access.MissingError
)

// Chain returns an approval chain of the document by its name. The second result is false if there is none of that name.
func Chain(index *permissions.Index, name string) (document.Chain, bool) {
	return (*engine.Index)(index).Chain(name)
}

// SelectChain returns the name of the chain that governs an input: of those of its type whose condition is true, the one of
// the highest priority. The error says why there is none: it is a *MissingError if something may come yet; else no condition
// is true, one cannot be evaluated, or two chains tie.
func SelectChain(index *permissions.Index, input *Input) (string, error) {
	return (*engine.Index)(index).SelectChain(input)
}

// MakePlan returns, step by step, who may decide an input in a chain at this moment. The error says what is not known of
// the input.
func MakePlan(index *permissions.Index, chain *document.Chain, input *Input) (*Plan, error) {
	return (*engine.Index)(index).ApprovalPlan(chain, input)
}

// Cover returns, for each step of a chain, the units for which it has no approver, or only one. Conditions of steps are
// left aside.
func Cover(index *permissions.Index, chain *document.Chain) []Coverage {
	return (*engine.Index)(index).Coverage(chain)
}
