// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// KeepsUsers reports whether what was compiled of users stays as it is with other roles and default grants: every grant has the effective
// role that it had.
func (c *Compiler) KeepsUsers(next *document.Document) bool {
	for i := range c.Index.EffectiveRoles {
		name := c.Index.EffectiveRoles[i].Role
		role, is := next.Roles[name]
		if !is || !slices.Equal(c.roleEntitlements[name], EntitlementsOf(role)) {
			return false
		}
	}
	for name := range c.unknownRoles {
		if _, is := next.Roles[name]; is {
			return false
		}
	}
	return reflect.DeepEqual(c.Document.DefaultGrants, next.DefaultGrants)
}

// RecompileBase compiles all but units, roles, groups and users of the document. What depends on it keeps its number: no user is compiled
// again.
func (c *Compiler) RecompileBase() {
	named := c.Index.Dimensions
	c.compileBase()
	if !slices.EqualFunc(named, c.Index.Dimensions, func(a, b Dimension) bool { return a.Name == b.Name && maps.Equal(a.Values, b.Values) }) {
		c.RecompileScopes()
	}
	c.RecompileEffectiveRoles()
	c.recompileOverrides()
}

// RecompileScopes compiles the scopes that are known for other units or dimensions, under the numbers that they have.
func (c *Compiler) RecompileScopes() {
	known := c.Index.Scopes
	c.Index.Scopes, c.Index.areas = make([]Scope, 0, len(known)), make([]area, 0, len(known))
	for i := range known {
		c.addScope(known[i].Written)
	}
}

// RecompileEffectiveRoles compiles the effective roles that are known for other roles, permissions, qualifiers or features, under the
// numbers that they have.
func (c *Compiler) RecompileEffectiveRoles() {
	known := c.Index.EffectiveRoles
	c.Index.EffectiveRoles, c.Index.held = make([]EffectiveRole, 0, len(known)), make([]Held, 0, len(known)*len(c.Index.Restrictions))
	c.Index.ways, c.heldNumbers = nil, map[string]Held{}
	for i := range known {
		c.compileEffectiveRole(known[i].Role, c.Index.Roles[known[i].Role], known[i].Entitlements)
	}
}

// recompileOverrides compiles the overrides of all users for other permissions, features or dimensions. Earlier indexes keep theirs.
func (c *Compiler) recompileOverrides() {
	details := slices.Clone(c.Index.Details)
	for i, detail := range details {
		if len(detail.written) > 0 {
			next := *detail
			next.Overrides = c.compileOverrides(detail.written)
			details[i] = &next
		}
	}
	c.Index.Details = details
}
