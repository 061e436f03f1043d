// SPDX-License-Identifier: Apache-2.0

package names

import (
	"hash/maphash"
	"iter"
	"slices"
)

// Table holds a value for each of its names. It is a hash table with open addressing in one piece of memory: a name is looked for
// from the place that its hash says, from entry to entry, until an entry is free. Its zero value is empty and ready. Any number of
// goroutines may read it, while nobody writes to it. Of a table and those that are assigned from it, only one may be written to.
type Table[V any] struct {
	entries []entry[V]
	length  int
}

// entry is a name with its value. The first bits of its tag say where it belongs, the others tell it from its neighbors without
// a look at their names.
type entry[V any] struct {
	name  string
	tag   Tag // 0 if the entry is free
	value V
}

// Tag is what all tables look a name up by. Where several names are looked up, their tags are made first: the processor then waits for
// the bytes of all names together, and not for one after the other.
type Tag uint32

// seed is another one in each process, so that nobody can choose names whose hashes collide.
var seed = maphash.MakeSeed()

// TagOf returns the tag of a name, which is never 0.
func TagOf(name string) Tag { return Tag(maphash.String(seed, name)) | 1 }

// small is the number of names up to which a table has two places for each. A larger one has three for two: each place more costs
// memory, and a place less costs steps.
const small = 4096

// placesFor returns how many places a table for some names has.
func placesFor(length int) int {
	if length <= small {
		return 2 * length
	}
	return length + length/2
}

// isFull reports whether another name would leave fewer than a fifth of the places free, or none.
func (t *Table[V]) isFull() bool { return t.length+1 >= len(t.entries)-len(t.entries)/5 }

// New returns a table with room for some names.
func New[V any](length int) Table[V] {
	return Table[V]{entries: make([]entry[V], placesFor(length))}
}

// home returns where a tag belongs: in a table ten times as long, ten times as far.
func (t *Table[V]) home(tag Tag) int { return int(uint64(tag) * uint64(len(t.entries)) >> 32) }

// Len returns how many names there are.
func (t *Table[V]) Len() int { return t.length }

// Get returns the value of a name. The second result is false if there is no such name.
func (t *Table[V]) Get(name string) (value V, known bool) { return t.GetTagged(TagOf(name), name) }

// GetTagged is Get of a name whose tag is known.
func (t *Table[V]) GetTagged(tag Tag, name string) (value V, known bool) {
	entries := t.entries
	for at := t.home(tag); ; at++ {
		if at >= len(entries) {
			if at = 0; len(entries) == 0 {
				return value, false
			}
		}
		e := &entries[at]
		if e.tag == tag && e.name == name {
			return e.value, true
		}
		if e.tag == 0 {
			return value, false
		}
	}
}

// Value returns the value of a name, the zero value if there is no such name.
func (t *Table[V]) Value(name string) V {
	value, _ := t.Get(name)
	return value
}

// Set sets the value of a name.
func (t *Table[V]) Set(name string, value V) {
	if t.isFull() {
		t.grow()
	}
	tag := TagOf(name)
	at, known := t.find(tag, name)
	if !known {
		t.length++
	}
	t.entries[at] = entry[V]{name, tag, value}
}

// find returns the place of a name, or the free one that it would have. A place must be free.
func (t *Table[V]) find(tag Tag, name string) (at int, known bool) {
	for at = t.home(tag); ; at = t.next(at) {
		if e := &t.entries[at]; e.tag == 0 || e.tag == tag && e.name == name {
			return at, e.tag != 0
		}
	}
}

func (t *Table[V]) next(at int) int {
	at++
	if at == len(t.entries) {
		return 0
	}
	return at
}

// grow makes room for a quarter more names, and some.
func (t *Table[V]) grow() {
	before := t.entries
	t.entries = make([]entry[V], placesFor(t.length+t.length/4+4))
	for i := range before {
		if before[i].tag != 0 {
			t.place(before[i])
		}
	}
}

// place puts an entry whose name the table does not hold at the first free place.
func (t *Table[V]) place(e entry[V]) {
	at := t.home(e.tag)
	for t.entries[at].tag != 0 {
		at = t.next(at)
	}
	t.entries[at] = e
}

// Delete removes a name, if there is one. Those behind it move up, so that they are found without a gap.
func (t *Table[V]) Delete(name string) {
	if len(t.entries) == 0 {
		return
	}
	at, known := t.find(TagOf(name), name)
	if !known {
		return
	}
	t.length--
	t.entries[at] = entry[V]{}
	for at = t.next(at); t.entries[at].tag != 0; at = t.next(at) {
		moved := t.entries[at]
		t.entries[at] = entry[V]{}
		t.place(moved)
	}
}

// Clone returns a copy, of which changes do not concern the table.
func (t *Table[V]) Clone() Table[V] {
	return Table[V]{entries: slices.Clone(t.entries), length: t.length}
}

// All yields the names with their values, in no order.
func (t *Table[V]) All() iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for i := range t.entries {
			if e := &t.entries[i]; e.tag != 0 && !yield(e.name, e.value) {
				return
			}
		}
	}
}

// Sorted returns the names, sorted.
func (t *Table[V]) Sorted() []string {
	sorted := make([]string, 0, t.length)
	for name := range t.All() {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	return sorted
}
