// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Bounds of what an assignment lists.
const (
	maxScopes               = 32
	maxScopePermissions     = 256
	maxEffectivePermissions = 512
	maxSources              = 32
	maxDenied               = 64
	maxPermissionName       = 128
)

// Assignment returns the status that a user assignment should have.
func (v *View) Assignment(current *v1alpha1.UserAssignment) v1alpha1.UserAssignmentStatus {
	self := model.Ref{Kind: model.KindAssignment, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.UserAssignmentStatus{
		ObservedGeneration: current.Generation,
		Summary:            assignmentSummary(&current.Spec),
	}
	if doc := v.snapshot.Resolution.Document; doc != nil {
		desired.Effective, desired.OmittedPermissions = v.effective(doc, string(current.Spec.User))
	}
	unchanged := conditions.FieldsEqual(desired, current.Status)
	desired.Conditions = conditions.Merge(current.Status.Conditions, current.Generation, v.now,
		ready(v.findings.ByObject[self], "everything that the assignment says takes effect"),
		v.published(current.Status.Conditions, unchanged))
	return desired
}

// effective lists what a user may do: the widest scopes first, and the permissions of each in the order of the catalog.
func (v *View) effective(doc *document.Document, user string) (listed []v1alpha1.EffectiveScope, omitted *int32) {
	left, budget, total := 0, maxListBytes, 0
	for _, scope := range resolve.Effective(doc, user) {
		slices.SortFunc(scope.Permissions, func(a, b resolve.EffectivePermission) int {
			return cmp.Compare(v.catalogOrder[a.Name], v.catalogOrder[b.Name])
		})
		entry := v1alpha1.EffectiveScope{Scope: bounded.Text(scope.Scope.String(), maxScope), Window: window(scope.Window)}
		if len(listed) < maxScopes {
			entry.Denied = bounded.List(scope.Denied, maxDenied, maxPermissionName)
		}
		budget -= size(entry.Scope, entry.Denied)
		for i := range scope.Permissions {
			permission := v1alpha1.EffectivePermission{
				Name: scope.Permissions[i].Name,
				When: bounded.List(scope.Permissions[i].When, maxAlternatives, maxAlternative),
				From: bounded.List(scope.Permissions[i].From, maxSources, maxRoleName),
			}
			budget -= size(permission.Name, permission.When, permission.From)
			if len(listed) == maxScopes || len(entry.Permissions) == maxScopePermissions || total == maxEffectivePermissions || budget < 0 {
				left++
				continue
			}
			entry.Permissions = append(entry.Permissions, permission)
			total++
		}
		if len(entry.Permissions)+len(entry.Denied) > 0 {
			listed = append(listed, entry)
		}
	}
	if left > 0 {
		omitted = bounded.Count(left)
	}
	return listed, omitted
}

func window(w document.Window) v1alpha1.Window {
	moment := func(t *time.Time) *metav1.Time {
		if t == nil {
			return nil
		}
		return &metav1.Time{Time: *t}
	}
	return v1alpha1.Window{StartTime: moment(w.StartTime), EndTime: moment(w.EndTime)}
}
