// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// Records returns what has happened to a request so far, in order of time. It needs the decisions that name the request.
func Records(request *v1alpha1.ApprovalRequest, decisions []v1alpha1.ApprovalDecision) []Record {
	t := &trail{request: request}
	t.add(RequestMade, "", request.CreationTimestamp.Time, func(r *Record) { r.Asked = asked(&request.Spec) })
	status := &request.Status
	if status.Chain != nil && status.StartTime != nil {
		t.add(RequestOpened, "", status.StartTime.Time, func(r *Record) { r.Chain = chain(status.Chain) })
	}
	for i := range status.Steps {
		t.addStep(&status.Steps[i], decisions)
	}
	t.addDecisions(decisions, func(d *v1alpha1.ApprovalDecision) bool { return !t.hasStep(d.Spec.Step) })
	if status.CompletionTime != nil {
		t.add(RequestEnded, "", status.CompletionTime.Time, func(r *Record) {
			r.End, r.Message = &End{State: string(status.State)}, status.Message
		})
	}
	t.addRole()
	slices.SortStableFunc(t.records, func(a, b Record) int { return a.Time.Compare(b.Time) })
	return t.records
}

// Removed returns the records of a request that is removed, or that someone has deleted, at a time.
func Removed(request *v1alpha1.ApprovalRequest, at time.Time, message string) []Record {
	t := &trail{request: request}
	if t.givesRole() && request.Status.Grant.EndTime.After(at) {
		t.endByDeletion(at)
	}
	t.add(RequestRemoved, "", at, func(r *Record) { r.Message = message })
	return t.records
}

// Since returns the records that others do not contain.
func Since(records, others []Record) []Record {
	known := make(map[string]bool, len(others))
	for i := range others {
		known[others[i].ID] = true
	}
	return slices.DeleteFunc(slices.Clone(records), func(r Record) bool { return known[r.ID] })
}

// trail collects the records of one request.
type trail struct {
	request *v1alpha1.ApprovalRequest
	records []Record
}

// add adds a record. The part tells events of one kind apart, within one request.
func (t *trail) add(event Event, part string, at time.Time, fill func(*Record)) {
	request := t.request
	id := string(request.UID) + "/" + string(event)
	if part != "" {
		id += "/" + part
	}
	record := Record{
		Schema: Schema, ID: id, Time: at.UTC().Truncate(time.Second), Event: event,
		Namespace: request.Namespace, Organization: request.Spec.OrganizationRef.Name,
		Request: Request{
			Name: request.Name, UID: string(request.UID), Type: string(request.Spec.RequestType),
			Requester: string(request.Spec.Requester), Beneficiary: string(intake.Beneficiary(&request.Spec)), Unit: string(request.Spec.Unit),
		},
	}
	fill(&record)
	t.records = append(t.records, record)
}

func asked(spec *v1alpha1.ApprovalRequestSpec) *Asked {
	a := &Asked{Via: string(spec.Via), Justification: string(spec.Justification)}
	for name, value := range spec.Attributes {
		if a.Attributes == nil {
			a.Attributes = map[string]any{}
		}
		a.Attributes[name] = json.RawMessage(value.Raw)
	}
	if spec.Grant != nil {
		a.Role = role(spec.Grant)
		a.Role.DurationSeconds, a.Role.StartTime = int64(spec.Grant.DurationSeconds), utc(spec.Grant.StartTime)
	}
	return a
}

func chain(kept *v1alpha1.RequestChain) *Chain {
	c := &Chain{
		Name: string(kept.Name), UID: string(kept.UID), Generation: kept.Generation, Digest: string(kept.Digest), Steps: []ChainStep{},
	}
	for i := range kept.Steps {
		step := &kept.Steps[i]
		told := ChainStep{
			Name: string(step.Name), Disposition: string(step.Disposition), RequiredApprovals: step.RequiredApprovals,
		}
		for _, approver := range step.Approvers {
			told.Approvers = append(told.Approvers, string(approver.User))
		}
		if step.OmittedApproverCount != nil {
			told.OmittedApprovers = int64(*step.OmittedApproverCount)
		}
		c.Steps = append(c.Steps, told)
	}
	return c
}

// hasStep reports whether the request has a step.
func (t *trail) hasStep(name v1alpha1.Name) bool {
	return slices.ContainsFunc(t.request.Status.Steps, func(s v1alpha1.StepProgress) bool { return s.Name == v1alpha1.Observed(name) })
}

// addStep adds what happened to a step, with the decisions on it.
func (t *trail) addStep(step *v1alpha1.StepProgress, decisions []v1alpha1.ApprovalDecision) {
	name := string(step.Name)
	if step.StartTime != nil {
		t.add(StepOpened, name, step.StartTime.Time, func(r *Record) { r.Step = &Step{Name: name, State: string(v1alpha1.StepOpen)} })
		for _, after := range t.escalations(step) {
			at := step.StartTime.Add(time.Duration(after) * time.Second)
			t.add(StepEscalated, name+"/"+strconv.FormatInt(after, 10), at, func(r *Record) {
				r.Step = &Step{Name: name, State: string(v1alpha1.StepOpen)}
			})
		}
	}
	t.addDecisions(decisions, func(d *v1alpha1.ApprovalDecision) bool { return v1alpha1.Observed(d.Spec.Step) == step.Name })
	if step.State == v1alpha1.StepWaiting || step.State == v1alpha1.StepOpen {
		return
	}
	t.add(StepEnded, name, t.endOfStep(step), func(r *Record) {
		r.Step, r.Message = &Step{Name: name, State: string(step.State)}, step.Message
	})
}

// endOfStep returns when a step ended. One that was closed keeps no time if it never began: it ended with its request. One that
// was skipped ended when the request was opened.
func (t *trail) endOfStep(step *v1alpha1.StepProgress) time.Time {
	status := &t.request.Status
	times := []*metav1.Time{step.CompletionTime, status.StartTime, status.CompletionTime}
	if step.State == v1alpha1.StepClosed {
		times = []*metav1.Time{step.CompletionTime, status.CompletionTime}
	}
	for _, at := range times {
		if at != nil {
			return at.Time
		}
	}
	return time.Time{}
}

// escalations returns after how many seconds the timeouts of a step have added approvers.
func (t *trail) escalations(step *v1alpha1.StepProgress) []int64 {
	if step.EscalationCount == nil || t.request.Status.Chain == nil {
		return nil
	}
	var passed []int64
	for i := range t.request.Status.Chain.Steps {
		kept := &t.request.Status.Chain.Steps[i]
		if kept.Name != step.Name {
			continue
		}
		for _, timeout := range kept.Timeouts {
			if timeout.Action == v1alpha1.Observed(v1alpha1.TimeoutEscalate) {
				passed = append(passed, timeout.AfterSeconds)
			}
		}
	}
	slices.Sort(passed)
	return passed[:min(len(passed), int(*step.EscalationCount))]
}
