// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/english"
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
		Publication:        v.outcome.Last,
	}
	if doc := v.snapshot.Resolution.Document; doc != nil {
		counts := v.snapshot.Counts()
		desired.UnitCount, desired.RoleCount = bounded.Count(counts.Units), bounded.Count(counts.Roles)
		desired.UserCount, desired.GrantCount = bounded.Count(counts.Users), bounded.Count(counts.Grants)
		if v.detail == v1alpha1.DetailRoles {
			desired.EnabledFeatures = enabledFeatures(doc.Features)
		}
	}
	if v.detail == v1alpha1.DetailRoles {
		desired.AssignmentStatusDetail = v1alpha1.DetailRoles
	}
	desired.Findings, desired.OmittedFindingCount = findings(v.findings.All)
	desired.Conditions = conditions.Merge(current.Status.Conditions, current.Generation, v.now,
		append(health(v.organizationReady(self), v.findings.ByObject[self]), v.published(nil, false))...)
	return desired
}

// enabledFeatures returns the features of an organization as its status shows them. A catalog has no more than there is room for.
func enabledFeatures(features []string) []v1alpha1.Observed {
	shown := make([]v1alpha1.Observed, 0, len(features))
	for _, name := range features {
		shown = append(shown, v1alpha1.Observed(name))
	}
	return shown
}

// Summary says in one line what is published now, and how many findings there are: one event for each revision is enough.
func (v *View) Summary() string {
	counts, findings := v.snapshot.Counts(), v.findings.All
	errors := countErrors(findings)
	return fmt.Sprintf("revision %d: %s, %s, %s; %s, %s", v.outcome.Publication.Revision, english.Count(counts.Users, "user"),
		english.Count(counts.Roles, "role"), english.Count(counts.Grants, "grant"), english.Count(errors, "error"),
		english.Count(upTo(resolve.Warning, findings)-errors, "warning"))
}

// organizationReady returns the condition Ready of the organization, whose message counts the errors in other objects.
func (v *View) organizationReady(self model.Ref) metav1.Condition {
	condition := v.ready(self, "everything that the organization says takes effect")
	objects, errors := 0, 0
	for object, list := range v.findings.ByObject {
		if n := countErrors(list); n > 0 && object != self {
			objects++
			errors += n
		}
	}
	if objects > 0 {
		condition.Message += fmt.Sprintf("; in other objects: %s in %s", english.Count(errors, "error"), english.Count(objects, "object"))
	}
	return condition
}

// findings returns the most severe findings, and how many it leaves out.
func findings(found []resolve.Finding) (listed []v1alpha1.FindingStatus, omitted *int32) {
	for i := range found {
		if i == maxFindings {
			return listed, bounded.Count(len(found) - maxFindings)
		}
		listed = append(listed, v1alpha1.FindingStatus{
			Reason:   found[i].Reason,
			Severity: v1alpha1.FindingSeverity(found[i].Severity.String()),
			Object:   found[i].Object.String(),
			Field:    bounded.Text(found[i].Field, maxFindingField),
			Message:  bounded.Text(found[i].Message, maxFindingMessage),
		})
	}
	return listed, nil
}
