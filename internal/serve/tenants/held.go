// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"sync/atomic"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// Held is a tenant whose indexes are handed to it.
type Held struct {
	key       Key
	state     atomic.Pointer[held]
	confirmed atomic.Int64
	refusal   atomic.Pointer[error]
}

type held struct {
	index    *permissions.Index
	revision int64
}

var _ Tenant = (*Held)(nil)

// NewHeld returns the tenant with its first index, which has revision 1.
func NewHeld(key Key, index *permissions.Index, now time.Time) *Held {
	h := &Held{key: key}
	h.Replace(index, now)
	return h
}

// Replace makes a new index count, and its revision the next one. Only one goroutine may call it at a time.
func (h *Held) Replace(index *permissions.Index, now time.Time) {
	next := &held{index: index, revision: 1}
	if before := h.state.Load(); before != nil {
		next.revision = before.revision + 1
	}
	h.state.Store(next)
	h.Confirm(now)
}

// Confirm notes that the index was current at a moment.
func (h *Held) Confirm(now time.Time) {
	h.refusal.Store(nil)
	h.confirmed.Store(now.UnixNano())
}

// Refuse notes why a newer state was not taken.
func (h *Held) Refuse(err error) { h.refusal.Store(&err) }

// Name implements Tenant.
func (h *Held) Name() (namespace, organization string) { return h.key.Namespace, h.key.Organization }

// Index implements Tenant.
func (h *Held) Index() *permissions.Index { return h.state.Load().index }

// Revision implements Tenant.
func (h *Held) Revision() int64 { return h.state.Load().revision }

// Ready implements Tenant: what was handed over may always be relied on.
func (h *Held) Ready() error { return nil }

// Confirmed implements Tenant.
func (h *Held) Confirmed() time.Time { return time.Unix(0, h.confirmed.Load()) }

// Refusal implements Tenant.
func (h *Held) Refusal() error {
	if err := h.refusal.Load(); err != nil {
		return *err
	}
	return nil
}
