// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"context"

	"github.com/rolewright/rolewright/internal/model"
)

// Try resolves what an organization would be, for those who judge that. It is Update but for what costs the more the more users there
// are: where only some users differ, the result has neither findings nor holders, and its document no users. They are to be asked for
// by User and Users. Nothing but another trial may be made from it.
func (b Budget) Try(
	ctx context.Context, previous *Resolution, world *model.World, difference model.Difference, assignments Assignments,
) (*Resolution, error) {
	if previous == nil || previous.Document == nil || !difference.OnlyUsers() || difference.IsEmpty() {
		resolution, _, err := b.Update(ctx, previous, world, difference, assignments)
		return resolution, err
	}
	var trial *Resolution
	work := &work{limit: int64(b), stop: ctx.Err}
	within, err := guard(func() { trial = work.try(previous, world, difference, assignments) })
	switch {
	case err != nil:
		return nil, err
	case !within:
		return b.givenUp(world), nil
	}
	return trial, nil
}

// stepsAmongUsers is what a user counts for, at most, in what is found among all users and is left out of a trial.
const stepsAmongUsers = stepsOfName + 2*stepsOfSimilar

func (w *work) try(previous *Resolution, world *model.World, difference model.Difference, assignments Assignments) *Resolution {
	u := newUpdate(previous, previous.env.withRequests(world, w))
	u.published = previous.published.edited()
	u.readUsers(difference, assignments)
	doc := u.env.document
	trial := &Resolution{
		Document: &doc, env: u.env, users: previous.users.withEntries(u.env, u.entries), published: u.published,
		amongUsers: previous.amongUsers, togetherSteps: u.togetherSteps,
	}
	trial.Steps = previous.Steps + u.env.requestSteps - previous.env.requestSteps + trial.togetherSteps - previous.togetherSteps +
		trial.users.steps() - previous.users.steps() + int64(stepsAmongUsers*len(u.changed))
	w.limitTo(trial.Steps)
	u.env.work = nil
	return trial
}

// steps are those that it takes to read all users.
func (x *userIndex) steps() int64 {
	steps := int64(0)
	for _, shard := range x.totals {
		steps += shard.steps
	}
	return steps
}
