// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/status"
)

// write writes an outcome: which decisions will never count, then the status of the request, because it must not be lost that
// they will not, then what else becomes of decisions, because it follows from that status, and then what happened into the audit
// log. It returns when the request is to be decided again.
func (r *Reconciler) write(ctx context.Context, in *inputs, outcome *approval.Outcome, now time.Time) (time.Time, error) {
	after := *in.request
	after.Status = outcome.Status
	after.Status.Conditions = in.conditions(&after, now)
	if outcome.Remove {
		return time.Time{}, r.remove(ctx, in, &after, now)
	}
	recorded := r.Evidence.begin(in.request)
	in.decisions = known(in.decisions, outcome.Decisions)
	kept, removed, next := separate(in.decisions, outcome.Decisions, now)
	refused, others := refusedFirst(kept, outcome.Decisions)
	written, err := r.writeDecisions(ctx, refused, outcome.Decisions, now)
	if err != nil {
		return time.Time{}, err
	}
	// The events of a request say more than its conditions, so the writer sends none.
	if _, err := statuswriter.Apply(ctx, r.Statuses, in.request, after.Status); err != nil {
		return time.Time{}, err
	}
	for _, event := range outcome.Events {
		r.Recorder.Eventf(in.request, nil, event.Type, event.Reason, "Approval", "%s", event.Message)
	}
	judged, err := r.writeDecisions(ctx, others, outcome.Decisions, now)
	if err != nil {
		return time.Time{}, err
	}
	if err := r.Evidence.record(recorded, in, &after, append(written, judged...)); err != nil {
		return time.Time{}, err
	}
	next = earlier(next, earlier(outcome.Next, in.unsettled))
	if givesRole(&after, now) && !meta.IsStatusConditionTrue(after.Status.Conditions, v1alpha1.ConditionPublished) {
		next = earlier(next, now.Add(unpublishedRetry))
	}
	return next, r.removeDecisions(ctx, removed)
}

// unpublishedRetry is when it is looked again whether readers observe a role that was just given: the publication that is observed
// may precede the snapshot that a pass sees.
const unpublishedRetry = 5 * time.Second

func timestamp(t time.Time) metav1.Time { return metav1.NewTime(t.UTC().Truncate(time.Second)) }

// conditions returns the conditions that a pass decided on, with what only the organization's snapshot knows: whether the role is
// withheld, and whether readers observe it. A role that they do not observe yet is not held, so its request is not Ready.
func (in *inputs) conditions(after *v1alpha1.ApprovalRequest, now time.Time) []metav1.Condition {
	decided, resolved, gives := after.Status.Conditions, in.grantIsResolved(), givesRole(after, now)
	if !resolved && !gives {
		return decided
	}
	set := func(c metav1.Condition) {
		c.ObservedGeneration, c.LastTransitionTime = in.request.Generation, timestamp(now)
		if former := meta.FindStatusCondition(in.request.Status.Conditions, c.Type); former != nil && former.Status == c.Status {
			c.LastTransitionTime = former.LastTransitionTime
		}
		meta.RemoveStatusCondition(&decided, c.Type)
		decided = append(decided, c)
	}
	if resolved && gives {
		in.setWithheld(set, now)
	}
	published := in.publishedCondition(resolved)
	set(published)
	if gives && published.Status != metav1.ConditionTrue && meta.IsStatusConditionTrue(decided, v1alpha1.ConditionReady) {
		published.Type = v1alpha1.ConditionReady
		set(published)
	}
	return decided
}

// setWithheld says why the organization withholds the role, if it does.
func (in *inputs) setWithheld(set func(metav1.Condition), now time.Time) {
	finding := in.withheld(now)
	if finding == nil {
		return
	}
	set(metav1.Condition{
		Type: v1alpha1.ConditionGranted, Status: metav1.ConditionFalse, Reason: finding.Reason, Message: finding.Message,
	})
	if conditions.IsUnresolved(finding.Reason) {
		set(conditions.ResolvedRefs(finding.Reason, finding.Message))
	}
}

// publishedCondition returns whether readers observe the role that the request gives, which may be in the snapshot. Once they do,
// they always do.
func (in *inputs) publishedCondition(resolved bool) metav1.Condition {
	former := meta.FindStatusCondition(in.request.Status.Conditions, v1alpha1.ConditionPublished)
	switch {
	case former != nil && former.Status == metav1.ConditionTrue:
		return *former
	case resolved && in.revision > 0:
		return metav1.Condition{
			Type: v1alpha1.ConditionPublished, Status: metav1.ConditionTrue, Reason: status.ReasonPublished,
			Message: fmt.Sprintf("readers see this as of revision %d", in.revision),
		}
	}
	return metav1.Condition{
		Type: v1alpha1.ConditionPublished, Status: metav1.ConditionFalse, Reason: status.ReasonOrganizationNotResolved,
		Message: "readers do not see this yet",
	}
}

// withheld returns why the organization withholds the role; nil if it does not.
func (in *inputs) withheld(now time.Time) *resolve.Finding {
	request := model.Ref{Kind: model.KindRequest, Namespace: in.key.Namespace, Name: in.key.Name}
	for _, finding := range in.snapshot.FindingsAt(now).ByObject[request] {
		if finding.Severity == resolve.Error {
			return &finding
		}
	}
	return nil
}
