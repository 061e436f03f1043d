// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"slices"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Gained lists the permissions of the role that an input asks for, without those that its beneficiary holds anyway on what the
// input is about. A permission of which that is not known is listed.
func Gained(x *compiled.Index, input *access.ApprovalInput) []string {
	if input.Grant == nil {
		return nil
	}
	e, err := newEvaluation(x, input)
	var gained []string
	for permission := range x.Roles[input.Grant.Role].Permissions {
		if err != nil || !e.holdsPermission(input.EffectiveBeneficiary(), permission) {
			gained = append(gained, permission)
		}
	}
	slices.Sort(gained)
	return gained
}
