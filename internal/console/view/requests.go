// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/requests"
)

// Tabs of the inbox.
const (
	TabWaiting = "waiting"
	TabMine    = "mine"
	TabAll     = "all"
)

// Inbox is a list of requests, as one user sees them.
type Inbox struct {
	// User is who looks; empty if there is nobody who could act, because the requests come from manifests.
	User v1alpha1.UserID
	Tab  string
	Text string
	Rows []RequestRow
	Paging
	// Waiting, Mine and All count the requests of each tab, whatever the text.
	Waiting, Mine, All int
	// MayChoose is set if the user may decide some of the rows.
	MayChoose bool
}

// RequestRow is a request in a list.
type RequestRow struct {
	Namespace, Name, Organization, Path string
	Type, Asked                         string
	For, Requester                      string
	// Role and Where are what is asked for, if it is a role, and When says when it is held, or would be.
	Role, Where string
	When        When
	Why         string
	State, Note string
	// Ended is set if a role was given, and is held no more.
	Ended bool
	Age   string
	// MayDecide is set if the request waits for the user, and InPlaceOf are those in whose place they may decide it.
	MayDecide bool
	InPlaceOf []string
}

// ID identifies the request among those of all namespaces.
func (r *RequestRow) ID() string { return r.Namespace + "/" + r.Name }

// NewInbox returns a page of requests, the oldest first where they wait, and the newest first elsewhere.
func NewInbox(all []v1alpha1.ApprovalRequest, user v1alpha1.UserID, tab, text, page string, now time.Time) *Inbox {
	list := &Inbox{User: user, Tab: tabOf(user, tab), Text: text, All: len(all)}
	kept := list.keep(all)
	slices.SortFunc(kept, func(a, b *v1alpha1.ApprovalRequest) int {
		byTime := a.CreationTimestamp.Compare(b.CreationTimestamp.Time)
		if list.Tab != TabWaiting {
			byTime = -byTime
		}
		return cmp.Or(byTime, cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	kept, list.Paging = paginate(kept, page)
	for _, request := range kept {
		row := NewRequestRow(request, user, now)
		list.MayChoose = list.MayChoose || row.MayDecide || len(row.InPlaceOf) > 0
		list.Rows = append(list.Rows, row)
	}
	return list
}

// tabOf returns the tab that an address names: the first for a word that names none, and all where nobody could act.
func tabOf(user v1alpha1.UserID, tab string) string {
	switch {
	case user == "":
		return TabAll
	case tab == TabMine, tab == TabAll:
		return tab
	}
	return TabWaiting
}

// keep counts requests, and returns those of the tab that have the text.
func (l *Inbox) keep(all []v1alpha1.ApprovalRequest) []*v1alpha1.ApprovalRequest {
	var kept []*v1alpha1.ApprovalRequest
	for i := range all {
		request := &all[i]
		waits, mine := Waits(request, l.User), l.User != "" && requests.IsOwn(request, l.User)
		l.Waiting, l.Mine = l.Waiting+b2i(waits), l.Mine+b2i(mine)
		of := map[string]bool{TabWaiting: waits, TabMine: mine, TabAll: true}
		if of[l.Tab] && hasText(request, l.Text) {
			kept = append(kept, request)
		}
	}
	return kept
}

// Waits reports whether a user may decide a request now, or may in place of others.
func Waits(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID) bool {
	return user != "" && (len(requests.OpenSteps(request, user)) > 0 || requests.IsDeputy(request, user))
}

func hasText(request *v1alpha1.ApprovalRequest, text string) bool {
	for _, field := range []string{
		request.Namespace + "/" + request.Name, requests.Asked(request), string(request.Spec.Requester), string(request.Spec.Beneficiary),
		string(request.Spec.RequestType), string(request.Spec.Justification), string(request.Status.State),
	} {
		if containsFold(field, text) {
			return true
		}
	}
	return false
}

// NewRequestRow describes a request as a user sees it.
func NewRequestRow(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID, now time.Time) RequestRow {
	spec, organization := &request.Spec, request.Spec.OrganizationRef.Name
	row := RequestRow{
		Namespace: request.Namespace, Name: request.Name, Organization: organization,
		Path: OrganizationPath(request.Namespace, organization, "request", "name", request.Name),
		Type: string(spec.RequestType), Asked: requests.Asked(request), For: string(intake.Beneficiary(spec)), Requester: string(spec.Requester),
		Why: string(spec.Justification), State: string(request.Status.State), Note: requests.Note(request),
		Age:       duration.HumanDuration(max(0, now.Sub(request.CreationTimestamp.Time))),
		MayDecide: user != "" && len(requests.OpenSteps(request, user)) > 0,
		InPlaceOf: inPlaceOf(request, user),
	}
	if spec.Grant == nil {
		row.Where = string(spec.Unit)
		return row
	}
	row.Role, row.Where = spec.Grant.RoleRef.Name, string(spec.Unit)
	if spec.Grant.Scope != nil {
		row.Where = requests.Scope(spec.Grant.Scope)
	}
	row.When = whenHeld(request, now)
	row.Ended = request.Status.Grant != nil && requests.WhyIrrevocable(request, now) != ""
	return row
}

// When says when the role of a request is held, or would be.
type When struct {
	// Until is the end of a role that was given, and Revoked is set if it is that of a revocation.
	Until   *time.Time
	Revoked bool
	// For is how long a role that was not given is asked for; empty if it is not said. From is a start that is to come, and IfNow the end
	// if it is approved now.
	For         string
	From, IfNow *time.Time
}

// whenHeld returns when the role of a request is held, or would be.
func whenHeld(request *v1alpha1.ApprovalRequest, now time.Time) When {
	if given := request.Status.Grant; given != nil && given.EndTime != nil {
		if revoked := given.RevocationTime; revoked != nil {
			return When{Until: &revoked.Time, Revoked: true}
		}
		return When{Until: &given.EndTime.Time}
	}
	seconds := requests.DurationSeconds(request)
	if seconds == 0 {
		return When{}
	}
	when := When{For: requests.Duration(seconds)}
	if start, end, known := requests.IfApproved(request, now); known && request.Status.State == v1alpha1.RequestPending {
		if start.After(now) {
			when.From = &start
		}
		when.IfNow = &end
	}
	return when
}

// inPlaceOf returns the users in whose place a user may decide a request; nil if they are no deputy.
func inPlaceOf(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID) []string {
	if user == "" || !requests.IsDeputy(request, user) {
		return nil
	}
	var users []string
	for i := range request.Status.Steps {
		step := &request.Status.Steps[i]
		if step.State != v1alpha1.StepOpen {
			continue
		}
		for _, waiting := range step.WaitingFor {
			if waiting != v1alpha1.Observed(user) && !slices.Contains(users, string(waiting)) {
				users = append(users, string(waiting))
			}
		}
	}
	return users
}
