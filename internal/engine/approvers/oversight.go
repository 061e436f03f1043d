// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"maps"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Oversees reports whether a user holds a permission over an input. Unlike HasPermission, it does so after those have left
// whose input it is.
func Oversees(x *compiled.Index, input *access.ApprovalInput, user, permission string) bool {
	e := newOversight(x, input)
	return e != nil && permission != "" && e.holdsPermission(user, permission)
}

// IsApprover reports whether a user is one of some approvers of an input. Unlike MayDecide, it does so after those have left
// whose input it is.
func IsApprover(x *compiled.Index, approvers []document.Approver, input *access.ApprovalInput, user string) bool {
	e := newOversight(x, input)
	return e != nil && e.isApprover(approvers, user)
}

// newOversight describes an input of which nothing need exist any more: neither requester, beneficiary and unit, nor dimension
// values. If its place is gone, the input counts as one about the root and no value: only those who cover everything cover it.
// It is nil if the organization has no units.
func newOversight(x *compiled.Index, input *access.ApprovalInput) *evaluation {
	if len(x.UnitTable) == 0 {
		return nil
	}
	e := describe(x, input)
	if e.locate(input.Unit) == nil {
		return e
	}
	e.asked.Resource.Properties = maps.Clone(e.asked.Resource.Properties)
	delete(e.asked.Resource.Properties, access.PropertyUnit)
	for i := range x.Dimensions {
		delete(e.asked.Resource.Properties, x.Dimensions[i].Name)
	}
	e.decision.Unit = compiled.Root
	e.decision.Values, _ = x.ValuesOf(e.asked.Resource.Properties, e.decision.Location)
	return e
}
