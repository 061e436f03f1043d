// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/resolve"
)

// merge returns the conditions that an object should have. One whose status is what it was keeps its transition time.
// Conditions of other types are somebody else's and are left out.
func merge(current []metav1.Condition, generation int64, now time.Time, desired ...metav1.Condition) []metav1.Condition {
	merged := Own(current)
	for _, condition := range desired {
		condition.ObservedGeneration = generation
		condition.LastTransitionTime = metav1.NewTime(now)
		meta.SetStatusCondition(&merged, condition)
	}
	return merged
}

// ownTypes are the types of the conditions that the manager sets.
var ownTypes = []string{
	v1alpha1.ConditionReady, v1alpha1.ConditionPublished, v1alpha1.ConditionCovered, v1alpha1.ConditionGranted, v1alpha1.ConditionCounted,
}

// Own returns a copy of those conditions that this program writes.
func Own(conditions []metav1.Condition) []metav1.Condition {
	return slices.DeleteFunc(slices.Clone(conditions), func(c metav1.Condition) bool { return !slices.Contains(ownTypes, c.Type) })
}

// ready says whether all that an object says takes effect. Findings are ordered gravest first. What is merely worth knowing
// is left to the organization's list: a message that always says something is no longer read.
func ready(findings []resolve.Finding, fine string) metav1.Condition {
	condition := metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: ReasonResolved, Message: fine,
	}
	findings = findings[:upTo(resolve.Warning, findings)]
	switch {
	case len(findings) == 0:
	case findings[0].Severity == resolve.Error:
		condition.Status, condition.Reason, condition.Message = metav1.ConditionFalse, findings[0].Reason, list(findings)
	default:
		condition.Message = fine + "; " + list(findings)
	}
	return condition
}

// published says whether readers see an object. Same tells that the object, and what its status says beside its
// conditions, is as the current conditions describe it.
func (v *View) published(current []metav1.Condition, same bool) metav1.Condition {
	former := meta.FindStatusCondition(current, v1alpha1.ConditionPublished)
	seen := former != nil && former.Status == metav1.ConditionTrue
	// Without a document nothing can be said of what readers of the last good one see.
	if same && seen && v.outcome.Publication != nil && v.snapshot.Resolution.Document != nil {
		return *former
	}
	condition := metav1.Condition{
		Type: v1alpha1.ConditionPublished, Status: metav1.ConditionTrue, Reason: ReasonPublished,
	}
	if problem := v.outcome.Problem; problem != nil {
		condition.Status, condition.Reason = metav1.ConditionFalse, problem.Reason
		condition.Message = cut(problem.Message, maxFindingMessage) + "; " + v.outcome.lastGood()
		return condition
	}
	condition.Message = v.outcome.published()
	return condition
}

// errors counts the findings that make an object not Ready.
func errors(findings []resolve.Finding) int { return upTo(resolve.Error, findings) }

// upTo counts the findings that are as grave as a severity, or graver. They come first.
func upTo(severity resolve.Severity, findings []resolve.Finding) int {
	n := 0
	for n < len(findings) && findings[n].Severity <= severity {
		n++
	}
	return n
}
