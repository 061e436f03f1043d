// SPDX-License-Identifier: Apache-2.0

package status

import (
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// SetPrevious sets the view by which all current statuses were written, so that statuses of users who did not change are
// not computed again. Listing what ten thousand users may do takes twenty times as long as resolving their organization,
// and most changes concern one user.
func (v *View) SetPrevious(previous *View) {
	v.previous = nil
	if previous == nil || previous.outcome.Problem != nil || v.outcome.Problem != nil {
		return
	}
	if slices.Equal(v.snapshot.Permissions, previous.snapshot.Permissions) && v.equalWithoutUsers(previous) {
		v.previous = previous
	}
}

// equalWithoutUsers reports whether two documents are equal apart from their users.
func (v *View) equalWithoutUsers(previous *View) bool {
	a, b := v.snapshot.Resolution.Document, previous.snapshot.Resolution.Document
	if a == nil || b == nil {
		return false
	}
	withoutUsers, previousWithoutUsers := *a, *b
	withoutUsers.Users, previousWithoutUsers.Users = nil, nil
	return reflect.DeepEqual(withoutUsers, previousWithoutUsers)
}

// IsUpToDate reports whether the status of an assignment is known to be up to date, because nothing that determines it has
// changed since the previous view.
func (v *View) IsUpToDate(current *v1alpha1.UserAssignment) bool {
	if v.previous == nil || current.Status.ObservedGeneration != current.Generation || !v.previous.snapshot.IsCurrentFor(current) {
		return false
	}
	if v.hasEnded(current.Status.RequestedRoles) {
		return false
	}
	self := model.Ref{Kind: model.KindAssignment, Namespace: current.Namespace, Name: current.Name}
	if !slices.Equal(v.findings.ByObject[self], v.previous.findings.ByObject[self]) {
		return false
	}
	return v.snapshot.Resolution.Equals(v.previous.snapshot.Resolution, string(current.Spec.User))
}
