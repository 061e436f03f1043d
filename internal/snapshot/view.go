// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"slices"

	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
)

// View is what an organization resolves to from some of its objects, which may be newer than those of the current snapshot, or
// not written yet. It never changes, and nothing of it is published.
type View struct {
	Key Key
	// Members are the objects, and Resolution what they resolve to.
	Members    *intake.Members
	Resolution *resolve.Resolution

	input *intake.Input
}

// View resolves objects of an organization; only what differs from the snapshot, which may be nil, is resolved again. The error
// is that of the context.
func (s *Snapshot) View(ctx context.Context, key Key, members *intake.Members) (*View, error) {
	view := &View{Key: key}
	if s != nil {
		view.input, view.Resolution = s.input, s.Resolution
	}
	return view.With(ctx, members)
}

// With resolves the organization with other objects. The error is that of the context.
func (v *View) With(ctx context.Context, members *intake.Members) (*View, error) {
	input, changed := intake.Read(v.input, v.Key.Namespace, v.Key.Name, members)
	resolution, _, err := resolve.DefaultBudget.Update(ctx, v.Resolution, input.World, changed, intake.Assignments(members.Assignments))
	if err != nil {
		return nil, err
	}
	return &View{Key: v.Key, Members: members, Resolution: resolution, input: input}, nil
}

// WithAssignments resolves the organization with other objects, which differ in nothing but the assignments of some users. It does not
// translate those of others: there may be hundred thousands. The error is that of the context.
func (v *View) WithAssignments(ctx context.Context, members *intake.Members, users []string) (*View, error) {
	if v.Resolution.Document == nil {
		return v.With(ctx, members)
	}
	own := make(intake.Assignments, 0, len(users))
	for _, assignment := range members.Assignments {
		if slices.Contains(users, string(assignment.Spec.User)) {
			own = append(own, assignment)
		}
	}
	input, changed := v.input.WithAssignments(users, own, len(members.Assignments))
	resolution, _, err := resolve.DefaultBudget.Update(ctx, v.Resolution, input.World, changed, own)
	if err != nil {
		return nil, err
	}
	return &View{Key: v.Key, Members: members, Resolution: resolution, input: input}, nil
}
