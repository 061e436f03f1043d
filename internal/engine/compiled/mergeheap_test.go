// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestMergeYieldsEachNumberOnceInOrder, from however many lists, and stops when the caller does.
func TestMergeYieldsEachNumberOnceInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lists := rapid.SliceOfN(rapid.SliceOfNDistinct(rapid.Uint32Range(0, 40), 1, 6, rapid.ID), 0, 12).Draw(t, "lists")
		var want []uint32
		for _, list := range lists {
			slices.Sort(list)
			want = append(want, list...)
		}
		slices.Sort(want)
		want = slices.Compact(want)
		want = want[:rapid.IntRange(0, len(want)).Draw(t, "most")]
		var got []uint32
		MergeHeap(lists).Merge(func(number uint32) bool {
			if len(got) < len(want) {
				got = append(got, number)
			}
			return len(got) < len(want)
		})
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}
