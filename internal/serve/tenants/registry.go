// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// Key names an organization.
type Key struct{ Namespace, Organization string }

// String is the path at which the organization is served, without the first slash.
func (k Key) String() string { return k.Namespace + "/" + k.Organization }

// Compare orders keys by namespace, then name.
func (k Key) Compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Namespace, other.Namespace), cmp.Compare(k.Organization, other.Organization))
}

// Tenant is one organization as it is served. Its methods may be called by any number of goroutines.
type Tenant interface {
	// Name is the organization's.
	Name() (namespace, organization string)
	// Index decides. It is never nil.
	Index() *permissions.Index
	// Revision is that of the state that the index holds; 0 while there is none.
	Revision() int64
	// Ready is nil if the index may be relied on.
	Ready() error
	// Confirmed is when it was last known that the index is current.
	Confirmed() time.Time
	// Refusal says why the newest state was not taken; nil if it was.
	Refusal() error
}

// Registry holds the tenants by name.
type Registry struct {
	// changing is held while the table is replaced.
	changing sync.Mutex
	table    atomic.Pointer[table]
	complete atomic.Bool
}

// table never changes.
type table struct {
	tenants map[Key]Tenant
	// only is the one tenant, if there is just one.
	only Tenant
}

// NewRegistry returns a registry without tenants, which is not complete.
func NewRegistry() *Registry {
	r := &Registry{}
	r.table.Store(&table{})
	return r
}

// Put adds a tenant, or replaces the one of the same name.
func (r *Registry) Put(tenant Tenant) {
	namespace, organization := tenant.Name()
	r.change(func(tenants map[Key]Tenant) { tenants[Key{namespace, organization}] = tenant })
}

// Remove takes a tenant out, if there is one.
func (r *Registry) Remove(key Key) { r.change(func(tenants map[Key]Tenant) { delete(tenants, key) }) }

func (r *Registry) change(edit func(map[Key]Tenant)) {
	r.changing.Lock()
	defer r.changing.Unlock()
	next := &table{tenants: maps.Clone(r.table.Load().tenants)}
	if next.tenants == nil {
		next.tenants = map[Key]Tenant{}
	}
	edit(next.tenants)
	if len(next.tenants) == 1 {
		for _, only := range next.tenants {
			next.only = only
		}
	}
	r.table.Store(next)
}

// Only is the one tenant, if there is just one.
func (r *Registry) Only() (Tenant, bool) {
	only := r.table.Load().only
	return only, only != nil
}

// Tenant is the one of that name.
func (r *Registry) Tenant(namespace, organization string) (Tenant, bool) {
	tenant, found := r.table.Load().tenants[Key{namespace, organization}]
	return tenant, found
}

// Keys are the names of all tenants, in order.
func (r *Registry) Keys() []Key {
	return slices.SortedFunc(maps.Keys(r.table.Load().tenants), Key.Compare)
}

// Complete says that every organization that existed at the start has been met.
func (r *Registry) Complete() { r.complete.Store(true) }

// Ready is nil once the registry is complete and, if it has tenants, one of them at least is ready. One organization that is
// not must not take the service away from the others: who asks for it is told.
func (r *Registry) Ready() error {
	if !r.complete.Load() {
		return errors.New("the organizations have not all been read yet")
	}
	tenants := r.table.Load().tenants
	var first error
	for _, key := range slices.SortedFunc(maps.Keys(tenants), Key.Compare) {
		err := tenants[key].Ready()
		if err == nil {
			return nil
		}
		if first == nil {
			first = fmt.Errorf("organization %s: %w", key, err)
		}
	}
	return first
}
