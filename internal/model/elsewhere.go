// SPDX-License-Identifier: Apache-2.0

package model

import (
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
)

// Elsewhere is what there is outside of an organization, for findings about what is looked for in the wrong place. It may be nil: only
// those who may read all of it may be told. It decides nothing.
type Elsewhere struct {
	// organizations holds the namespaces of the organizations of each name, and roles who has a role of each name.
	organizations map[string][]string
	roles         map[RoleRef][]string
	catalogs      []string
	// asked is set once anything is looked up.
	asked *atomic.Bool
}

// NewElsewhere returns what catalogs there are, and nothing else yet.
func NewElsewhere(catalogs []string) *Elsewhere {
	return &Elsewhere{
		organizations: map[string][]string{}, roles: map[RoleRef][]string{}, catalogs: slices.Clone(catalogs), asked: &atomic.Bool{},
	}
}

// Unasked returns the same of which nothing has been looked up yet. Nothing may be added to either.
func (e *Elsewhere) Unasked() *Elsewhere {
	same := *e
	same.asked = &atomic.Bool{}
	return &same
}

// Asked reports whether anything was looked up: if not, what was found does not depend on what there is elsewhere.
func (e *Elsewhere) Asked() bool { return e != nil && e.asked.Load() }

// Equal reports whether the same is elsewhere.
func (e *Elsewhere) Equal(other *Elsewhere) bool {
	same := func(a, b []string) bool {
		return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
	}
	return same(e.catalogs, other.catalogs) && maps.EqualFunc(e.organizations, other.organizations, same) &&
		maps.EqualFunc(e.roles, other.roles, same)
}

// AddOrganization adds an organization.
func (e *Elsewhere) AddOrganization(namespace, name string) {
	e.organizations[name] = append(e.organizations[name], namespace)
}

// AddRole adds a role of an organization.
func (e *Elsewhere) AddRole(name, namespace, organization string) {
	ref := RoleRef{Kind: KindRole, Name: name}
	e.roles[ref] = append(e.roles[ref], fmt.Sprintf("organization %q in namespace %q", organization, namespace))
}

// AddPlatformRole adds a PlatformRole of a catalog.
func (e *Elsewhere) AddPlatformRole(name, catalog string) {
	ref := RoleRef{Kind: KindPlatformRole, Name: name}
	e.roles[ref] = append(e.roles[ref], fmt.Sprintf("catalog %q", catalog))
}

// Namespaces returns the namespaces with an organization of a name, sorted.
func (e *Elsewhere) Namespaces(organization string) []string {
	if e == nil {
		return nil
	}
	e.asked.Store(true)
	return slices.Sorted(slices.Values(e.organizations[organization]))
}

// Organizations returns the names of the organizations in a namespace.
func (e *Elsewhere) Organizations(namespace string) []string {
	var names []string
	if e != nil {
		e.asked.Store(true)
		for name, namespaces := range e.organizations {
			if slices.Contains(namespaces, namespace) {
				names = append(names, name)
			}
		}
	}
	return names
}

// Catalogs returns the names of all catalogs.
func (e *Elsewhere) Catalogs() []string {
	if e == nil {
		return nil
	}
	e.asked.Store(true)
	return e.catalogs
}

// OwnerOf returns who has a role of a name, the first of several; empty if nobody has.
func (e *Elsewhere) OwnerOf(role RoleRef) string {
	if e == nil {
		return ""
	}
	e.asked.Store(true)
	if len(e.roles[role]) == 0 {
		return ""
	}
	return slices.Min(e.roles[role])
}
