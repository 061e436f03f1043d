// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// WrittenRule is a valid rule of a role, with what it gives where nothing else of the role gives it on fewer conditions.
type WrittenRule struct {
	// Role is the name of the role in the document, and Object where it is written.
	Role   string
	Object model.Ref
	Field  string
	// Permissions are those that the rule selects.
	Permissions []string
	// Gives maps each permission, implied ones among them, to the alternatives that come from the rule.
	Gives map[string][]document.Alternative
}

// Rules returns the valid rules of all roles, by role and place.
func (r *Resolution) Rules() []WrittenRule {
	if r.env == nil {
		return nil
	}
	var all []WrittenRule
	for _, role := range r.env.numbered {
		for i := range role.rules {
			rule := &role.rules[i]
			all = append(all, WrittenRule{
				Role: role.name, Object: role.spec.Ref, Field: fmt.Sprintf("spec.rules[%d]", rule.index),
				Permissions: rule.permissions, Gives: role.given(rule, r.env.catalog),
			})
		}
	}
	return all
}

// given returns the alternatives of the role that come from a rule.
func (r *role) given(rule *rule, catalog *compiledCatalog) map[string][]document.Alternative {
	gives := map[string][]document.Alternative{}
	for _, name := range rule.permissions {
		for _, reached := range catalog.permissions[name].reach {
			asked := rule.conditions
			asked.RequiredFeatures = union(asked.RequiredFeatures, reached.features)
			for _, held := range r.held[reached.name] {
				if len(held.Via) == 0 && held.String() == asked.String() {
					gives[reached.name] = append(gives[reached.name], held)
				}
			}
		}
	}
	return gives
}
