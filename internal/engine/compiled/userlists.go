// SPDX-License-Identifier: Apache-2.0

package compiled

// UserList is a sorted list of users' numbers. If it is certain, nothing is left to decide about why they are on it.
type UserList struct {
	Users   []uint32
	Certain bool
}

// UserLists are lists of users, none of which is empty.
type UserLists []UserList

// mostlyEnough is how many lists are merged without memory of their own.
const mostlyEnough = 128

// Merge yields the numbers of all lists in order, each once, and whether a list that it is on is certain. It takes the numbers from the
// lists as it goes.
func (l UserLists) Merge(yield func(user uint32, certain bool) bool) {
	var few [mostlyEnough]head
	heads := heap(few[:0])
	for i := range l {
		heads = append(heads, headOf(l[i].Users, i))
	}
	for i := len(heads)/2 - 1; i >= 0; i-- {
		heads.siftDown(i)
	}
	for len(heads) > 0 {
		user, certain := heads[0].user(), false
		for len(heads) > 0 && heads[0].user() == user {
			number := heads[0].list()
			list := &l[number]
			certain = certain || list.Certain
			if list.Users = list.Users[1:]; len(list.Users) > 0 {
				heads[0] = headOf(list.Users, number)
			} else {
				last := len(heads) - 1
				heads[0], heads = heads[last], heads[:last]
			}
			heads.siftDown(0)
		}
		if !yield(user, certain) {
			return
		}
	}
}

// head is the number of the first user on a list, above that of the list: heads are compared without a look at the lists.
type head uint64

func headOf(users []uint32, list int) head { return head(users[0])<<32 | head(list) }

func (h head) user() uint32 { return uint32(h >> 32) }
func (h head) list() int    { return int(uint32(h)) }

// heap holds the heads of lists. The first is the least.
type heap []head

// siftDown moves a head down to where those below it are greater.
func (h heap) siftDown(at int) {
	if at >= len(h) {
		return
	}
	moved := h[at]
	for {
		child := 2*at + 1
		if child >= len(h) {
			break
		}
		if child+1 < len(h) && h[child+1] < h[child] {
			child++
		}
		if moved <= h[child] {
			break
		}
		h[at], at = h[child], child
	}
	h[at] = moved
}
