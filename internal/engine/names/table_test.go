// SPDX-License-Identifier: Apache-2.0

package names

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestTableIsAMap: a table answers as a map does, whatever is set, deleted and copied.
func TestTableIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(0, 40).Draw(t, "size")
		table, model := New[int](size), map[string]int{}
		name := rapid.SampledFrom(someNames())
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { requireSame(t, &table, model) },
			"set": func(t *rapid.T) {
				n, v := name.Draw(t, "name"), rapid.Int().Draw(t, "value")
				table.Set(n, v)
				model[n] = v
			},
			"delete": func(t *rapid.T) {
				n := name.Draw(t, "name")
				table.Delete(n)
				delete(model, n)
			},
			"clone": func(t *rapid.T) {
				before, was := table, maps.Clone(model)
				table = table.Clone()
				n := name.Draw(t, "name")
				table.Set(n, -1)
				model[n] = -1
				other := name.Draw(t, "other")
				table.Delete(other)
				delete(model, other)
				requireSame(t, &before, was)
			},
		})
	})
}

// someNames are names of many lengths, the empty one and one longer than the hash reads at once among them.
func someNames() []string {
	all := []string{"", "\x00", "a", "unit", "Unit"}
	for i := range 60 {
		all = append(all, fmt.Sprintf("user-%06d@example.com", i), fmt.Sprintf("%0*d", i*7, i))
	}
	return all
}

func requireSame(t *rapid.T, table *Table[int], model map[string]int) {
	if table.Len() != len(model) {
		t.Fatalf("the table has %d names, not %d", table.Len(), len(model))
	}
	for _, name := range someNames() {
		want, is := model[name]
		if got, known := table.Get(name); got != want || known != is || table.Value(name) != want {
			t.Fatalf("%q is %d (%v), not %d (%v)", name, got, known, want, is)
		}
	}
	if all := maps.Collect(table.All()); !maps.Equal(all, model) {
		t.Fatalf("all are %v, not %v", all, model)
	}
	if sorted := table.Sorted(); !slices.Equal(sorted, slices.Sorted(maps.Keys(model))) {
		t.Fatalf("sorted they are %v", sorted)
	}
}

// TestTagsThatCollide: names are found whose tags are the same, or belong at the same place, the last one among them.
func TestTagsThatCollide(t *testing.T) {
	table := Table[int]{entries: make([]entry[int], 8)}
	for i, e := range []entry[int]{{"a", 0xffffffff, 1}, {"b", 0xffffffff, 2}, {"c", 0xfffffff1, 3}, {"d", 1, 4}} {
		table.place(e)
		table.length = i + 1
	}
	for _, e := range []entry[int]{{"a", 0xffffffff, 1}, {"b", 0xffffffff, 2}, {"c", 0xfffffff1, 3}, {"d", 1, 4}} {
		if at, known := table.find(e.tag, e.name); !known || table.entries[at].value != e.value {
			t.Errorf("%s is not found", e.name)
		}
	}
	if _, known := table.find(0xffffffff, "z"); known {
		t.Error("a name is found by the tag of others")
	}
}

// TestRoom: a table keeps a place free, without which a name that is not there would be looked for forever, and stays small.
func TestRoom(t *testing.T) {
	for size := range 200 {
		table := New[int](size)
		for i := range 2*size + 10 {
			table.Set(fmt.Sprint(i), i)
			if free := len(table.entries) - table.length; free < 1 || free < len(table.entries)/8 {
				t.Fatalf("a table made for %d has %d free places of %d after %d names", size, free, len(table.entries), i+1)
			}
		}
	}
	large := New[int](small + 1)
	if most := (small + 1) * 3 / 2; len(large.entries) > most {
		t.Errorf("a large table has %d places for %d names", len(large.entries), small+1)
	}
}

// TestNothingAllocates: a look-up does not, of a name that is there or not.
func TestNothingAllocates(t *testing.T) {
	table := New[int](10)
	table.Set("ann", 1)
	if n := testing.AllocsPerRun(100, func() { table.Get("ann"); table.Get("bob") }); n != 0 {
		t.Errorf("a look-up allocates %v times", n)
	}
}
