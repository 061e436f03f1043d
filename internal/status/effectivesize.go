// SPDX-License-Identifier: Apache-2.0

package status

import "github.com/rolewright/rolewright/api/v1alpha1"

// sizeOfEntry returns about how many bytes an entry takes without its permissions.
func sizeOfEntry(entry *v1alpha1.EffectiveScope) int {
	n := sizeOf(entry.Scope.Units) + sizeOf(entry.Scope.UnitGroups) + sizeOf(entry.DeniedPermissions)
	for i := range entry.Scope.Dimensions {
		n += nameBytes + len(entry.Scope.Dimensions[i].Name) + sizeOf(entry.Scope.Dimensions[i].Values)
	}
	return n + sizeOfSources(entry.From)
}

// sizeOfRole returns about how many bytes a role takes.
func sizeOfRole(role *v1alpha1.EffectiveRole) int {
	return sizeOf([]v1alpha1.Observed{role.RoleRef.Kind, role.RoleRef.Name}) + sizeOf(role.Entitlements) + sizeOfSources(role.From)
}

func sizeOfSources(sources []v1alpha1.EffectiveSource) int {
	n := 0
	for i := range sources {
		from := &sources[i]
		n += sizeOf([]v1alpha1.Observed{from.Kind, from.Name, from.GrantName, from.OverrideName})
		if from.RoleRef != nil {
			n += sizeOf([]v1alpha1.Observed{from.RoleRef.Kind, from.RoleRef.Name})
		}
	}
	return n
}

// sizeOfAlternatives returns about how many bytes alternatives take.
func sizeOfAlternatives(list []v1alpha1.PermissionAlternative) int {
	n := 0
	for i := range list {
		n += sizeOf(list[i].Qualifiers) + sizeOf(list[i].RequiredFeatures) + sizeOf(list[i].RequiredEntitlements)
	}
	return n
}

func sizeOf(names []v1alpha1.Observed) int {
	n := 0
	for _, name := range names {
		n += nameBytes + len(name)
	}
	return n
}
