// SPDX-License-Identifier: Apache-2.0

package view

import (
	"maps"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/change/report"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/requests"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Gains is what the roles of requests would change of an organization, if they were all given now.
type Gains struct {
	Organization *state.Organization
	// Sheet is the difference; nil if nothing would change, or if it cannot be told.
	Sheet *report.Sheet
	// Without is why there is no difference to show, and Cause what is behind it, if more is known.
	Without Without
	Cause   string
}

// Without is why there is no difference to show.
type Without string

// Reasons for which there is no difference to show.
const (
	// WithoutReading is that of people who may not read what a role gives.
	WithoutReading Without = "reading"
	// WithoutChain is that of requests that no chain governs yet.
	WithoutChain Without = "chain"
	// WithoutRole is that of requests that ask for none.
	WithoutRole Without = "role"
	// WithoutAnswer is that of a comparison that fails.
	WithoutAnswer Without = "answer"
	// WithoutGain is that of roles by which nobody gains anything.
	WithoutGain Without = "gain"
)

// NewGains compares an organization with what it would be with the roles of requests.
func NewGains(o *state.Organization, asked []*v1alpha1.ApprovalRequest, now time.Time) *Gains {
	g := &Gains{Organization: o}
	if o.Document == nil {
		g.Without, g.Cause = WithoutReading, o.Unresolved
		return g
	}
	world, beneficiaries := *o.Environment, map[string]struct{}{}
	world.Requested = slices.Clip(world.Requested)
	for _, request := range asked {
		if request.Spec.Grant == nil {
			continue
		}
		start, end, known := requests.IfApproved(request, now)
		if !known {
			g.Without = WithoutChain
			return g
		}
		given := intake.Requested(request, v1alpha1.Window{StartTime: &metav1.Time{Time: start}, EndTime: &metav1.Time{Time: end}})
		world.Requested, beneficiaries[given.User] = append(world.Requested, given), struct{}{}
	}
	if len(beneficiaries) == 0 {
		g.Without = WithoutRole
		return g
	}
	// Only those to whom the roles are given are read again.
	next := resolve.Preview(o.Resolution, &world, model.OfUsers(maps.Keys(beneficiaries)), intake.Assignments(o.Members.Assignments))
	difference, err := change.Between(o.Resolution, next, change.Options{At: now, IndexBefore: o.Index, OmitLeft: true})
	if err != nil {
		g.Without, g.Cause = WithoutAnswer, err.Error()
		return g
	}
	g.Sheet = report.NewSheet(difference)
	if len(g.Sheet.Tables)+len(g.Sheet.Lists) == 0 {
		g.Sheet, g.Without = nil, WithoutGain
	}
	return g
}
