// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"errors"
	"fmt"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// State is what a Source has, and how it fares.
type State struct {
	// Namespace and Organization name the organization that the source reads; UID tells it from an earlier one of that name.
	Namespace, Organization, UID string
	// Revision is that of the publication that the source has, 0 before the first. Digest is that of its parts.
	Revision int64
	Digest   string
	// PublishTime is when it was published, Received when it was taken, FreshAt when it was last seen to be current.
	PublishTime, Received, FreshAt time.Time
	// Age is the time since FreshAt, and Stale reports whether it is beyond the bound.
	Age   time.Duration
	Stale bool
	// Counts says how much the publication holds.
	Counts document.Counts
	// Refusal says why the last publication that Update was given was not taken; it is nil when it was. RefusedAt is when.
	Refusal   error
	RefusedAt time.Time
	// Refusals counts them.
	Refusals int64
	// Err says why the feeder could not find out what is published; it is nil if it could.
	Err error
}

// State returns what the source has now.
func (s *Source) State() State {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	state := s.state
	if state.Revision > 0 {
		state.Age = s.sinceFresh()
		state.Stale = s.maxStaleness > 0 && state.Age >= s.maxStaleness
	}
	return state
}

// Ready returns nil if the source has a publication that is not stale. Else the error says what is missing since when, and
// the refusal or the failure that is the cause. It is what an application's readiness probe should ask.
func (s *Source) Ready() error {
	state := s.State()
	cause := errors.Join(state.Refusal, state.Err)
	var missing string
	switch {
	case state.Revision == 0:
		missing = "no published permissions have been read yet"
	case state.Stale:
		missing = fmt.Sprintf("revision %d of the published permissions was last seen to be current %s ago, which is not within %s",
			state.Revision, state.Age.Round(time.Second), s.maxStaleness)
	default:
		return nil
	}
	if cause == nil {
		return errors.New(missing)
	}
	return fmt.Errorf("%s: %w", missing, cause)
}

// RefusalReason is the code of why a publication was refused.
type RefusalReason string

// Reasons of refusal.
const (
	// RefusedDamaged publications are of another schema, or not what their digests say.
	RefusedDamaged RefusalReason = "Damaged"
	// RefusedUnreadable publications have a part that could not be read: it may be there a moment later.
	RefusedUnreadable RefusalReason = "Unreadable"
	// RefusedForeign publications are of another organization.
	RefusedForeign RefusalReason = "Foreign"
	// RefusedTooLarge publications have more bytes than the source is to read.
	RefusedTooLarge RefusalReason = "TooLarge"
	// RefusedOlder publications are of an earlier state than the source has, or of another state of the same revision.
	RefusedOlder RefusalReason = "Older"
)

// RefusalError says why a Source did not take a publication.
type RefusalError struct {
	Reason RefusalReason
	Err    error
}

// Error implements error.
func (e *RefusalError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *RefusalError) Unwrap() error { return e.Err }

func refusal(reason RefusalReason, format string, args ...any) *RefusalError {
	return &RefusalError{reason, fmt.Errorf(format, args...)}
}
