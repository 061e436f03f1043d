// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Pool returns who may decide a step at all: its approvers or, if there are none, its fallback. Conditions are left aside. Of an input
// without requester, nobody is a manager.
func Pool(x *compiled.Index, step *document.Step, input *access.ApprovalInput) []string {
	e := describe(x, input)
	if e.locate(input.Unit) != nil {
		return nil
	}
	e.anyAttributes = true
	if users := e.list(step.Approvers); len(users) > 0 {
		return users
	}
	return e.list(step.Fallback)
}

// NamesOthers reports whether some approvers of what Pool is asked about name anyone but certain users.
func NamesOthers(x *compiled.Index, approvers []document.Approver, input *access.ApprovalInput, certain func(id string) bool) bool {
	e := describe(x, input)
	if e.locate(input.Unit) != nil {
		return false
	}
	e.anyAttributes = true
	for i := range approvers {
		for id := range e.candidates(&approvers[i]) {
			if !certain(id) && !e.isOwn(id) && e.isActive(id) {
				return true
			}
		}
	}
	return false
}

// Combinations returns the combinations of dimension values for which coverage is told apart.
func Combinations(x *compiled.Index) []map[string]string { return combinations(x) }

// AsksManagers reports whether who may decide a step depends on who makes the request.
func AsksManagers(x *compiled.Index, step *document.Step) bool {
	c := coverageScan{index: x, step: step, approvers: append(append([]document.Approver(nil), step.Approvers...), step.Fallback...)}
	return c.managerBased()
}
