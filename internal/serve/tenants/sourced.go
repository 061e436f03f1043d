// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"time"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// Sourced is a tenant whose indexes come out of a source.
type Sourced struct {
	*permissions.Source

	key Key
}

var _ Tenant = (*Sourced)(nil)

// NewSourced returns the tenant of a source that reads that organization.
func NewSourced(key Key, source *permissions.Source) *Sourced { return &Sourced{source, key} }

// Name implements Tenant.
func (s *Sourced) Name() (namespace, organization string) { return s.key.Namespace, s.key.Organization }

// Revision implements Tenant.
func (s *Sourced) Revision() int64 { return s.State().Revision }

// Confirmed implements Tenant.
func (s *Sourced) Confirmed() time.Time { return s.State().Confirmed }

// Refusal implements Tenant.
func (s *Sourced) Refusal() error { return s.State().Refusal }
