// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"sync/atomic"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
)

// Static is an organization whose indexes are set, one after the other.
type Static struct {
	key     Key
	current atomic.Pointer[numberedIndex]
	freshAt atomic.Int64
	refusal atomic.Pointer[error]
}

// numberedIndex is an index with its revision.
type numberedIndex struct {
	index    *engine.Index
	revision int64
}

var _ Served = (*Static)(nil)

// NewStatic returns the organization with its first index, which has revision 1.
func NewStatic(key Key, index *engine.Index, now time.Time) *Static {
	s := &Static{key: key}
	s.SetIndex(index, now)
	return s
}

// SetIndex replaces the index, and increments the revision. Only one goroutine may call it at a time.
func (s *Static) SetIndex(index *engine.Index, now time.Time) {
	next := &numberedIndex{index: index, revision: 1}
	if before := s.current.Load(); before != nil {
		next.revision = before.revision + 1
	}
	s.current.Store(next)
	s.MarkFresh(now)
}

// MarkFresh records that the index was current at a time.
func (s *Static) MarkFresh(now time.Time) {
	s.refusal.Store(nil)
	s.freshAt.Store(now.UnixNano())
}

// Refuse records why a newer state was not accepted.
func (s *Static) Refuse(err error) { s.refusal.Store(&err) }

// Name implements authzen.Tenant.
func (s *Static) Name() (namespace, organization string) { return s.key.Namespace, s.key.Organization }

// Index implements authzen.Tenant.
func (s *Static) Index() *engine.Index { return s.current.Load().index }

// Revision implements authzen.Tenant.
func (s *Static) Revision() int64 { return s.current.Load().revision }

// Ready implements authzen.Tenant: an index that was set is never stale.
func (s *Static) Ready() error { return nil }

// FreshAt implements Served.
func (s *Static) FreshAt() time.Time { return time.Unix(0, s.freshAt.Load()) }

// Refusal implements Served.
func (s *Static) Refusal() error {
	if err := s.refusal.Load(); err != nil {
		return *err
	}
	return nil
}
