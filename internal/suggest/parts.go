// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"cmp"
	"iter"
	"math/bits"
)

// mostLeftOut is how many letters of a name, from its beginning, are tried to be left out.
const mostLeftOut = 32

// part is a name in lower case, whole or without one of its letters: its hash, and the place of the name.
type part struct {
	hash  uint64
	place int32
}

func (p part) compare(other part) int {
	return cmp.Or(cmp.Compare(p.hash, other.hash), cmp.Compare(p.place, other.place))
}

// base is the base of the hashes, which are polynomials of the letters: so that of a name without a letter follows from those of what
// comes before and after it.
const base = 0x9e3779b97f4a7c15

// hashes yields the hash of a name in lower case, and those of what is left of it without each of its first letters. A name that is too
// long to be compared has none.
func hashes(name string) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		if len(name) > longest {
			return
		}
		// after[i] is the hash of what begins at i, and power[i] the power of the base for as many letters.
		var after, power [longest + 1]uint64
		power[len(name)] = 1
		for i := len(name) - 1; i >= 0; i-- {
			after[i] = after[i+1] + uint64(lower(name[i]))*power[i+1]
			power[i] = power[i+1] * base
		}
		if !yield(after[0]) {
			return
		}
		before := uint64(0)
		for i := range min(len(name), mostLeftOut) {
			if (i == 0 || name[i] != name[i-1]) && !yield(before*power[i+1]+after[i+1]) {
				return
			}
			before = before*base + uint64(lower(name[i]))
		}
	}
}

// letters is a set of the letters of a name, regardless of case. Some letters share a bit.
type letters uint64

func lettersOf(name string) letters {
	var set letters
	for i := range len(name) {
		set |= 1 << (lower(name[i]) % 64)
	}
	return set
}

// near reports whether names of these letters may differ in so many letters or fewer: each edit takes and brings one at most.
func (l letters) near(other letters, edits int) bool {
	return bits.OnesCount64(uint64(l&^other)) <= edits && bits.OnesCount64(uint64(other&^l)) <= edits
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
