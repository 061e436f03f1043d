// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// DefaultDetailBound is the number of users up to which the statuses of an organization's assignments list permissions, if the
// organization does not say what they list. Beyond it, a change of one role would rewrite too many of them.
const DefaultDetailBound = 2000

// SetDetail sets what the statuses of assignments list: what the organization says, or else what its number of users
// determines by a bound. The organization may be nil.
func (v *View) SetDetail(organization *v1alpha1.Organization, bound int) {
	if organization == nil {
		return
	}
	current := cmp.Or(organization.Status.AssignmentStatusDetail, v1alpha1.DetailPermissions)
	if v.snapshot.Resolution.Document != nil {
		current = detailFor(v.snapshot.Resolution.UserCount(), bound, current)
	}
	v.detail = cmp.Or(organization.Spec.AssignmentStatusDetail, current)
}

// detailFor returns the detail for a number of users. Within a tenth below the bound it stays as it is, so that an organization
// of that size does not have all of its statuses written back and forth.
func detailFor(users, bound int, current v1alpha1.AssignmentStatusDetail) v1alpha1.AssignmentStatusDetail {
	switch {
	case users > bound:
		return v1alpha1.DetailRoles
	case users > bound-bound/10:
		return current
	}
	return v1alpha1.DetailPermissions
}

// IsOfDetail reports whether the status of an assignment lists what those of this view do.
func (v *View) IsOfDetail(current *v1alpha1.UserAssignment) bool {
	return cmp.Or(current.Status.Detail, v1alpha1.DetailPermissions) == v.detail
}
