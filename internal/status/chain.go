// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Reasons of the condition Covered.
const (
	// ReasonCovered says that every step has several approvers for every unit.
	ReasonCovered = "Covered"
	// ReasonSingleApprover says that some step has only one approver for some unit.
	ReasonSingleApprover = "SingleApprover"
	// ReasonUncovered says that some step has no approver for some unit.
	ReasonUncovered = "Uncovered"
	// ReasonOrganizationNotResolved says that nothing can be said yet.
	ReasonOrganizationNotResolved = "OrganizationNotResolved"
)

const (
	// maxSpots bounds how many units a step's status names, and maxNamedSpots how many a message does.
	maxSpots, maxNamedSpots = 16, 3
	maxSpot                 = 320
)

// Chain returns the status that an approval chain should have.
func (v *View) Chain(current *v1alpha1.ApprovalChain) v1alpha1.ApprovalChainStatus {
	self := model.Ref{Kind: model.KindChain, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.ApprovalChainStatus{ObservedGeneration: current.Generation}
	covered := metav1.Condition{
		Type: v1alpha1.ConditionCovered, Status: metav1.ConditionUnknown, Reason: ReasonOrganizationNotResolved, Message: "nothing is resolved yet",
	}
	if index := v.snapshot.Index(); index != nil {
		if chain, known := index.Chain(current.Name); known {
			coverage := index.Coverage(&chain)
			desired.Steps, covered = steps(coverage), coveredCondition(coverage)
		}
	}
	former := current.Status
	former.Conditions = nil
	same := equality.Semantic.DeepEqual(desired, former)
	desired.Conditions = merge(current.Status.Conditions, current.Generation, v.now,
		ready(v.found.ByObject[self], "everything that the chain says takes effect"), covered,
		v.published(current.Status.Conditions, same))
	return desired
}

func steps(coverage []access.Coverage) []v1alpha1.ApprovalStepStatus {
	shown := make([]v1alpha1.ApprovalStepStatus, 0, len(coverage))
	for i := range coverage {
		c := &coverage[i]
		shown = append(shown, v1alpha1.ApprovalStepStatus{
			Name: v1alpha1.Name(c.Step), Approvers: number(c.Approvers),
			Uncovered: number(len(c.Uncovered)), UncoveredUnits: spots(c.Uncovered, maxSpots),
			Single: number(len(c.Single)), SingleUnits: spots(c.Single, maxSpots),
		})
	}
	return shown
}

func spots(places []access.Gap, most int) []string {
	texts := make([]string, 0, min(len(places), most))
	for i := range places[:min(len(places), most)] {
		texts = append(texts, cut(places[i].String(), maxSpot))
	}
	if len(texts) == 0 {
		return nil
	}
	return texts
}

// coveredCondition says whether every step has an eligible approver for every unit.
func coveredCondition(coverage []access.Coverage) metav1.Condition {
	var uncovered, single []string
	for i := range coverage {
		c := &coverage[i]
		if len(c.Uncovered) > 0 {
			uncovered = append(uncovered, fmt.Sprintf("step %q has no approver for %s", c.Step, few(c.Uncovered)))
		}
		if len(c.Single) > 0 {
			single = append(single, fmt.Sprintf("step %q has only one approver for %s", c.Step, few(c.Single)))
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
	condition.Message = cut(condition.Message, maxFindingMessage)
	return condition
}

// few names the first of some places and says how many there are.
func few(places []access.Gap) string {
	named := strings.Join(spots(places, maxNamedSpots), "; ")
	if more := len(places) - maxNamedSpots; more > 0 {
		return fmt.Sprintf("%s and %d more", named, more)
	}
	return named
}
