// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// View is what an organization resolves to from some of its objects, which may be newer than those of the current snapshot, or
// not written yet. It never changes, and nothing of it is published.
type View struct {
	Key Key
	// Members are the objects, and Resolution what they resolve to: a trial, where only some users differ from the snapshot.
	Members    *intake.Members
	Resolution *resolve.Resolution

	input *intake.Input
	// users are those whose assignments members hold, if they hold no others.
	users []string
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

// ViewOfUsers is View where members hold the assignments of some users alone, and those of others are as the snapshot has them: it costs
// what these users cost. The view is nil if it cannot be had so, because the snapshot is of other objects beside. The error is that of
// the context.
func (s *Snapshot) ViewOfUsers(ctx context.Context, members *intake.Members, users []string) (*View, error) {
	if s.Resolution.Document == nil {
		return nil, nil
	}
	input, changed, same := s.input.ReadUsers(users, members)
	if !same {
		return nil, nil
	}
	view := &View{Key: s.Key, users: users}
	return view.resolved(ctx, s.Resolution, members, input, changed, members.Assignments)
}

// With resolves the organization with other objects. The error is that of the context.
func (v *View) With(ctx context.Context, members *intake.Members) (*View, error) {
	if v.users != nil {
		return nil, fmt.Errorf("the view of organization %s knows some users alone", v.Key)
	}
	input, changed := intake.Read(v.input, v.Key.Namespace, v.Key.Name, members)
	return v.resolved(ctx, v.Resolution, members, input, changed, members.Assignments)
}

// WithAssignments resolves the organization with other objects, which differ in nothing but the assignments of some users. It does not
// translate those of others: there may be hundred thousands. The error is that of the context.
func (v *View) WithAssignments(ctx context.Context, members *intake.Members, users []string) (*View, error) {
	if v.Resolution.Document == nil {
		return v.With(ctx, members)
	}
	if v.users != nil && slices.ContainsFunc(users, func(user string) bool { return !slices.Contains(v.users, user) }) {
		return nil, fmt.Errorf("the view of organization %s does not know all of the users %q", v.Key, users)
	}
	own := ofUsers(members.Assignments, users)
	input, changed := v.input.WithAssignments(users, own)
	return v.resolved(ctx, v.Resolution, members, input, changed, own)
}

// ofUsers returns the assignments of some users.
func ofUsers(all intake.Assignments, users []string) intake.Assignments {
	own := make(intake.Assignments, 0, len(users))
	for _, assignment := range all {
		if slices.Contains(users, string(assignment.Spec.User)) {
			own = append(own, assignment)
		}
	}
	return own
}

// resolved returns a view of an input that differs from that of a resolution, with the assignments of the users who differ.
func (v *View) resolved(
	ctx context.Context, from *resolve.Resolution, members *intake.Members, input *intake.Input, changed model.Difference,
	own intake.Assignments,
) (*View, error) {
	resolution, err := resolve.DefaultBudget.Try(ctx, from, input.World, changed, own)
	if err != nil {
		return nil, err
	}
	return &View{Key: v.Key, Members: members, Resolution: resolution, input: input, users: v.users}, nil
}
