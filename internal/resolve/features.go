// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"

	"github.com/rolewright/rolewright/internal/model"
)

// readPlan returns what the organization's plan includes: features, and how many custom roles count; negative means any
// number. A plan that does not exist includes nothing, custom roles included.
func readPlan(organization *model.Organization, catalog *compiledCatalog, found *findings) (features set, maxRoles int) {
	features = set{}
	if organization.Plan == "" {
		return features, -1
	}
	plan, known := catalog.plans[organization.Plan]
	if !known {
		found.reject(organization.Ref, "spec.plan", ReasonUnknownPlan,
			"catalog %q has no plan %q, so no custom role counts: %s",
			catalog.spec.Name, organization.Plan, found.fix(catalog.names.plans, organization.Plan, addToCatalog))
		return features, 0
	}
	maxRoles = -1
	if plan.CustomRolesLimit != nil {
		maxRoles = *plan.CustomRolesLimit
	}
	for _, feature := range plan.Features {
		if catalog.features.has(feature) {
			features.add(feature)
		}
	}
	return features, maxRoles
}

// checkPublishing finds labels and annotations that no ConfigMap of the organization gets.
func checkPublishing(organization *model.Organization, found *findings) {
	for _, field := range organization.Unusable {
		found.reject(organization.Ref, field, ReasonInvalidKey,
			"the key is reserved for the manager, or Kubernetes does not allow it, so no ConfigMap gets it: use another")
	}
}

// readFeatures returns the features that the organization turns on, with those that its plan includes.
func readFeatures(organization *model.Organization, included set, catalog *compiledCatalog, found *findings) set {
	for i, feature := range organization.Features {
		if !catalog.features.has(feature) {
			found.reject(organization.Ref, fmt.Sprintf("spec.features[%d]", i), ReasonUnknownFeature,
				"catalog %q has no feature %q: %s", catalog.spec.Name, feature, found.fix(catalog.names.features, feature, addToCatalog))
			continue
		}
		included.add(feature)
	}
	return included
}
