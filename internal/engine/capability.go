// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// capability is a role with the entitlements of a grant, under the features of the organization.
type capability struct {
	// qualified maps the permissions that are held with qualifiers to the alternatives that remain: each the numbers of
	// its qualifiers.
	qualified    map[uint32][][]uint32
	role         string
	entitlements []string
}

// hold is how a permission is held.
type hold uint8

const (
	notHeld hold = iota
	// heldQualified permissions are held where the qualifiers of some alternative are true.
	heldQualified
	// heldPlain permissions are held without qualifier.
	heldPlain
)

// compileCapability adds a capability, and its row to the table of what is held.
func (c *compiler) compileCapability(name string, role document.Role, entitlements []string) {
	compiled := capability{role: name, entitlements: entitlements}
	row := make([]hold, len(c.guards))
	for written, alternatives := range role.Permissions {
		permission, known := c.permissions[written]
		if !known {
			continue
		}
		number := permission.number
		for _, alternative := range alternatives {
			qualifiers, met := c.remaining(alternative, entitlements)
			switch {
			case !met:
			case len(qualifiers) == 0:
				row[number] = heldPlain
			default:
				if compiled.qualified == nil {
					compiled.qualified = map[uint32][][]uint32{}
				}
				compiled.qualified[number] = append(compiled.qualified[number], qualifiers)
				row[number] = max(row[number], heldQualified)
			}
		}
	}
	c.held = append(c.held, row...)
	c.capabilities = append(c.capabilities, compiled)
}

// holds tells how a capability holds a permission.
func (x *Index) holds(capability, permission uint32) hold {
	return x.held[int(capability)*len(x.guards)+int(permission)]
}

// remaining returns the qualifiers of an alternative. The second result is false when a gate of it is not met, or a
// qualifier is unknown.
func (c *compiler) remaining(alternative document.Alternative, entitlements []string) ([]uint32, bool) {
	for _, feature := range alternative.Features {
		if _, on := c.features[feature]; !on {
			return nil, false
		}
	}
	for _, entitlement := range alternative.Entitlements {
		if !slices.Contains(entitlements, entitlement) {
			return nil, false
		}
	}
	qualifiers := make([]uint32, 0, len(alternative.Qualifiers))
	for _, qualifier := range alternative.Qualifiers {
		number, known := c.qualifiers[qualifier]
		if !known {
			return nil, false
		}
		qualifiers = append(qualifiers, number)
	}
	return qualifiers, true
}

// bitset is a set of small numbers.
type bitset []uint64

func newBitset(size int) bitset { return make(bitset, (size+63)/64) }

func (b bitset) add(number uint32) { b[number/64] |= 1 << (number % 64) }

func (b bitset) has(number uint32) bool {
	word := number / 64
	return word < uint32(len(b)) && b[word]&(1<<(number%64)) != 0
}

func (b bitset) empty() bool {
	return !slices.ContainsFunc(b, func(word uint64) bool { return word != 0 })
}
