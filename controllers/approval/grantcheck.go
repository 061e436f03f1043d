// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// decide returns what becomes of the request, and answers the grant check that this takes, if any. There is no outcome if the
// answer waits for another snapshot.
func (r *Reconciler) decide(ctx context.Context, in *inputs, now time.Time) (*approval.Outcome, error) {
	answer := func(check *approval.GrantCheck) (*approval.CheckedGrant, error) { return r.check(ctx, in, check) }
	outcome, err := decide(in.state(now), answer)
	if err != nil || outcome == nil || !outcome.ForWantOfVotes {
		return outcome, err
	}
	// The cache may lag behind what was decided in time.
	decisions, err := r.decisions(ctx, r.Live, in.key)
	if err != nil {
		return nil, err
	}
	if in.decisions = decisions; !r.readEnforcement(in) {
		return nil, nil
	}
	in.settle(decisions, now)
	return decide(in.state(now), answer)
}

// decide asks for an answer only for a grant check. No answer leaves no outcome.
func decide(
	state *approval.State, answer func(*approval.GrantCheck) (*approval.CheckedGrant, error),
) (*approval.Outcome, error) {
	for {
		outcome, check := approval.Decide(state)
		if check == nil {
			return outcome, nil
		}
		checked, err := answer(check)
		if err != nil || checked == nil {
			return nil, err
		}
		state.CheckedGrants = append(state.CheckedGrants, *checked)
	}
}

// check answers a grant check from the snapshot. A request is denied for good, so a refusal counts only if the snapshot is what
// the cached objects resolve to; if it is not, the next one is about to be built, and there is no answer.
func (r *Reconciler) check(ctx context.Context, in *inputs, check *approval.GrantCheck) (*approval.CheckedGrant, error) {
	given, err := r.givenSince(in)
	if err != nil {
		return nil, err
	}
	assignments, err := r.assignmentsOf(in, check, given)
	if err != nil {
		return nil, err
	}
	checked := checkGrant(in.snapshot, check, given, assignments)
	if checked.Refusal == "" {
		return &checked, nil
	}
	objects, err := lookup.Objects(ctx, r.Client, r.Assignments, in.organization())
	if err != nil || !in.snapshot.IsCurrent(objects) {
		return nil, err
	}
	return &checked, nil
}

// givenSince returns what requests give that the snapshot does not contain yet.
func (r *Reconciler) givenSince(in *inputs) ([]model.RequestedGrant, error) {
	giving, err := r.Requests.Giving(in.organization())
	var since []model.RequestedGrant
	for _, request := range giving {
		if !in.snapshot.IsCurrentFor(request) {
			since = append(since, intake.Requested(request, request.Status.Grant.Window))
		}
	}
	return since, err
}

// assignmentsOf returns the assignments of the users whom a grant check is about, as far as they were resolved.
func (r *Reconciler) assignmentsOf(
	in *inputs, check *approval.GrantCheck, given []model.RequestedGrant,
) ([]*v1alpha1.UserAssignment, error) {
	names := in.snapshot.AssignmentsOf(check.Grant.User)
	for i := range given {
		if given[i].User != check.Grant.User {
			names = append(names, in.snapshot.AssignmentsOf(given[i].User)...)
		}
	}
	return r.Assignments.Named(in.key.Namespace, names)
}

// checkGrant returns whether a grant would be held, beside what a snapshot contains and what requests give since.
func checkGrant(
	resolved *snapshot.Snapshot, check *approval.GrantCheck, given []model.RequestedGrant, assignments []*v1alpha1.UserAssignment,
) approval.CheckedGrant {
	byUser := map[string][]*model.Assignment{}
	for _, written := range assignments {
		assignment := intake.Assignment(written)
		byUser[assignment.User] = append(byUser[assignment.User], &assignment)
	}
	return approval.AnswerCheck(check, resolved.Resolution.CheckGrant(&check.Grant, given, byUser))
}
