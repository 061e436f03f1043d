// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// decide returns what becomes of the request, and answers the grant check that this takes, if any.
func (r *Reconciler) decide(ctx context.Context, in *inputs, now time.Time) (*approval.Outcome, error) {
	return decide(in.state(now), in.organization(), func() (*intake.Members, error) {
		return lookup.Objects(ctx, r.Client, r.Assignments, in.organization())
	})
}

// decide lists the objects of an organization only for a grant check.
func decide(state *approval.State, organization snapshot.Key, list func() (*intake.Members, error)) (*approval.Outcome, error) {
	for {
		outcome, check := approval.Decide(state)
		if check == nil {
			return outcome, nil
		}
		objects, err := list()
		if err != nil {
			return nil, err
		}
		state.CheckedGrants = append(state.CheckedGrants, checkGrant(organization, objects, check))
	}
}

// checkGrant resolves an organization as it would be with a grant, and returns whether the grant would hold.
func checkGrant(organization snapshot.Key, objects *intake.Members, check *approval.GrantCheck) approval.CheckedGrant {
	checked := approval.CheckedGrant{Window: check.Window}
	world := intake.World(organization.Namespace, organization.Name, objects)
	world.Requested = append(world.Requested, check.Grant)
	resolved := resolve.Organization(&world)
	request, user := check.Grant.Ref, check.Grant.User
	for _, finding := range resolved.Findings {
		if finding.Object == request && finding.Severity == resolve.Error {
			checked.Refusal = finding.Message
			return checked
		}
	}
	if resolved.Document == nil || !slices.ContainsFunc(resolved.Document.Users[user].Grants, func(g document.Grant) bool {
		return g.Source == request.String()+" grant"
	}) {
		checked.Refusal = fmt.Sprintf("%q would not hold it", user)
	}
	return checked
}
