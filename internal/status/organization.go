// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// maxFindings bounds the findings of an organization's status.
const maxFindings = 20

// Organization returns the status that an organization should have.
func (v *View) Organization(current *v1alpha1.Organization) v1alpha1.OrganizationStatus {
	self := model.Ref{Kind: model.KindOrganization, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.OrganizationStatus{
		ObservedGeneration: current.Generation,
		Publication:        v.outcome.Publication,
	}
	if document := v.snapshot.Resolution.Document; document != nil {
		counts := document.Counts()
		desired.Counts = &v1alpha1.OrganizationCounts{
			Units: number(counts.Units), Roles: number(counts.Roles), Users: number(counts.Users), Grants: number(counts.Grants),
		}
	}
	desired.Findings, desired.OmittedFindings = findings(v.found.All)
	desired.Conditions = merge(current.Status.Conditions, current.Generation, v.now,
		v.organizationReady(self), v.published(nil, false))
	return desired
}

// organizationReady adds to what is wrong with the organization itself why it could not be published, and how much is
// wrong elsewhere in it.
func (v *View) organizationReady(self model.Ref) metav1.Condition {
	own := v.found.ByObject[self]
	condition := ready(own, "everything that the organization says takes effect")
	if problem := v.outcome.Problem; problem != nil && errors(own) == 0 {
		condition.Status, condition.Reason, condition.Message = metav1.ConditionFalse, problem.Reason, cut(problem.Message, maxFindingMessage)
	}
	objects, found := 0, 0
	for object, list := range v.found.ByObject {
		if n := errors(list); n > 0 && object != self {
			objects++
			found += n
		}
	}
	if objects > 0 {
		condition.Message += fmt.Sprintf("; in other objects: %s in %s", count(found, "error"), count(objects, "object"))
	}
	return condition
}

// findings are the gravest, and how many are left out.
func findings(found []resolve.Finding) (shown []v1alpha1.FindingStatus, omitted *int32) {
	for i := range found {
		if i == maxFindings {
			return shown, number(len(found) - maxFindings)
		}
		shown = append(shown, v1alpha1.FindingStatus{
			Reason:   found[i].Reason,
			Severity: v1alpha1.FindingSeverity(found[i].Severity.String()),
			Object:   found[i].Object.String(),
			Field:    cut(found[i].Field, maxFindingField),
			Message:  cut(found[i].Message, maxFindingMessage),
		})
	}
	return shown, nil
}

func number(n int) *int32 {
	n32 := int32(min(n, 1<<31-1))
	return &n32
}
