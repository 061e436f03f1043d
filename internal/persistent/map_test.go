// SPDX-License-Identifier: Apache-2.0

package persistent_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/persistent"
)

// TestMapIsAMap: whatever is edited, a map holds what a plain map holds, and those that it was made from stay as they were.
func TestMapIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var is persistent.Map[int]
		var was []persistent.Map[int]
		var want []map[string]int
		plain := map[string]int{}
		for range rapid.IntRange(1, 4).Draw(t, "maps") {
			b := is.Edit(rapid.IntRange(0, 2000).Draw(t, "expected"))
			for range rapid.IntRange(0, 10).Draw(t, "edits") {
				name := fmt.Sprint(rapid.IntRange(0, 20).Draw(t, "name"))
				if rapid.Bool().Draw(t, "delete") {
					b.Delete(name)
					delete(plain, name)
				} else {
					plain[name] = rapid.Int().Draw(t, "value")
					b.Set(name, plain[name])
				}
				if b.Get(name) != plain[name] {
					t.Fatalf("the builder says %d of %s, want %d", b.Get(name), name, plain[name])
				}
			}
			edited := slices.Collect(b.Edited())
			before := is
			is = b.Map()
			for number := range is.Shards() {
				if !slices.Contains(edited, number) && !slices.Equal(sorted(before, number), sorted(is, number)) {
					t.Fatalf("shard %d was edited, and the builder does not know it", number)
				}
			}
			was, want = append(was, is), append(want, maps.Clone(plain))
		}
		for i := range was {
			if got := maps.Collect(was[i].All()); !maps.Equal(got, want[i]) {
				t.Fatalf("map %d holds %v, want %v", i, got, want[i])
			}
		}
	})
}

func sorted(m persistent.Map[int], number int) []int { return slices.Sorted(m.Shard(number)) }

// TestShares: the entry of a name is known to be the same only where nobody edited its shard.
func TestShares(t *testing.T) {
	b := persistent.Map[int]{}.Edit(1000)
	for i := range 1000 {
		b.Set(fmt.Sprint(i), i)
	}
	before := b.Map()
	next := before.Edit(0)
	next.Set("7", 8)
	after := next.Map()
	if after.Shares(before, "7") || !before.Shares(before, "7") {
		t.Error("an edited entry is taken to be the same")
	}
	shared := 0
	for i := range 1000 {
		if name := fmt.Sprint(i); after.Shares(before, name) {
			shared++
			if after.ShardOf(name) == after.ShardOf("7") {
				t.Errorf("%s lies in the shard that was edited", name)
			}
		}
	}
	if shared < 500 {
		t.Errorf("only %d of 1000 entries are shared", shared)
	}
	if after.Get("7") != 8 || before.Get("7") != 7 || after.Get("1001") != 0 {
		t.Error("the entries are not those that were set")
	}
	if (persistent.Map[int]{}).Shares(persistent.Map[int]{}, "7") {
		t.Error("empty maps have no shard in common")
	}
}
