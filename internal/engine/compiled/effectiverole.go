// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// EffectiveRole is a role with the entitlements of a grant, under the features of the organization.
type EffectiveRole struct {
	Role         string
	Entitlements []string
}

// Held says how an effective role holds a permission: not at all, without qualifier, or by the way of that number, from 1 on.
type Held uint32

const (
	// NoPermission is not held.
	NoPermission Held = 0
	// HasPermission permissions are held without qualifier.
	HasPermission Held = math.MaxUint32
)

// IsConditional reports whether a permission is held where the qualifiers of some alternative are true.
func (h Held) IsConditional() bool { return h != NoPermission && h != HasPermission }

// way is what a permission is held by: alternatives, each the numbers of its qualifiers.
type way struct {
	alternatives [][]uint32
	// simple is the program of the only qualifier, if there is one only, and it is simple.
	simple *condition.Program
}

// Alternatives returns the alternatives by which a permission is held with qualifiers: each the numbers of them.
func (x *Index) Alternatives(h Held) [][]uint32 {
	if !h.IsConditional() {
		return nil
	}
	return x.ways[h-1].alternatives
}

// OnlySimple returns the program of the only qualifier by which a permission is held, if it is simple; else nil.
func (x *Index) OnlySimple(h Held) *condition.Program { return x.ways[h-1].simple }

// compileEffectiveRole adds an effective role, and its row to the table of what is held.
func (c *Compiler) compileEffectiveRole(name string, role document.Role, entitlements []string) {
	compiled := EffectiveRole{Role: name, Entitlements: entitlements}
	row := make([]Held, len(c.Index.Restrictions))
	for written, alternatives := range role.Permissions {
		permission, known := c.Index.Permissions.Get(written)
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
			}
		}
		if row[number] == NoPermission && withQualifiers != nil {
			row[number] = c.wayOf(withQualifiers)
		}
	}
	c.Index.held = append(c.Index.held, row...)
	c.Index.EffectiveRoles = append(c.Index.EffectiveRoles, compiled)
}

// wayOf returns the way of some alternatives, which many roles share.
func (c *Compiler) wayOf(alternatives [][]uint32) Held {
	var key []byte // not that of the compiler, which is the effective role's
	for _, qualifiers := range alternatives {
		for _, qualifier := range qualifiers {
			key = binary.AppendUvarint(key, uint64(qualifier)+1)
		}
		key = append(key, 0)
	}
	held, known := c.heldNumbers[string(key)]
	if !known {
		next := way{alternatives: alternatives}
		if len(alternatives) == 1 && len(alternatives[0]) == 1 {
			if program := c.Index.Conditions[alternatives[0][0]].Program; program != nil && program.IsSimple() {
				next.simple = program
			}
		}
		c.Index.ways = append(c.Index.ways, next)
		held = Held(len(c.Index.ways))
		c.heldNumbers[string(key)] = held
	}
	return held
}

// Covers reports whether a scope covers a unit.
func (x *Index) Covers(scope, unit uint32) bool {
	a := &x.areas[scope]
	// One comparison for both ends: a unit before the first is as far behind it as unsigned numbers reach.
	return unit-a.from < a.until-a.from && (!a.parted || x.Scopes[scope].CoversUnit(unit))
}

// Holds returns how an effective role holds a permission.
func (x *Index) Holds(effectiveRole, permission uint32) Held {
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
