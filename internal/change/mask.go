// SPDX-License-Identifier: Apache-2.0

package change

// mask is a set of small numbers, of boxes or of values.
type mask []uint64

const wordBits = 64

func newMask(size int) mask { return make(mask, (size+wordBits-1)/wordBits) }

func (m mask) set(i int) { m[i/wordBits] |= 1 << (i % wordBits) }

func (m mask) clear(i int) { m[i/wordBits] &^= 1 << (i % wordBits) }

func (m mask) has(i int) bool { return m[i/wordBits]&(1<<(i%wordBits)) != 0 }

func (m mask) empty() bool {
	for _, word := range m {
		if word != 0 {
			return false
		}
	}
	return true
}

// and sets m to what is in both others.
func (m mask) and(a, b mask) {
	for i := range m {
		m[i] = a[i] & b[i]
	}
}

// or adds what is in another.
func (m mask) or(other mask) {
	for i := range m {
		m[i] |= other[i]
	}
}

// meets reports whether anything is in both.
func (m mask) meets(other mask) bool {
	for i := range m {
		if m[i]&other[i] != 0 {
			return true
		}
	}
	return false
}

// key is alike for masks that are alike only.
func (m mask) key() string {
	const wordBytes = 8
	key := make([]byte, 0, len(m)*wordBytes)
	for _, word := range m {
		for shift := 0; shift < wordBits; shift += wordBytes {
			key = append(key, byte(word>>shift))
		}
	}
	return string(key)
}
