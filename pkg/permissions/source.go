// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/follow"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Source keeps an index of what is published for one organization, and replaces it whole by the next. It opens no file and
// no connection: its feeder hands it publications (Update), or reports that nothing newer is there (MarkFresh), or that looking
// failed (SetError). Packages dirsource and apisource do.
//
// A source takes a publication only if it is whole and newer than what it has, and otherwise keeps what it has: see Update and
// UpdateLatest.
// It may be used by any number of goroutines. Make it with NewSource.
type Source struct {
	clock func() time.Time
	// started is when the source was made; freshAt is counted from then.
	started      time.Time
	maxStaleness time.Duration
	maxBytes     int64
	// denyWhenStale and stale: what Index returns, then.
	denyWhenStale bool
	stale         *Index

	index atomic.Pointer[Index]
	// freshAt is when what the source has was last seen to be current, in nanoseconds.
	freshAt atomic.Int64

	// updating is held by one Update at a time. It guards what only Update uses.
	updating sync.Mutex
	follower *follow.Follower
	current  *document.Publication
	order    order

	// mutex guards the state, whether it names the only organization that is read, and changed, which is closed when the state
	// changes and replaced.
	mutex   sync.Mutex
	state   State
	bound   bool
	changed chan struct{}
}

// SourceOption changes how a Source works.
type SourceOption interface{ apply(s *Source) }

// sourceOption is an option of sources alone.
type sourceOption func(*Source)

func (o sourceOption) apply(s *Source) { o(s) }

// WithOrganization makes a source refuse every other organization. Without, it takes the first one that Update gives it, and
// another only if that stands as long as an older publication must: see Update.
func WithOrganization(namespace, name string) SourceOption {
	return sourceOption(func(s *Source) { s.Bind(namespace, name) })
}

// Bind makes a source refuse every other organization, as WithOrganization does. It is for a feeder that knows whose publications
// it reads, before the first update, and has no effect on a source that is bound already.
func (s *Source) Bind(namespace, name string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !s.bound {
		s.state.Namespace, s.state.Organization, s.bound = namespace, name, true
	}
}

// WithMaxStaleness makes a source not ready once so much time has passed since what it has was last seen to be current.
// Without, or with a bound that is not above zero, nothing is ever stale.
func WithMaxStaleness(bound time.Duration) SourceOption {
	return sourceOption(func(s *Source) { s.maxStaleness = bound })
}

// WithDenyWhenStale makes Index return an index that says no to everything as long as what the source has is stale, as
// WithMaxStaleness says. Index then reads the clock.
func WithDenyWhenStale() SourceOption {
	return sourceOption(func(s *Source) { s.denyWhenStale = true })
}

// WithMaxBytes makes a source refuse publications whose parts have more bytes together. It bounds what a source may need of
// memory, which is about ten times as much while an index is built from the start, and about twice afterwards. The
// default is 512 MiB, some two million users.
func WithMaxBytes(bytes int64) SourceOption {
	return sourceOption(func(s *Source) { s.maxBytes = bytes })
}

// NewSource makes a source that has nothing yet: its index says no to everything, and it is not ready.
func NewSource(options ...SourceOption) *Source {
	s := &Source{clock: time.Now, maxBytes: 512 << 20, changed: make(chan struct{})}
	for _, option := range options {
		option.apply(s)
	}
	s.started = s.clock()
	s.follower = follow.NewFollower(s.clock)
	s.stale = (*Index)(engine.Unavailable("the published permissions are stale: nobody has seen for too long whether they are current"))
	s.index.Store((*Index)(engine.Unavailable("no published permissions have been read yet")))
	return s
}

// Index returns the index of the last publication that was taken. It is never nil: before the first one, and when it is
// stale and WithDenyWhenStale is set, it is an index that says no to everything. Ask for it with each request, and ask one
// index all that belongs together.
func (s *Source) Index() *Index {
	if s.denyWhenStale && s.isStale() {
		return s.stale
	}
	return s.index.Load()
}

// isStale reports whether there is a bound on staleness and what the source has is beyond it.
func (s *Source) isStale() bool {
	return s.maxStaleness > 0 && s.index.Load().Revision() > 0 && s.sinceFresh() >= s.maxStaleness
}

func (s *Source) sinceFresh() time.Duration {
	return s.clock().Sub(s.started) - time.Duration(s.freshAt.Load())
}

// Update hands a source a publication: the bytes of its index, and how to read its parts. Parts that the source has already
// are not read again, unless the index has to be built from the start. Read must not call Update.
//
// These are refused, with a *RefusalError that State keeps, and the source keeps what it has:
//   - what is not whole: another schema, JSON that is cut short, a part that cannot be read or has another size or digest;
//   - another organization or namespace than the source's;
//   - an older state: a lower revision of the same organization, or the same revision with other parts;
//   - an organization whose uid is that of one that the source has replaced by its successor. An organization that was
//     deleted and made again has another uid and counts its revisions from 1 again. A source follows it.
//
// What looks older may still be what is published: a publication that was forged, or a cluster that was restored from a backup,
// leaves the source with numbers that nothing published is above. So a publication that was refused as older is taken once it
// has been offered for five seconds, with no other in between. A feeder goes on offering what was refused.
//
// A publication that the source already has marks it as fresh.
func (s *Source) Update(index []byte, read func(document.Part) ([]byte, error)) error {
	return s.update(index, read, false)
}

