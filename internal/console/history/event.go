// SPDX-License-Identifier: Apache-2.0

package history

import (
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/audit"
	"github.com/rolewright/rolewright/internal/model"
)

// Event is one thing that has happened.
type Event struct {
	Time time.Time
	What What
	// By is the user who did it, OnBehalfOf for whom, and Via the service account that wrote it for them. Objects do not say which user
	// wrote them, but by which Client.
	By, OnBehalfOf, Via, Client string
	// Object is what was written, and Users and Roles are whom and which it is about. Roles are keys in the document.
	Object       model.Ref
	Users, Roles []string
	// Revision is that of a publication.
	Revision int64
	// Record says more of what happened to a request; nil if it is about none.
	Record *audit.Record
}

// What is what has happened: one of these, or an event of package audit.
type What string

// What happens to objects.
const (
	// Created is told of an object once, with its client if that is known.
	Created What = "Created"
	// Applied and Updated are told of the last write of each client.
	Applied What = "Applied"
	Updated What = "Updated"
	// Deleting is told of an object that is kept only until its finalizers are done.
	Deleting What = "Deleting"
	// Published is told of the revision that readers see.
	Published What = "Published"
)

// All are the events that there are, in the order in which people look for them.
func All() []What {
	return []What{
		Created, Applied, Updated, Deleting, Published, What(audit.RequestMade), What(audit.RequestOpened), What(audit.StepOpened),
		What(audit.StepEscalated), What(audit.DecisionMade), What(audit.StepEnded), What(audit.RequestEnded), What(audit.RoleGiven),
		What(audit.RoleEnded),
	}
}

// Filter picks events; what is empty limits nothing.
type Filter struct {
	// User and Role are whom and which events are about, By a part of the name of a user or a client who did it.
	User, Role, By string
	What           What
	// From is the earliest time, and Until the first one that is too late.
	From, Until time.Time
}

// keeps reports whether an event is picked.
func (f *Filter) keeps(e *Event) bool {
	switch {
	case f.What != "" && f.What != e.What,
		!f.From.IsZero() && e.Time.Before(f.From), !f.Until.IsZero() && !e.Time.Before(f.Until),
		f.User != "" && !slices.Contains(e.Users, f.User), f.Role != "" && !slices.Contains(e.Roles, f.Role):
		return false
	case f.By == "":
		return true
	}
	by := strings.ToLower(f.By)
	return slices.ContainsFunc([]string{e.By, e.OnBehalfOf, e.Via, e.Client}, func(name string) bool {
		return strings.Contains(strings.ToLower(name), by)
	})
}
