// SPDX-License-Identifier: Apache-2.0

package status

import (
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// SetPrevious sets the view by which all current statuses were written, so that statuses of users who did not change are
// not computed again. Listing what ten thousand users may do takes twenty times as long as resolving their organization,
// and most changes concern one user.
func (v *View) SetPrevious(previous *View) {
	v.previous = nil
	if previous == nil || previous.outcome.Problem != nil || v.outcome.Problem != nil {
		return
	}
	a, b := v.snapshot.Resolution.Document, previous.snapshot.Resolution.Document
	if a == nil || b == nil || v.detail != previous.detail || !slices.Equal(v.snapshot.Permissions, previous.snapshot.Permissions) {
		return
	}
	if v.detail == v1alpha1.DetailRoles && equalBesideRoles(a, b) || equalWithoutUsers(a, b) {
		v.previous = previous
	}
}

// equalBesideRoles reports whether all is equal in two documents that statuses show of users beside their own entries, where
// they list roles and not what these hold.
func equalBesideRoles(a, b *document.Document) bool {
	sameRefusal := func(one, other document.Permission) bool { return one.Refused == other.Refused }
	return slices.Equal(a.Features, b.Features) && reflect.DeepEqual(a.DefaultGrants, b.DefaultGrants) &&
		maps.EqualFunc(a.Permissions, b.Permissions, sameRefusal)
}

// equalWithoutUsers reports whether two documents are equal apart from their users.
func equalWithoutUsers(a, b *document.Document) bool {
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
