// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"iter"
	"math/bits"
)

// roleSet is a set of roles by their numbers.
type roleSet []uint64

func newRoleSet(roles int) roleSet { return make(roleSet, (roles+63)/64) }

func (s roleSet) add(number uint32) { s[number/64] |= 1 << (number % 64) }

// addAll adds the roles of another set, and keepOnly takes out all others.
func (s roleSet) addAll(other roleSet) {
	for i := range s {
		s[i] |= other[i]
	}
}

func (s roleSet) keepOnly(other roleSet) {
	for i := range s {
		s[i] &= other[i]
	}
}

func (s roleSet) has(number uint32) bool {
	return int(number/64) < len(s) && s[number/64]&(1<<(number%64)) != 0
}

// numbers returns the numbers in the set, in order.
func (s roleSet) numbers() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(uint32(i*64 + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}
