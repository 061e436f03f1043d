// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"fmt"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// Violations of audited constraints are reported, and nothing is withheld.
func TestAuditedConstraints(t *testing.T) {
	t.Run("three administrators are not too many", func(t *testing.T) {
		resolution := vary(t, homehealth, func(o *intake.Objects) {
			o.Assignments = append(o.Assignments, administrator("adele"), administrator("agnes"))
		})
		expectFindings(t, resolution.Findings, expectedFindings[homehealth.name])
	})
	t.Run("a fourth is shown", func(t *testing.T) {
		resolution := vary(t, homehealth, func(o *intake.Objects) {
			o.Assignments = append(o.Assignments, administrator("adele"), administrator("agnes"), administrator("alma"))
		})
		expectFindings(t, resolution.Findings, []string{
			"Error UserAssignment/dual spec.grants[qa-specialist] SeparationOfDuties",
			"Warning Organization/sunrise  SeparationOfDuties",
			"Warning Organization/sunrise  TooManyHolders",
			"Warning UserAssignment/alma spec.grants[agency-administrator] TooManyHolders",
		})
		ask(t, resolution.Document, clock(), []question{
			{"ada@sunrise.example", "MANAGE_USERS", "", true}, {"alma@sunrise.example", "MANAGE_USERS", "", true},
		})
	})
	for _, daily := range []string{"scheduler", "biller", "rn-case-manager"} {
		t.Run("an administrator who is a "+daily+" is shown", func(t *testing.T) {
			resolution := vary(t, homehealth, func(o *intake.Objects) {
				both := administrator("alma")
				both.Spec.Grants = append(both.Spec.Grants, both.Spec.Grants[0])
				both.Spec.Grants[1].RoleRef.Name, both.Spec.Grants[1].Name = daily, "more"
				o.Assignments = append(o.Assignments, both)
			})
			expectFindings(t, resolution.Findings, []string{
				"Error UserAssignment/dual spec.grants[qa-specialist] SeparationOfDuties",
				"Warning Organization/sunrise  SeparationOfDuties",
				"Warning Organization/sunrise  SeparationOfDuties",
				"Warning UserAssignment/alma spec.grants[more] SeparationOfDuties",
			})
			ask(t, resolution.Document, clock(), []question{{"alma@sunrise.example", "MANAGE_USERS", "", true}})
		})
	}
}

// Users who bill do not review, whichever roles they hold.
func TestBillingApartFromReview(t *testing.T) {
	platformRole := func(name string) v1alpha1.RoleReference {
		return v1alpha1.RoleReference{Kind: v1alpha1.RoleKindPlatformRole, Name: name}
	}
	for _, billing := range []v1alpha1.RoleReference{platformRole("biller"), {Name: "billing-assistant"}} {
		for _, review := range []v1alpha1.RoleReference{platformRole("clinical-manager"), {Name: "qa-specialist"}} {
			for _, billingFirst := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s and %s, billing first %t", billing.Name, review.Name, billingFirst), func(t *testing.T) {
					resolution := vary(t, homehealth, func(o *intake.Objects) {
						roles := []v1alpha1.RoleReference{billing, review}
						if !billingFirst {
							slices.Reverse(roles)
						}
						older, newer := assignment("zoe-1", roles[0]), assignment("zoe-2", roles[1])
						older.Spec.User, newer.Spec.User = "zoe@sunrise.example", "zoe@sunrise.example"
						o.Assignments = append(o.Assignments, newer, older)
					})
					ask(t, resolution.Document, clock(), []question{
						{"zoe@sunrise.example", "VIEW_CLAIMS", "", billingFirst},
						{"zoe@sunrise.example", "VIEW_QA_QUEUE", "", !billingFirst},
					})
				})
			}
		}
	}
}

// A waiver permits the second grant of dual until it ends.
func TestWaivedSeparation(t *testing.T) {
	until := time.Date(2031, time.January, 1, 0, 0, 0, 0, time.UTC)
	resolution := vary(t, homehealth, func(o *intake.Objects) {
		o.Organizations[0].Spec.Waivers = []v1alpha1.Waiver{{
			Name: "small-office", ConstraintRef: v1alpha1.ConstraintReference{Name: "billing-apart-from-review"},
			Users: []v1alpha1.UserReference{"dual@sunrise.example"},
			Owner: "ada@sunrise.example", Reason: "Nobody else is there.", EndTime: metav1.NewTime(until),
		}}
	})
	found, _ := resolution.At(clock())
	expectFindings(t, found, nil)
	for at, want := range map[time.Time]bool{until.Add(-time.Second): true, until: false} {
		ask(t, resolution.Document, at, []question{
			{"dual@sunrise.example", "VIEW_QA_QUEUE", "north-branch", want}, {"dual@sunrise.example", "VIEW_CLAIMS", "", true},
		})
	}
}
