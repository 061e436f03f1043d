// SPDX-License-Identifier: Apache-2.0

package compiled

// UserList is a sorted list of users' numbers. If it is certain, nothing is left to decide about why they are on it.
type UserList struct {
	Users   []uint32
	Certain bool
}

// MergeHeap is a heap of lists of users, none of which is empty: the first list begins with the least number.
type MergeHeap []UserList

// Merge yields the numbers of all lists in order, each once, and whether a list that it is on is certain.
func (m MergeHeap) Merge(yield func(user uint32, certain bool) bool) {
	for i := len(m)/2 - 1; i >= 0; i-- {
		m.siftDown(i)
	}
	for len(m) > 0 {
		user, certain := m[0].Users[0], false
		for len(m) > 0 && m[0].Users[0] == user {
			least := &m[0]
			certain = certain || least.Certain
			if least.Users = least.Users[1:]; len(least.Users) == 0 {
				last := len(m) - 1
				m[0], m = m[last], m[:last]
			}
			m.siftDown(0)
		}
		if !yield(user, certain) {
			return
		}
	}
}

// siftDown moves a list down to where those below it begin with greater numbers.
func (m MergeHeap) siftDown(at int) {
	for {
		least := at
		for child := 2*at + 1; child <= 2*at+2 && child < len(m); child++ {
			if m[child].Users[0] < m[least].Users[0] {
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
