// SPDX-License-Identifier: Apache-2.0

package permissions

import "slices"

// capability is a role with the entitlements of a grant, under the features of the organization.
type capability struct {
	role         string
	entitlements []string
	// plain holds the permissions that are held without qualifier.
	plain bitset
	// qualified maps the other permissions to the alternatives that remain: each the numbers of its qualifiers.
	qualified map[uint32][][]uint32
}

func (c *compiler) compileCapability(name string, role Role, entitlements []string) capability {
	compiled := capability{role: name, entitlements: entitlements, plain: newBitset(len(c.permissionTable))}
	for permission, alternatives := range role.Permissions {
		number, known := c.permissions[permission]
		if !known {
			continue
		}
		for _, alternative := range alternatives {
			qualifiers, met := c.remaining(alternative, entitlements)
			switch {
			case !met:
			case len(qualifiers) == 0:
				compiled.plain.add(number)
			default:
				if compiled.qualified == nil {
					compiled.qualified = map[uint32][][]uint32{}
				}
				compiled.qualified[number] = append(compiled.qualified[number], qualifiers)
			}
		}
	}
	return compiled
}

// remaining returns the qualifiers of an alternative. The second result is false when a gate of it is not met, or a
// qualifier is unknown.
func (c *compiler) remaining(alternative Alternative, entitlements []string) ([]uint32, bool) {
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