// UpdateLatest is Update for a feeder that knows that the publication is later than every one that it handed over before, as one
// knows that watches the ConfigMap: that order cannot be forged. So the publication is taken whatever its revision and uid.
func (s *Source) UpdateLatest(index []byte, read func(document.Part) ([]byte, error)) error {
	return s.update(index, read, true)
}

func (s *Source) update(index []byte, read func(document.Part) ([]byte, error), latest bool) error {
	s.updating.Lock()
	defer s.updating.Unlock()
	publication, refused := s.examine(index, latest)
	if refused != nil {
		return s.refuse(refused)
	}
	if isSame(s.current, publication) {
		s.markFresh(true)
		return nil
	}
	next, err := s.follower.Update(publication, read)
	var unreadable *follow.ReadError
	switch {
	case errors.As(err, &unreadable):
		return s.refuse(&RefusalError{RefusedUnreadable, unreadable.Err})
	case err != nil:
		return s.refuse(&RefusalError{RefusedDamaged, err})
	}
	s.take(publication, (*Index)(next))
	return nil
}

// examine refuses what the index itself shows must not be taken.
func (s *Source) examine(index []byte, latest bool) (*document.Publication, *RefusalError) {
	publication, err := document.ParsePublication(index)
	if err != nil {
		s.order.contender = nil
		return nil, &RefusalError{RefusedDamaged, err}
	}
	var bytes int64
	for _, part := range publication.Parts {
		bytes += int64(part.Bytes)
	}
	if bytes > s.maxBytes {
		return nil, refusal(RefusedTooLarge, "the publication has %d bytes; this source reads at most %d", bytes, s.maxBytes)
	}
	foreign, bound := s.foreign(publication)
	switch {
	case foreign != nil && bound, latest:
		return publication, foreign
	case foreign == nil:
		foreign = s.order.older(s.current, publication)
	}
	if foreign != nil && s.order.stands(publication, s.clock()) {
		return publication, nil
	}
	return publication, foreign
}

// foreign refuses another organization than the source's. It also returns whether the source may read no other.
func (s *Source) foreign(publication *document.Publication) (refused *RefusalError, bound bool) {
	s.mutex.Lock()
	namespace, organization, bound := s.state.Namespace, s.state.Organization, s.bound
	s.mutex.Unlock()
	if organization == "" || (publication.Organization == organization && publication.Namespace == namespace) {
		return nil, bound
	}
	return refusal(RefusedForeign, "the publication is of organization %s/%s; this source reads %s/%s",
		publication.Namespace, publication.Organization, namespace, organization), bound
}

// take replaces the index, and wakes those who wait for a change.
func (s *Source) take(publication *document.Publication, next *Index) {
	s.order.took(s.current, publication)
	s.current = publication
	s.mutex.Lock()
	defer s.mutex.Unlock()
	now := s.clock()
	s.index.Store(next)
	s.freshAt.Store(int64(now.Sub(s.started)))
	s.state = State{
		Namespace: publication.Namespace, Organization: publication.Organization, UID: publication.UID,
		Revision: publication.Revision, Digest: publication.Digest(), PublishTime: publication.PublishTime, Counts: publication.Counts,
		Received: now, FreshAt: now, Refusals: s.state.Refusals,
	}
	s.notify()
}

// MarkFresh says that what the source has was seen to be current. It does not count while the last publication that Update was
// given stands refused: then something newer is there, or something is wrong.
func (s *Source) MarkFresh() { s.markFresh(false) }

// markFresh takes back the refusal, too, when what the source has is what is published.
func (s *Source) markFresh(published bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	was := s.state
	s.state.Err = nil
	if published {
		s.state.Refusal = nil
	}
	if s.state.Revision > 0 && s.state.Refusal == nil {
		s.state.FreshAt = s.clock()
		s.freshAt.Store(int64(s.state.FreshAt.Sub(s.started)))
	}
	if was.Err != nil || (was.Refusal != nil && published) {
		s.notify()
	}
}

func (s *Source) refuse(err error) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.state.Refusal, s.state.RefusedAt = err, s.clock()
	s.state.Refusals++
	s.notify()
	return err
}

// SetError records that the feeder could not find out whether what the source has is current. It stands in State until the
// next MarkFresh or Update that succeeds.
func (s *Source) SetError(err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.state.Err = err
	s.notify()
}

// notify wakes those who wait for a change. The mutex is held.
func (s *Source) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Changed returns a channel that is closed at the next change: a publication was taken or refused, or looking failed or
// works again. Ask for the channel first and look at the source then, so that no change is missed.
func (s *Source) Changed() <-chan struct{} {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.changed
}

// AtLeast waits until the source has a revision or a later one, and returns its index. When the context ends first it
// returns the context's error with the index that the source has by then, which is never nil. So an application sees what
// it has itself written: the status of an assignment names the revision from which it counts.
func (s *Source) AtLeast(ctx context.Context, revision int64) (*Index, error) {
	for {
		changed := s.Changed()
		if has := s.index.Load().Revision(); has >= revision {
			return s.Index(), nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return s.Index(), fmt.Errorf("revision %d is wanted, the source has %d: %w", revision, s.index.Load().Revision(), ctx.Err())
		}
	}
}
