// SPDX-License-Identifier: Apache-2.0

package view

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/change/authority"
	"github.com/rolewright/rolewright/internal/change/report"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
)

// Proposal is a change that a person has in mind.
type Proposal struct {
	// Manifests are what is to be applied.
	Manifests string
	// Whole is set if the organization is to consist of them alone: what they lack goes.
	Whole bool
	// As is the user who would make the change, and Fixed is set if that is the person who looks, who cannot choose.
	As    string
	Fixed bool
}

// InForce is what is in force of an organization of a cluster: what manifests are compared with.
type InForce struct {
	// Revision is what was published last, 0 if nothing was, and Time when.
	Revision int64
	Time     time.Time
	// IsBehind reports whether what is published is not known to be what the objects say, and Because why, as far as the manager says.
	IsBehind bool
	Because  string
}

// NewInForce returns what the cluster says is in force of an organization.
func NewInForce(o *state.Organization) *InForce {
	status, f := &o.Members.Organization.Status, &InForce{}
	if published := status.Publication; published != nil {
		f.Revision, f.Time = published.Revision, published.PublishTime.Time
	}
	condition := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionPublished)
	f.IsBehind = condition == nil || condition.Status != metav1.ConditionTrue
	if f.IsBehind && condition != nil {
		f.Because = condition.Message
	}
	return f
}

// Changes is what would differ, or has differed since the console was started.
type Changes struct {
	Proposal
	// InForce is set if what is compared with is what is in force in a cluster; nil if it is what files say.
	InForce *InForce
	// Since is when the state was read that this one is compared with; zero if manifests are compared with this one.
	Since time.Time
	// Removed is the role that would go, if that is the question.
	Removed *RoleRow
	// Sheet is the difference, nil if there is none to show.
	Sheet *report.Sheet
	// Verdict says whether the user may make the change; nil if nobody is named, or nothing can be said.
	Verdict *authority.Verdict
	// Elsewhere counts the objects of the manifests that other organizations are made of.
	Elsewhere int
	// Wrong says why there is no difference, Unacceptable that an API server would refuse the manifests, and Rejected what of them.
	Wrong        string
	Unacceptable bool
	Rejected     []validation.Finding
}

// Asked reports whether there is a proposal to judge.
func (c *Changes) Asked() bool { return c.Manifests != "" || c.Removed != nil }

// NewChanges returns what differs in an organization since an earlier state of it, in which it may not have been.
func NewChanges(o *state.Organization, before *state.Baseline, now time.Time) *Changes {
	c := &Changes{Since: before.ReadTime}
	if was := before.Resolution(o); was != o.Resolution {
		c.compare(was, o.Resolution, now)
	}
	return c
}

// NewWhatIf returns what applying manifests would change of an organization, and whether a user may.
func NewWhatIf(ctx context.Context, o *state.Organization, proposal Proposal, now time.Time) *Changes {
	c := &Changes{Proposal: proposal}
	read, err := (&manifests.Reader{Stdin: bytes.NewReader([]byte(proposal.Manifests)), Namespace: o.Namespace}).Read(manifests.Stdin)
	if err != nil {
		c.Wrong = err.Error()
		return c
	}
	input, err := validation.FromManifests(read)
	if err != nil {
		c.Wrong = err.Error()
		return c
	}
	c.Rejected = input.Rejected
	if c.Unacceptable = validation.Count(input.Rejected, resolve.Error) > 0; c.Unacceptable {
		return c
	}
	kept := *o.Objects
	if proposal.Whole {
		kept = withoutMembers(o)
	}
	after := kept.Overlaid(&input.Objects)
	members := intake.ByOrganization(&after)[types.NamespacedName{Namespace: o.Namespace, Name: o.Name}]
	if members == nil {
		members = &intake.Members{}
	}
	c.Elsewhere = othersAmong(&input.Objects, o)
	shared := *members
	shared.Assignments = nil // They are translated where they are read.
	world := intake.World(o.Namespace, o.Name, &shared)
	world.Elsewhere = o.Environment.Elsewhere
	differs := model.Everything()
	if !proposal.Whole {
		differs = differing(o, &input.Objects)
	}
	c.judge(ctx, o, members, &world, differs, now)
	return c
}

