// SPDX-License-Identifier: Apache-2.0

package compiled

// MergeHeap is a heap of lists of numbers, none of which is empty: the first list begins with the least number.
type MergeHeap [][]uint32

// Merge yields the numbers of all lists in order, each once.
func (m MergeHeap) Merge(yield func(uint32) bool) {
	for i := len(m)/2 - 1; i >= 0; i-- {
		m.siftDown(i)
	}
	for len(m) > 0 {
		number := m[0][0]
		for len(m) > 0 && m[0][0] == number {
			if m[0] = m[0][1:]; len(m[0]) == 0 {
				last := len(m) - 1
				m[0], m = m[last], m[:last]
			}
			m.siftDown(0)
		}
		if !yield(number) {
			return
		}
	}
}

// siftDown moves a list down to where those below it begin with greater numbers.
func (m MergeHeap) siftDown(at int) {
	for {
		least := at
		for child := 2*at + 1; child <= 2*at+2 && child < len(m); child++ {
			if m[child][0] < m[least][0] {
				least = child
			}
		}
		if least == at {
			return
		}
		m[at], m[least] = m[least], m[at]
		at = least
	}
}
