// SPDX-License-Identifier: Apache-2.0

package status

import (
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// ready returns the condition Ready of an object with some findings, which are ordered by severity, the most severe first.
// Infos are left to the organization's list: nobody reads a message that always says something.
func ready(findings []resolve.Finding, inEffect string) metav1.Condition {
	condition := metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: ReasonResolved, Message: inEffect,
	}
	findings = findings[:upTo(resolve.Warning, findings)]
	switch {
	case len(findings) == 0:
	case findings[0].Severity == resolve.Error:
		condition.Status, condition.Reason, condition.Message = metav1.ConditionFalse, findings[0].Reason, list(findings)
	default:
		condition.Message = inEffect + "; " + list(findings)
	}
	return condition
}

// ready returns the condition Ready of an object of the organization. What readers do not see takes no effect: if the organization
// could not be published, Ready is False, with the reason for that unless the object has an error of its own.
func (v *View) ready(self model.Ref, inEffect string) metav1.Condition {
	own := v.findings.ByObject[self]
	condition := ready(own, inEffect)
	if problem := v.outcome.Problem; problem != nil && countErrors(own) == 0 {
		condition.Status, condition.Reason = metav1.ConditionFalse, problem.Reason
		condition.Message = bounded.Text(problem.Message, maxFindingMessage)
	}
	return condition
}

// health returns the condition Ready of an object with some findings, ResolvedRefs, and Stalled if it is.
func health(ready metav1.Condition, findings []resolve.Finding) []metav1.Condition {
	return append([]metav1.Condition{ready, resolvedRefs(findings)}, stalled(findings)...)
}

// health returns the conditions of an object of the organization that follow from its findings.
func (v *View) health(self model.Ref, inEffect string) []metav1.Condition {
	return health(v.ready(self, inEffect), v.findings.ByObject[self])
}

// resolvedRefs returns the condition ResolvedRefs of an object with some findings. Infos are left out, as in Ready.
func resolvedRefs(findings []resolve.Finding) metav1.Condition {
	var unresolved []resolve.Finding
	for i := range findings[:upTo(resolve.Warning, findings)] {
		if conditions.IsUnresolved(findings[i].Reason) {
			unresolved = append(unresolved, findings[i])
		}
	}
	if len(unresolved) == 0 {
		return conditions.ResolvedRefs("", "")
	}
	return conditions.ResolvedRefs(unresolved[0].Reason, list(unresolved))
}

// published returns the condition Published of an object with some current conditions. Unchanged reports whether these
// conditions already describe the object and the rest of its status.
func (v *View) published(current []metav1.Condition, unchanged bool) metav1.Condition {
	former := meta.FindStatusCondition(current, v1alpha1.ConditionPublished)
	wasPublished := former != nil && former.Status == metav1.ConditionTrue
	// Without a document it is unknown what readers of the last good one see.
	if unchanged && wasPublished && v.outcome.Publication != nil && v.snapshot.Resolution.Document != nil {
		return *former
	}
	condition := metav1.Condition{
		Type: v1alpha1.ConditionPublished, Status: metav1.ConditionTrue, Reason: ReasonPublished,
	}
	if problem := v.outcome.Problem; problem != nil {
		condition.Status, condition.Reason = metav1.ConditionFalse, problem.Reason
		condition.Message = bounded.Text(problem.Message, maxFindingMessage) + "; " + v.outcome.lastGood()
		return condition
	}
	condition.Message = v.outcome.published()
	return condition
}

// countErrors counts the findings that make an object not Ready.
func countErrors(findings []resolve.Finding) int { return upTo(resolve.Error, findings) }

// upTo counts the findings that are at least as severe as a severity. They come first.
func upTo(severity resolve.Severity, findings []resolve.Finding) int {
	n := 0
	for n < len(findings) && findings[n].Severity <= severity {
		n++
	}
	return n
}
