// SPDX-License-Identifier: Apache-2.0

package status

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Bounds of what roles and assignments list.
const (
	maxRolePermissions = 256
	maxAlternatives    = 32
	// maxListBytes bounds the text of a whole list, well below what etcd accepts for an object: a list of many long
	// alternatives can keep every other bound.
	maxListBytes = 256 << 10
)

// Role returns the status that a role should have.
func (v *View) Role(current *v1alpha1.Role) v1alpha1.RoleStatus {
	self := model.Ref{Kind: model.KindRole, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.RoleStatus{ObservedGeneration: current.Generation}
	if doc := v.snapshot.Resolution.Document; doc != nil {
		role := doc.Roles[current.Name]
		desired.Permissions, desired.OmittedPermissions = rolePermissions(v.snapshot.Permissions, &role)
		desired.PermissionCount = bounded.Count(len(role.Permissions))
		desired.Holders = bounded.Count(v.snapshot.Resolution.Holders[current.Name])
	}
	unchanged := conditions.FieldsEqual(desired, current.Status)
	desired.Conditions = conditions.Merge(current.Status.Conditions, current.Generation, v.now,
		ready(v.findings.ByObject[self], "everything that the role says takes effect"),
		v.published(current.Status.Conditions, unchanged))
	return desired
}

// rolePermissions lists the permissions that a role holds, in the order of the catalog.
func rolePermissions(order []string, role *document.Role) (listed []v1alpha1.RolePermission, omitted *int32) {
	budget := maxListBytes
	for _, name := range order {
		alternatives, held := role.Permissions[name]
		if !held {
			continue
		}
		permission := v1alpha1.RolePermission{Name: name, When: when(alternatives)}
		budget -= size(name, permission.When)
		if len(listed) == maxRolePermissions || budget < 0 {
			return listed, bounded.Count(len(role.Permissions) - len(listed))
		}
		listed = append(listed, permission)
	}
	return listed, nil
}

// when writes out the alternatives under which a permission is held, none if one of them has no condition.
func when(alternatives []document.Alternative) []string {
	written := make([]string, 0, len(alternatives))
	for i := range alternatives {
		if alternatives[i].Unconditional() {
			return nil
		}
		written = append(written, alternatives[i].String())
	}
	return bounded.List(written, maxAlternatives, maxAlternative)
}

// size returns the length of the text of a list's entry.
func size(name string, lists ...[]string) int {
	n := len(name)
	for _, list := range lists {
		for _, text := range list {
			n += len(text)
		}
	}
	return n
}
