// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"cmp"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// EffectiveRole is a role with the entitlements of a grant, under the features of the organization.
type EffectiveRole struct {
	// qualified are the permissions that are held with qualifiers, sorted: a few, which a search finds sooner than a map.
	qualified    []qualified
	Role         string
	Entitlements []string
}

// qualified is a permission and the alternatives of it that remain: each the numbers of its qualifiers.
type qualified struct {
	permission   uint32
	alternatives [][]uint32
}

// Alternatives returns the alternatives by which a permission is held with qualifiers: each the numbers of them.
func (r *EffectiveRole) Alternatives(permission uint32) [][]uint32 {
	from, until := 0, len(r.qualified)
	for from < until {
		middle := (from + until) / 2
		switch q := &r.qualified[middle]; {
		case q.permission == permission:
			return q.alternatives
		case q.permission < permission:
			from = middle + 1
		default:
			until = middle
		}
	}
	return nil
}

// Permissionship says how an effective role holds a permission.
type Permissionship uint8

const (
	// NoPermission is not held.
	NoPermission Permissionship = iota
	// ConditionalPermission permissions are held where the qualifiers of some alternative are true.
	ConditionalPermission
	// HasPermission permissions are held without qualifier.
	HasPermission
)

// compileEffectiveRole adds an effective role, and its row to the table of what is held.
func (c *Compiler) compileEffectiveRole(name string, role document.Role, entitlements []string) {
	compiled := EffectiveRole{Role: name, Entitlements: entitlements}
	row := make([]Permissionship, len(c.Index.Restrictions))
	for written, alternatives := range role.Permissions {
		permission, known := c.Index.Permissions[written]
		if !known {
			continue
		}
		number := permission.Number
		var withQualifiers [][]uint32
		for _, alternative := range alternatives {
			qualifiers, met := c.remaining(alternative, entitlements)
			switch {
			case !met:
			case len(qualifiers) == 0:
				row[number] = HasPermission
			default:
				withQualifiers = append(withQualifiers, qualifiers)
				row[number] = max(row[number], ConditionalPermission)
			}
		}
		if withQualifiers != nil {
			compiled.qualified = append(compiled.qualified, qualified{number, withQualifiers})
		}
	}
	slices.SortFunc(compiled.qualified, func(a, b qualified) int { return cmp.Compare(a.permission, b.permission) })
	c.Index.held = append(c.Index.held, row...)
	c.Index.EffectiveRoles = append(c.Index.EffectiveRoles, compiled)
}

// Holds returns how an effective role holds a permission.
func (x *Index) Holds(effectiveRole, permission uint32) Permissionship {
	return x.held[int(effectiveRole)*len(x.Restrictions)+int(permission)]
}

// remaining returns the qualifiers of an alternative. The second result is false when a gate of it is not met, or a
// qualifier is unknown.
func (c *Compiler) remaining(alternative document.Alternative, entitlements []string) ([]uint32, bool) {
	for _, feature := range alternative.RequiredFeatures {
		if _, on := c.Index.Features[feature]; !on {
			return nil, false
		}
	}
	for _, entitlement := range alternative.RequiredEntitlements {
		if !slices.Contains(entitlements, entitlement) {
			return nil, false
		}
	}
	qualifiers := make([]uint32, 0, len(alternative.Qualifiers))
	for _, qualifier := range alternative.Qualifiers {
		number, known := c.Index.Qualifiers[qualifier]
		if !known {
			return nil, false
		}
		qualifiers = append(qualifiers, number)
	}
	return qualifiers, true
}

// Bitset is a set of small numbers.
type Bitset []uint64

// NewBitset returns an empty set for the numbers below size.
func NewBitset(size int) Bitset { return make(Bitset, (size+63)/64) }

// Add adds a number.
func (b Bitset) Add(number uint32) { b[number/64] |= 1 << (number % 64) }

// Has reports whether a number, below the size of the set, is in it.
func (b Bitset) Has(number uint32) bool { return b[number/64]&(1<<(number%64)) != 0 }

// Empty reports whether no number is in the set.
func (b Bitset) Empty() bool {
	return !slices.ContainsFunc(b, func(word uint64) bool { return word != 0 })
}

// RecompileScopes compiles the scopes that are known for other units, under the numbers that they have.
func (c *Compiler) RecompileScopes() {
	known := c.Index.Scopes
	c.Index.Scopes = make([]Scope, 0, len(known))
	for i := range known {
		c.Index.Scopes = append(c.Index.Scopes, c.compileScope(known[i].Written))
	}
}

// RecompileEffectiveRoles compiles the effective roles that are known for other roles, under the numbers that they have.
func (c *Compiler) RecompileEffectiveRoles() {
	known := c.Index.EffectiveRoles
	c.Index.EffectiveRoles, c.Index.held = make([]EffectiveRole, 0, len(known)), make([]Permissionship, 0, len(c.Index.held))
	for i := range known {
		c.compileEffectiveRole(known[i].Role, c.Index.Roles[known[i].Role], known[i].Entitlements)
	}
}