// differing returns what may differ of an organization once objects are applied to it. What they say of their identity is not believed:
// people wrote them.
func differing(o *state.Organization, given *intake.Objects) model.Difference {
	users, replaced, rest := map[string]struct{}{}, map[string]struct{}{}, false
	for _, object := range given.All() {
		switch typed := object.(type) {
		case *v1alpha1.UserAssignment:
			users[string(typed.Spec.User)], replaced[typed.Name] = struct{}{}, struct{}{}
		case *v1alpha1.ApprovalRequest:
			// It may give a role to the user whom it names.
			return model.Everything()
		default:
			rest = true
		}
	}
	for _, a := range o.Members.Assignments {
		if _, is := replaced[a.Name]; is {
			users[string(a.Spec.User)] = struct{}{}
		}
	}
	differs := model.OfUsers(maps.Keys(users))
	if rest {
		differs = model.AllButUsers().Then(differs)
	}
	return differs
}

// NewRemoval returns what would change of an organization if a role went, nil if there is no such role.
func NewRemoval(ctx context.Context, o *state.Organization, key string, proposal Proposal, now time.Time) *Changes {
	if _, known := o.Document.Roles[key]; !known {
		return nil
	}
	row, ref := newRoleRow(o, key), roleRef(o, key)
	c := &Changes{Proposal: proposal, Removed: &row}
	world, members := *o.Environment, *o.Members
	world.Roles = slices.DeleteFunc(slices.Clone(world.Roles), func(r model.Role) bool { return r.Ref == ref })
	world.PlatformRoles = slices.DeleteFunc(slices.Clone(world.PlatformRoles), func(r model.Role) bool { return r.Ref == ref })
	if ref.Kind == model.KindRole {
		members.Roles = slices.Clone(members.Roles)
		for i := range members.Roles {
			if members.Roles[i].Name == ref.Name {
				members.Roles = slices.Delete(members.Roles, i, i+1)
				break
			}
		}
	}
	c.judge(ctx, o, &members, &world, model.AllButUsers(), now)
	return c
}

// judge compares an organization with what it would be, and judges whether the user of the proposal may bring that about. Only what may
// differ is resolved again.
func (c *Changes) judge(
	ctx context.Context, o *state.Organization, members *intake.Members, world *model.World, differs model.Difference, now time.Time,
) {
	resolution, _, err := resolve.DefaultBudget.Update(ctx, o.Resolution, world, differs, intake.Assignments(members.Assignments))
	if err != nil {
		c.Wrong = err.Error()
		return
	}
	c.compare(o.Resolution, resolution, now)
	if c.As == "" || c.Wrong != "" {
		return
	}
	was := &authority.State{Members: o.Members, Resolution: o.Resolution}
	c.Verdict, err = authority.Judge(c.As, was, &authority.State{Members: members, Resolution: resolution}, now)
	if err != nil {
		c.Wrong = err.Error()
	}
}

func (c *Changes) compare(was, is *resolve.Resolution, now time.Time) {
	difference, err := change.Between(was, is, change.Options{At: now, OmitLeft: true})
	if err != nil {
		c.Wrong = err.Error()
		return
	}
	c.Sheet = report.NewSheet(difference)
}

// withoutMembers returns the objects that an organization was resolved from, but those that it consists of. Its requests stay: no manifest
// has them.
func withoutMembers(o *state.Organization) intake.Objects {
	members := map[model.Ref]bool{o.Environment.Organization.Ref: true}
	for of := range o.MemberRefs() {
		members[of] = true
	}
	var kept intake.Objects
	for ref, object := range o.Objects.All() {
		if !members[ref] {
			kept.Append(object)
		}
	}
	return kept
}

// othersAmong counts the objects that other organizations consist of.
func othersAmong(given *intake.Objects, o *state.Organization) int {
	count := 0
	for key, members := range intake.ByOrganization(given) {
		if key != (types.NamespacedName{Namespace: o.Namespace, Name: o.Name}) {
			count += len(members.Structures) + len(members.Roles) + len(members.Assignments) + len(members.Groups) + len(members.Chains)
			if members.Organization != nil {
				count++
			}
		}
	}
	return count
}
