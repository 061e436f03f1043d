// SPDX-License-Identifier: Apache-2.0

package status

import (
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// Follow tells the view of an earlier one, according to which every status was written. What of an organization did not
// change since needs no second look: to list what ten thousand users may do takes twenty times as long as to resolve
// their organization, and most changes are one user's.
func (v *View) Follow(earlier *View) {
	v.earlier = nil
	if earlier == nil || earlier.outcome.Problem != nil || v.outcome.Problem != nil {
		return
	}
	if slices.Equal(v.snapshot.Permissions, earlier.snapshot.Permissions) && v.sameWithoutUsers(earlier) {
		v.earlier = earlier
	}
}

// sameWithoutUsers compares all that what a user may do depends on, beside the user.
func (v *View) sameWithoutUsers(earlier *View) bool {
	a, b := v.snapshot.Resolution.Document, earlier.snapshot.Resolution.Document
	if a == nil || b == nil {
		return false
	}
	mine, theirs := *a, *b
	mine.Users, theirs.Users = nil, nil
	return reflect.DeepEqual(mine, theirs)
}

// Settled reports whether an assignment's status is what it should be because nothing that it says has changed since the
// earlier view.
func (v *View) Settled(current *v1alpha1.UserAssignment) bool {
	if v.earlier == nil || current.Status.ObservedGeneration != current.Generation || !v.earlier.snapshot.IsCurrentFor(current) {
		return false
	}
	self := model.Ref{Kind: model.KindAssignment, Namespace: current.Namespace, Name: current.Name}
	if !slices.Equal(v.found.ByObject[self], v.earlier.found.ByObject[self]) {
		return false
	}
	return v.snapshot.Resolution.Equals(v.earlier.snapshot.Resolution, string(current.Spec.User))
}
