// SPDX-License-Identifier: Apache-2.0

package view

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/console/history"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/spreadsheet"
)

// AuditQuery is what a person wants to know of what has happened, as they wrote it.
type AuditQuery struct {
	User, Role, By, What string
	// From and Until are days in UTC, both of them included.
	From, Until string
}

// Audit is the page of what has happened.
type Audit struct {
	AuditQuery
	Events []history.Event
	Paging
	// Wrong says which date is none.
	Wrong string
	// Whats are the events that there are, and Roles the roles.
	Whats []history.What
	Roles []string
	// Spreadsheet is the address of the same list, whole, as CSV.
	Spreadsheet string
}

// Limited reports whether something is asked for.
func (a *Audit) Limited() bool { return a.AuditQuery != AuditQuery{} }

// filter reads the query; wrong is the date that is none.
func (q *AuditQuery) filter() (f history.Filter, wrong string) {
	f = history.Filter{User: q.User, Role: q.Role, By: strings.TrimSpace(q.By), What: history.What(q.What)}
	for _, bound := range []struct {
		text string
		into *time.Time
		days int
	}{{q.From, &f.From, 0}, {q.Until, &f.Until, 1}} {
		if bound.text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, bound.text)
		if err != nil {
			return f, bound.text
		}
		*bound.into = day.AddDate(0, 0, bound.days)
	}
	return f, ""
}

// NewAudit returns a page of what has happened to an organization, the newest first.
func NewAudit(s *state.State, o *state.Organization, query AuditQuery, page string) *Audit {
	a := &Audit{AuditQuery: query, Whats: history.All()}
	if o.Document != nil {
		a.Roles = slices.Sorted(maps.Keys(o.Document.Roles))
	}
	filter, wrong := query.filter()
	if a.Wrong = wrong; wrong != "" {
		return a
	}
	number := min(pageNumber(page), mostAuditPages)
	events, total := history.Of(o, s.Decisions, filter, number*PageSize)
	a.Events, a.Paging = paginateKnown(events, total, number)
	return a
}

// mostAuditPages bounds how far back one can turn pages; a filter, or the spreadsheet, leads further.
const mostAuditPages = 1000

// AuditCSV returns all events that a query asks for, for a spreadsheet. The text is the date that is none.
func AuditCSV(s *state.State, o *state.Organization, query AuditQuery) (csv []byte, wrong string, err error) {
	filter, wrong := query.filter()
	if wrong != "" {
		return nil, wrong, nil
	}
	events, _ := history.Of(o, s.Decisions, filter, mostAuditRows)
	rows := make([][]string, 1, len(events)+1)
	rows[0] = []string{
		"time", "event", "by", "onBehalfOf", "via", "client", "kind", "namespace", "name", "users", "roles", "request", "revision", "verdict",
		"reason", "message",
	}
	for i := range events {
		rows = append(rows, auditRow(&events[i]))
	}
	var out bytes.Buffer
	err = spreadsheet.Write(&out, rows)
	return out.Bytes(), "", err
}

// mostAuditRows is how many rows a spreadsheet takes.
const mostAuditRows = 1_000_000

func auditRow(e *history.Event) []string {
	var request, revision, verdict, reason, message string
	if e.Revision != 0 {
		revision = strconv.FormatInt(e.Revision, 10)
	}
	if r := e.Record; r != nil {
		request, message = r.Request.Name, r.Message
		switch {
		case r.Asked != nil:
			reason = r.Asked.Justification
		case r.Decision != nil:
			verdict, reason, message = r.Decision.Verdict, r.Decision.Reason, cmp.Or(r.Decision.Comment, message)
		case r.End != nil:
			verdict = r.End.State
		case r.Step != nil:
			verdict = r.Step.State
		case r.Role != nil:
			reason = r.Role.EndReason
		}
	}
	return []string{
		e.Time.UTC().Format(time.RFC3339), string(e.What), e.By, e.OnBehalfOf, e.Via, e.Client, e.Object.Kind, e.Object.Namespace, e.Object.Name,
		strings.Join(e.Users, " "), strings.Join(e.Roles, " "), request, revision, verdict, reason, message,
	}
}
