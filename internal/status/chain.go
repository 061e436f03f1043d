// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
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
	ReasonSingleApprover = "SingleApprover"
	// ReasonUncovered means that some step has no approver for some unit.
	ReasonUncovered = "Uncovered"
	// ReasonOrganizationNotResolved means that the organization is not resolved yet, so that nothing is known.
	ReasonOrganizationNotResolved = "OrganizationNotResolved"
)

const (
	// maxGaps bounds how many units a step's status names, and maxNamedGaps how many a message does.
	maxGaps, maxNamedGaps = 16, 3
	maxGap                = 320
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
	ready := ready(v.findings.ByObject[self], "everything that the chain says takes effect")
	worst := &ready
	if ready.Status == metav1.ConditionTrue && covered.Reason != ReasonCovered {
		worst = &covered
	}
	desired.Reason, desired.Message = worst.Reason, worst.Message
	unchanged := conditions.FieldsEqual(desired, current.Status)
	published := v.published(current.Status.Conditions, unchanged)
	if worst == &ready && ready.Status == metav1.ConditionTrue && published.Status != metav1.ConditionTrue {
		desired.Reason, desired.Message = published.Reason, published.Message
	}
	desired.Conditions = conditions.Merge(current.Status.Conditions, current.Generation, v.now,
		ready, resolvedRefs(v.findings.ByObject[self]), covered, published)
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

// coveredCondition returns the condition Covered, which is True if every step has an eligible approver for every unit.
func coveredCondition(coverage []access.Coverage) metav1.Condition {
	var uncovered, single []string
	for i := range coverage {
		c := &coverage[i]
		if len(c.Uncovered) > 0 {
			uncovered = append(uncovered, fmt.Sprintf("step %q has no approver for %s", c.Step, firstFew(c.Uncovered)))
		}
		if len(c.Single) > 0 {
			single = append(single, fmt.Sprintf("step %q has only one approver for %s", c.Step, firstFew(c.Single)))
		}
	}
	condition := metav1.Condition{
		Type: v1alpha1.ConditionCovered, Status: metav1.ConditionTrue, Reason: ReasonCovered,
		Message: "every step has several approvers for every unit",
	}
	switch {
	case len(uncovered) > 0:
		condition.Status, condition.Reason = metav1.ConditionFalse, ReasonUncovered
		condition.Message = strings.Join(append(uncovered, single...), "; ")
	case len(single) > 0:
		condition.Reason, condition.Message = ReasonSingleApprover, strings.Join(single, "; ")
	}
	condition.Message = bounded.Text(condition.Message, maxFindingMessage)
	return condition
}

// firstFew names the first gaps, and says how many there are.
func firstFew(gaps []access.Gap) string {
	named := strings.Join(gapTexts(gaps, maxNamedGaps), "; ")
	if more := len(gaps) - maxNamedGaps; more > 0 {
		return fmt.Sprintf("%s and %d more", named, more)
	}
	return named
}
