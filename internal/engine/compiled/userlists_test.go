// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestMergeYieldsEachNumberOnceInOrder, from however many lists, says who is on one that is certain, and stops when the caller does.
func TestMergeYieldsEachNumberOnceInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lists := rapid.SliceOfN(rapid.SliceOfNDistinct(rapid.Uint32Range(0, 40), 1, 6, rapid.ID), 0, 12).Draw(t, "lists")
		var want, certain []uint32
		all := make(UserLists, 0, len(lists))
		for _, list := range lists {
			slices.Sort(list)
			want = append(want, list...)
			all = append(all, UserList{Users: list, Certain: rapid.Bool().Draw(t, "certain")})
			if all[len(all)-1].Certain {
				certain = append(certain, list...)
			}
		}
		slices.Sort(want)
		want = slices.Compact(want)
		want = want[:rapid.IntRange(0, len(want)).Draw(t, "most")]
		var got []uint32
		all.Merge(func(user uint32, isCertain bool) bool {
			if len(got) < len(want) {
				got = append(got, user)
			}
			if isCertain != slices.Contains(certain, user) {
				t.Errorf("user %d is certain: %v, want %v", user, isCertain, !isCertain)
			}
			return len(got) < len(want)
		})
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}
