// SPDX-License-Identifier: Apache-2.0

package view

import (
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
)

// Asking is the page on which a person asks for a role, or for another approval.
type Asking struct {
	Wish
	User v1alpha1.UserID
	// Renewed is the request that is to be prolonged; nil if there is none.
	Renewed *RequestRow
	// Types, Roles, Units and Users complete what is typed.
	Types, Roles, Units, Users []string
	// Route is who would decide; nil if nothing is asked for yet.
	Route *Route
	// Wrong says why nothing was created; empty if nothing was to be.
	Wrong string
	// Token goes with the form.
	Token string
}

// NewAsking returns the page of a wish. The request that it renews is nil if it renews none.
func NewAsking(o *state.Organization, wish *Wish, renewed *v1alpha1.ApprovalRequest, user v1alpha1.UserID, now time.Time) *Asking {
	a := &Asking{Wish: *wish, User: user}
	a.complete(o)
	if renewed != nil {
		row := NewRequestRow(renewed, user, now)
		a.Renewed, a.Type = &row, row.Type
	}
	if user == "" && a.Requester == "" {
		return a
	}
	if renewed == nil && a.Type == "" && a.Role == "" {
		if len(a.Types) == 1 {
			a.Type = a.Types[0]
		}
		return a
	}
	request, err := a.Request(o, renewed)
	if err != nil {
		a.Route = &Route{Wrong: err.Error()}
		return a
	}
	a.Route = newRoute(o, request, now)
	return a
}
