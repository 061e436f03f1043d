// SPDX-License-Identifier: Apache-2.0

package status

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Reasons of the condition Covered.
const (
	// ReasonCovered means that every step has several approvers for every unit.
	ReasonCovered = "Covered"
	// ReasonSingleApprover means that some step has only one approver for some unit.
	ReasonSingleApprover = access.CoverageSingle
	// ReasonTooFewApprovers means that some step has fewer approvers for some unit than it needs, or too few besides other steps.
	ReasonTooFewApprovers = access.CoverageTooFew
	// ReasonUndecidable means that some step may be left undecided for some unit after everybody has voted.
	ReasonUndecidable = access.CoverageUndecidable
	// ReasonUncovered means that some step has no approver for some unit.
	ReasonUncovered = access.CoverageUncovered
	// ReasonCoverageUnknown means that it takes too much work to tell.
	ReasonCoverageUnknown = access.CoverageUnknown
	// ReasonOrganizationNotResolved means that the organization is not resolved yet, so that nothing is known.
	ReasonOrganizationNotResolved = "OrganizationNotResolved"
)

const (
	// maxGaps bounds how many units a step's status names, and maxGap the name of each.
	maxGaps = 16
	maxGap  = 320
)

// Chain returns the status that an approval chain should have.
func (v *View) Chain(current *v1alpha1.ApprovalChain) v1alpha1.ApprovalChainStatus {
	self := model.Ref{Kind: model.KindChain, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.ApprovalChainStatus{ObservedGeneration: current.Generation}
	covered := metav1.Condition{
		Type: v1alpha1.ConditionCovered, Status: metav1.ConditionUnknown, Reason: ReasonOrganizationNotResolved,
		Message: "the organization is not resolved yet",
	}
	if index := v.snapshot.Index(); index != nil {
		if chain, known := index.Chain(current.Name); known {
			coverage := index.Coverage(&chain)
			desired.Steps, covered = steps(coverage), coveredCondition(coverage)
		}
	}
	ready := v.ready(self, "everything that the chain says takes effect")
	worst := &ready
	if ready.Status == metav1.ConditionTrue && covered.Reason != ReasonCovered {
		worst = &covered
	}
	desired.Reason, desired.Message = worst.Reason, worst.Message
	unchanged := conditions.FieldsEqual(current.Status, desired)
	desired.Conditions = conditions.Merge(current.Status.Conditions, current.Generation, v.now,
		append(health(ready, v.findings.ByObject[self]), covered, v.published(current.Status.Conditions, unchanged))...)
	return desired
}

func steps(coverage []access.Coverage) []v1alpha1.ApprovalStepStatus {
	shown := make([]v1alpha1.ApprovalStepStatus, 0, len(coverage))
	for i := range coverage {
		c := &coverage[i]
		shown = append(shown, v1alpha1.ApprovalStepStatus{
			Name: v1alpha1.Observed(c.Step), ApproverCount: bounded.Count(c.Approvers),
			UncoveredUnitCount: bounded.Count(len(c.Uncovered)), UncoveredUnits: gapTexts(c.Uncovered, maxGaps),
			SingleApproverUnitCount: bounded.Count(len(c.Single)), SingleApproverUnits: gapTexts(c.Single, maxGaps),
		})
	}
	return shown
}

func gapTexts(gaps []access.Gap, most int) []string {
	texts := make([]string, 0, min(len(gaps), most))
	for i := range gaps[:min(len(gaps), most)] {
		texts = append(texts, bounded.Text(gaps[i].String(), maxGap))
	}
	if len(texts) == 0 {
		return nil
	}
	return texts
}

// coveredCondition returns the condition Covered, which is True if requests about every unit can pass every step. Its reason is
// that of the most severe problem.
func coveredCondition(coverage []access.Coverage) metav1.Condition {
	condition := metav1.Condition{
		Type: v1alpha1.ConditionCovered, Status: metav1.ConditionTrue, Reason: ReasonCovered,
		Message: "every step has several approvers for every unit",
	}
	var messages []string
	for _, reason := range []string{ReasonCoverageUnknown, ReasonUncovered, ReasonTooFewApprovers, ReasonUndecidable, ReasonSingleApprover} {
		for i := range coverage {
			for _, problem := range coverage[i].Problems() {
				if problem.Reason == reason {
					messages = append(messages, problem.Message)
				}
			}
		}
		if len(messages) > 0 && condition.Reason == ReasonCovered {
			condition.Reason = reason
		}
	}
	if condition.Reason != ReasonCovered {
		condition.Message = bounded.Text(strings.Join(messages, "; "), maxFindingMessage)
	}
	switch condition.Reason {
	case ReasonCovered, ReasonSingleApprover:
	case ReasonCoverageUnknown:
		condition.Status = metav1.ConditionUnknown
	default:
		condition.Status = metav1.ConditionFalse
	}
	return condition
}
