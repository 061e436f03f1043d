// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// A plan limits the number of custom roles. The sample has four, and the newest beyond the limit have no effect.
func TestPlans(t *testing.T) {
	for _, test := range []struct {
		plan         v1alpha1.Name
		roles, count int
	}{
		{"growth", 4, 0}, {"test", 4, 4}, {"pro", 4, 4}, {"enterprise", 4, 4},
		{"test", 11, 10}, {"pro", 10, 10}, {"pro", 12, 10}, {"enterprise", 20, 20}, {"enterprise", 23, 20}, {"free", 4, 0},
	} {
		t.Run(fmt.Sprintf("%s with %d roles", test.plan, test.roles), func(t *testing.T) {
			questions := make([]question, test.roles)
			resolution := vary(t, homehealth, func(o *intake.Objects) {
				o.Organizations[0].Spec.Plan = test.plan
				for i := len(o.Roles); i < test.roles; i++ {
					added := *o.Roles[0].DeepCopy()
					added.Name = fmt.Sprintf("zz-%02d", i)
					o.Roles = append(o.Roles, added)
				}
				slices.SortFunc(o.Roles, func(a, b v1alpha1.Role) int { return strings.Compare(a.Name, b.Name) })
				for i := range o.Roles {
					// So that every role gives the same, and each its own holder.
					o.Roles[i].Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{"VIEW_OASIS_SUBMISSIONS"}}}
					user := fmt.Sprintf("holder-%02d", i)
					o.Assignments = append(o.Assignments, assignment(user, v1alpha1.RoleReference{Name: o.Roles[i].Name}))
					questions[i] = question{user + "@sunrise.example", "VIEW_OASIS_SUBMISSIONS", "south-branch", i < test.count}
				}
			})
			ask(t, resolution.Document, clock(), questions)
			ask(t, resolution.Document, clock(), []question{{"bo@sunrise.example", "VIEW_CLAIMS", "south-branch", true}})
		})
	}
}

// Custom roles cannot hold Platform-level permissions: a rule that names one gives nothing, and sections do not include one.
func TestCustomRolesStayInTheAgency(t *testing.T) {
	resolution := vary(t, homehealth, func(o *intake.Objects) {
		for i := range o.Roles {
			switch o.Roles[i].Name {
			case "qa-specialist":
				o.Roles[i].Spec.Rules = append(o.Roles[i].Spec.Rules, v1alpha1.Rule{Permissions: []v1alpha1.PermissionName{"VIEW_ALL_AGENCIES", "VIEW_REPORTS"}})
			case "oasis-coordinator":
				o.Roles[i].Spec.Rules = []v1alpha1.Rule{{Sections: []v1alpha1.SectionSelector{"*"}}}
			case "scheduler-intake":
				o.Roles[i].Spec.Inherits = []v1alpha1.Inheritance{{RoleRef: v1alpha1.RoleReference{Kind: v1alpha1.RoleKindPlatformRole, Name: "super-administrator"}}}
			}
		}
	})
	ask(t, resolution.Document, clock(), []question{
		{"quin@sunrise.example", "VIEW_ALL_AGENCIES", "north-branch", false},
		{"quin@sunrise.example", "VIEW_REPORTS", "north-branch", false},
		{"quin@sunrise.example", "VIEW_QA_QUEUE", "north-branch", true},
		{"omar@sunrise.example", "VIEW_ALL_AGENCIES", "north-branch", false},
		{"omar@sunrise.example", "VIEW_CLAIMS", "north-branch", true},
		{"sig@sunrise.example", "CREATE_AGENCY", "north-branch", false},
		{"sig@sunrise.example", "VIEW_CLAIMS", "north-branch", false},
		{"sig@sunrise.example", "VIEW_SCHEDULE", "north-branch", true},
	})
}
