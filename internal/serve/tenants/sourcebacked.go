// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// SourceBacked is an organization whose indexes come from a source.
type SourceBacked struct {
	key    Key
	source *permissions.Source
}

var _ Served = (*SourceBacked)(nil)

// NewSourceBacked returns the organization that a source reads.
func NewSourceBacked(key Key, source *permissions.Source) *SourceBacked {
	return &SourceBacked{key: key, source: source}
}

// Name implements authzen.Tenant.
func (s *SourceBacked) Name() (namespace, organization string) {
	return s.key.Namespace, s.key.Organization
}

// Index implements authzen.Tenant.
func (s *SourceBacked) Index() *engine.Index { return (*engine.Index)(s.source.Index()) }

// Revision implements authzen.Tenant.
func (s *SourceBacked) Revision() int64 { return s.source.State().Revision }

// Ready implements authzen.Tenant.
func (s *SourceBacked) Ready() error { return s.source.Ready() }

// FreshAt implements Served.
func (s *SourceBacked) FreshAt() time.Time { return s.source.State().FreshAt }

// Refusal implements Served.
func (s *SourceBacked) Refusal() error { return s.source.State().Refusal }
