// SPDX-License-Identifier: Apache-2.0

package status

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// maxRolePermissions bounds what a role lists.
const maxRolePermissions = 256

// Role returns the status that a role should have.
func (v *View) Role(current *v1alpha1.Role) v1alpha1.RoleStatus {
	self := model.Ref{Kind: model.KindRole, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.RoleStatus{ObservedGeneration: current.Generation}
	if doc := v.snapshot.Resolution.Document; doc != nil {
		role := doc.Roles[current.Name]
		desired.Permissions, desired.OmittedPermissionCount = rolePermissions(v.snapshot.Permissions, &role)
		desired.PermissionCount = bounded.Count(len(role.Permissions))
		desired.AdministrationRules, desired.OmittedAdministrationRuleCount = administrationRules(doc, current.Name)
		desired.HolderCount = bounded.Count(v.snapshot.Resolution.Holders[current.Name])
	}
	unchanged := conditions.FieldsEqual(current.Status, desired)
	desired.Conditions = conditions.Merge(current.Status.Conditions, current.Generation, v.now,
		append(v.health(self, "everything that the role says takes effect"), v.published(current.Status.Conditions, unchanged))...)
	return desired
}

// rolePermissions lists the permissions that a role holds, in the order of the catalog.
func rolePermissions(order []string, role *document.Role) (listed []v1alpha1.RolePermission, omitted *int32) {
	budget := maxListBytes
	for _, name := range order {
		held, known := role.Permissions[name]
		if !known {
			continue
		}
		permission := v1alpha1.RolePermission{Name: v1alpha1.Observed(name), Alternatives: alternatives(held)}
		budget -= len(name) + sizeOfAlternatives(permission.Alternatives)
		if len(listed) == maxRolePermissions || budget < 0 {
			return listed, bounded.Count(len(role.Permissions) - len(listed))
		}
		listed = append(listed, permission)
	}
	return listed, nil
}
