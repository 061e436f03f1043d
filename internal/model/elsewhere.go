// SPDX-License-Identifier: Apache-2.0

package model

import (
	"fmt"
	"slices"
)

// Elsewhere is what there is outside of an organization, for findings about what is looked for in the wrong place. It may be nil: only
// those who may read all of it may be told. It decides nothing.
type Elsewhere struct {
	// organizations holds the namespaces of the organizations of each name, and roles who has a role of each name.
	organizations map[string][]string
	roles         map[RoleRef][]string
	catalogs      []string
}

// NewElsewhere returns what catalogs there are, and nothing else yet.
func NewElsewhere(catalogs []string) *Elsewhere {
	return &Elsewhere{organizations: map[string][]string{}, roles: map[RoleRef][]string{}, catalogs: slices.Clone(catalogs)}
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
	return slices.Sorted(slices.Values(e.organizations[organization]))
}

// Organizations returns the names of the organizations in a namespace.
func (e *Elsewhere) Organizations(namespace string) []string {
	var names []string
	if e != nil {
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
	return e.catalogs
}

// OwnerOf returns who has a role of a name, the first of several; empty if nobody has.
func (e *Elsewhere) OwnerOf(role RoleRef) string {
	if e == nil || len(e.roles[role]) == 0 {
		return ""
	}
	return slices.Min(e.roles[role])
}
