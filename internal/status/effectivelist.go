// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// showEffective lists in a status what a user may do: the widest scopes first, and the permissions of each in the order of the catalog.
func (v *View) showEffective(desired *v1alpha1.UserAssignmentStatus, doc *document.Document, user string) {
	scopes := resolve.Effective
	if v.detail == v1alpha1.DetailRoles {
		scopes, desired.Detail = resolve.EffectiveByRole, v1alpha1.DetailRoles
	}
	list := effectiveList{budget: maxListBytes}
	for _, scope := range scopes(doc, user) {
		slices.SortFunc(scope.Permissions, func(a, b resolve.EffectivePermission) int {
			return cmp.Compare(v.catalogOrder[a.Name], v.catalogOrder[b.Name])
		})
		list.add(&scope)
	}
	desired.Effective = list.entries
	desired.OmittedPermissionCount, desired.OmittedRoleCount = bounded.CountIfAny(list.omitted), bounded.CountIfAny(list.omittedRoles)
}

// effectiveList lists what a user may do within the bounds of a status.
type effectiveList struct {
	entries []v1alpha1.EffectiveScope
	// budget is how many bytes are left, permissions and roles are how many are listed, and omitted and omittedRoles how many are not.
	budget, permissions, roles, omitted, omittedRoles int
}

func (l *effectiveList) add(scope *resolve.EffectiveScope) {
	entry := v1alpha1.EffectiveScope{
		Scope: observedScope(&scope.Scope), Window: window(scope.Window), From: sources(scope.From), DeniedPermissions: observed(scope.Denied),
	}
	cost := sizeOfEntry(&entry)
	if len(l.entries) == maxEffective || cost > l.budget {
		l.omitted += len(scope.Permissions) + len(scope.Denied)
		l.omittedRoles += len(scope.Roles)
		return
	}
	l.budget -= cost
	l.omitted += len(scope.Denied) - len(entry.DeniedPermissions)
	l.addPermissions(&entry, scope.Permissions)
	l.addRoles(&entry, scope.Roles)
	if len(entry.Permissions)+len(entry.DeniedPermissions)+len(entry.Roles) > 0 {
		l.entries = append(l.entries, entry)
	}
}

func (l *effectiveList) addPermissions(entry *v1alpha1.EffectiveScope, held []resolve.EffectivePermission) {
	for i := range held {
		permission := v1alpha1.EffectivePermission{
			Name: v1alpha1.Observed(held[i].Name), Alternatives: alternatives(held[i].Alternatives),
		}
		cost := nameBytes + len(permission.Name) + sizeOfAlternatives(permission.Alternatives)
		if len(entry.Permissions) == maxScopePermissions || l.permissions == maxEffectivePermissions || cost > l.budget {
			l.omitted++
			continue
		}
		entry.Permissions = append(entry.Permissions, permission)
		l.budget -= cost
		l.permissions++
	}
}

func (l *effectiveList) addRoles(entry *v1alpha1.EffectiveScope, held []resolve.EffectiveRole) {
	for i := range held {
		role := v1alpha1.EffectiveRole{
			RoleRef: *observedRole(held[i].Role), Entitlements: observed(held[i].Entitlements), From: sources(held[i].From),
		}
		for j := range role.From {
			role.From[j].RoleRef = nil
		}
		cost := sizeOfRole(&role)
		if len(entry.Roles) == maxScopeRoles || l.roles == maxEffectiveRoles || cost > l.budget {
			l.omittedRoles++
			continue
		}
		entry.Roles = append(entry.Roles, role)
		l.budget -= cost
		l.roles++
	}
}
