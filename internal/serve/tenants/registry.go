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

	"github.com/rolewright/rolewright/internal/authzen"
)

// Key names an organization.
type Key struct{ Namespace, Organization string }

// String returns the path at which the organization is served, without the leading slash.
func (k Key) String() string { return k.Namespace + "/" + k.Organization }

// Compare orders keys by namespace, then name.
func (k Key) Compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Namespace, other.Namespace), cmp.Compare(k.Organization, other.Organization))
}

// Served is an organization as it is served: what the API asks of it, and what metrics report of it. Its methods may be
// called by any number of goroutines.
type Served interface {
	authzen.Tenant
	// FreshAt returns when the index was last known to be current.
	FreshAt() time.Time
	// Refusal returns why the newest state was not accepted, or nil if it was.
	Refusal() error
}

// Registry holds the organizations by name.
type Registry struct {
	// mutex is held while the table is replaced.
	mutex    sync.Mutex
	table    atomic.Pointer[table]
	complete atomic.Bool
}

var _ authzen.Tenants = (*Registry)(nil)

// table is immutable.
type table struct {
	tenants map[Key]Served
	// rootKey names the organization that the root answers for, for as long as the registry lives; root is the organization, nil while it
	// is not there.
	rootKey Key
	root    authzen.Tenant
}

// NewRegistry returns a registry that is empty and not complete.
func NewRegistry() *Registry {
	r := &Registry{}
	r.table.Store(&table{})
	return r
}

// Put adds an organization, or replaces the one of the same name.
func (r *Registry) Put(tenant Served) {
	namespace, organization := tenant.Name()
	r.change(func(tenants map[Key]Served) { tenants[Key{namespace, organization}] = tenant })
}

// Remove removes an organization, if it is there.
func (r *Registry) Remove(key Key) { r.change(func(tenants map[Key]Served) { delete(tenants, key) }) }

func (r *Registry) change(edit func(map[Key]Served)) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	before := r.table.Load()
	tenants := maps.Clone(before.tenants)
	if tenants == nil {
		tenants = map[Key]Served{}
	}
	edit(tenants)
	r.store(tenants, before.rootKey)
}

// store replaces the table. The mutex is held.
func (r *Registry) store(tenants map[Key]Served, rootKey Key) {
	next := &table{tenants: tenants, rootKey: rootKey}
	if root, found := tenants[rootKey]; found {
		next.root = root
	}
	r.table.Store(next)
}

// FixRoot says which organization the root answers for, whether it is there yet or not. It is called once, at the start: which
// organizations come and go does not change what a request at the root is about.
func (r *Registry) FixRoot(key Key) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.store(r.table.Load().tenants, key)
}

// Root implements authzen.Tenants.
func (r *Registry) Root() (namespace, organization string, tenant authzen.Tenant) {
	now := r.table.Load()
	return now.rootKey.Namespace, now.rootKey.Organization, now.root
}

// Tenant implements authzen.Tenants.
func (r *Registry) Tenant(namespace, organization string) (authzen.Tenant, bool) {
	return r.Get(Key{namespace, organization})
}

// Get returns the organization of a name.
func (r *Registry) Get(key Key) (Served, bool) {
	tenant, found := r.table.Load().tenants[key]
	return tenant, found
}

// Keys returns the names of all organizations, sorted.
func (r *Registry) Keys() []Key {
	return slices.SortedFunc(maps.Keys(r.table.Load().tenants), Key.Compare)
}

// Complete records that every organization that existed at the start has been read.
func (r *Registry) Complete() { r.complete.Store(true) }

// Ready returns nil once the registry is complete and, if it holds any organization, at least one of them is ready. One
// that is not ready must not take the service away from the others: callers who ask for it get an error.
func (r *Registry) Ready() error {
	if !r.complete.Load() {
		return errors.New("not all organizations have been read yet")
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
