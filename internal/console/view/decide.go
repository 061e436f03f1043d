// SPDX-License-Identifier: Apache-2.0

package view

import (
	"errors"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/requests"
)

// Decide is the page on which a user confirms a decision on some requests.
type Decide struct {
	Verdict v1alpha1.Verdict
	Items   []DecideItem
	// Gains are what an approval of all of them would change, by organization.
	Gains []*Gains
	// Possible counts the requests on which the decision may take effect.
	Possible int
	// Token goes with the form.
	Token string
}

// DecideItem is a request on which a user is about to decide.
type DecideItem struct {
	RequestRow
	Details []requests.Detail
	// Steps are those that may be decided, if there are several to choose from; Digest identifies what the user has seen.
	Steps  []string
	Digest string
	// Myself is set if the user may decide for themselves, besides those of InPlaceOf.
	Myself bool
	// Wrong says why the decision cannot take effect; empty if it can.
	Wrong string
}

// NewDecide returns the page of a verdict on requests.
func NewDecide(
	s *state.State, verdict v1alpha1.Verdict, asked []*v1alpha1.ApprovalRequest, user v1alpha1.UserID, now time.Time,
) *Decide {
	d := &Decide{Verdict: verdict}
	possible := map[*state.Organization][]*v1alpha1.ApprovalRequest{}
	var organizations []*state.Organization
	for _, request := range asked {
		item := newDecideItem(verdict, request, user, now)
		d.Items = append(d.Items, item)
		if item.Wrong != "" {
			continue
		}
		d.Possible++
		o := s.Organization(request.Namespace, request.Spec.OrganizationRef.Name)
		if o == nil || verdict != v1alpha1.VerdictApprove {
			continue
		}
		if !slices.Contains(organizations, o) {
			organizations = append(organizations, o)
		}
		possible[o] = append(possible[o], request)
	}
	for _, o := range organizations {
		d.Gains = append(d.Gains, NewGains(o, possible[o], now))
	}
	return d
}

func newDecideItem(verdict v1alpha1.Verdict, request *v1alpha1.ApprovalRequest, user v1alpha1.UserID, now time.Time) DecideItem {
	item := DecideItem{RequestRow: NewRequestRow(request, user, now), Details: requests.Details(request, now)}
	if request.Status.Chain != nil {
		item.Digest = string(request.Status.Chain.Digest)
	}
	item.Myself = item.MayDecide
	intent := requests.Intent{User: user, Verdict: verdict}
	_, err := intent.Decision(request, now)
	impossible, is := errors.AsType[*requests.ImpossibleError](err)
	switch {
	case is && impossible.Deputy:
	case is:
		item.Wrong, item.InPlaceOf = impossible.Reason, nil
		return item
	}
	if verdict != v1alpha1.VerdictApprove && verdict != v1alpha1.VerdictDeny {
		item.InPlaceOf = nil
		return item
	}
	var open []string
	for i := range request.Status.Steps {
		if step := &request.Status.Steps[i]; step.State == v1alpha1.StepOpen {
			open = append(open, string(step.Name))
		}
	}
	if len(open) > 1 {
		item.Steps = open
	}
	return item
}

// Made is what has become of a decision.
type Made struct {
	// Verdict on a request, as a word with which a sentence about it begins.
	Verdict       string
	Request, Path string
	// Counts is set if it counts, and Judged if that is known.
	Counts, Judged bool
	Message        string
	// Refused is set if it was not made.
	Refused bool
}

// NewMade describes a decision.
func NewMade(decision *v1alpha1.ApprovalDecision, path string) Made {
	made := Made{Verdict: string(decision.Spec.Verdict), Request: decision.Spec.RequestRef.Name, Path: path}
	if counted := meta.FindStatusCondition(decision.Status.Conditions, v1alpha1.ConditionCounted); counted != nil {
		made.Judged, made.Counts, made.Message = true, counted.Status == metav1.ConditionTrue, counted.Message
	}
	return made
}
