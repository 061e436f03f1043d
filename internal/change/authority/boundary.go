// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// unresolved says why a state has no document; empty if it has one.
func unresolved(s *State) string {
	switch {
	case s.Members.Organization == nil:
		return "the organization does not exist"
	case s.Members.Catalog == nil:
		return fmt.Sprintf("catalog %q of the organization does not exist", s.Members.Organization.Spec.CatalogRef.Name)
	case s.Resolution == nil || s.Resolution.Document == nil:
		return "the organization takes too much work to resolve"
	}
	return ""
}

// IsAdministered reports whether some role of an organization has administration rules as it is written, whether or not they count.
// Every other organization is left to Kubernetes RBAC.
func IsAdministered(members *intake.Members) bool {
	return slices.ContainsFunc(members.Roles, func(r v1alpha1.Role) bool { return len(r.Spec.AdministrationRules) > 0 }) ||
		members.Organization != nil && slices.ContainsFunc(members.PlatformRoles, func(r v1alpha1.PlatformRole) bool {
			return r.Spec.CatalogRef.Name == members.Organization.Spec.CatalogRef.Name && len(r.Spec.AdministrationRules) > 0
		})
}
