// SPDX-License-Identifier: Apache-2.0

package status

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// maxAdministrationRules bounds what a role lists.
const maxAdministrationRules = 64

// administrationRules lists the administration rules of a role, its own first, and counts those that do not fit.
func administrationRules(doc *document.Document, role string) (listed []v1alpha1.RoleAdministrationRule, omitted *int32) {
	budget, left := maxListBytes, 0
	for from, rule := range doc.AdministrationRules(role) {
		shown := v1alpha1.RoleAdministrationRule{
			Name:       v1alpha1.Observed(rule.Name),
			Allows:     v1alpha1.Observed(bounded.Text(rule.String(), maxName)),
			Qualifiers: observed(rule.Qualifiers),
		}
		if from != role {
			shown.InheritedFrom = observedRole(from)
		}
		budget -= sizeOf([]v1alpha1.Observed{shown.Name, shown.Allows, v1alpha1.Observed(from)}) + sizeOf(shown.Qualifiers)
		if left > 0 || len(listed) == maxAdministrationRules || budget < 0 {
			left++
			continue
		}
		listed = append(listed, shown)
	}
	return listed, bounded.CountIfAny(left)
}
