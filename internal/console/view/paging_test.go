// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSortPart: the part that is wanted of a list is that of the whole list sorted, whatever the order and however many elements are equal,
// and nothing gets lost.
func TestSortPart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]int{1, 3, 1000}).Draw(t, "values")
		list := rapid.SliceOfN(rapid.IntRange(0, most), 0, 600).Draw(t, "list")
		if rapid.Bool().Draw(t, "sorted before") {
			slices.Sort(list)
		}
		want := slices.Sorted(slices.Values(list))
		from := rapid.IntRange(0, len(list)).Draw(t, "from")
		to := rapid.IntRange(from, len(list)).Draw(t, "to")
		sortPart(list, from, to, cmp.Compare[int])
		if !slices.Equal(list[from:to], want[from:to]) {
			t.Fatalf("the part %d..%d is %v, want %v", from, to, list[from:to], want[from:to])
		}
		slices.Sort(list)
		if !slices.Equal(list, want) {
			t.Fatalf("the list is %v, want %v", list, want)
		}
	})
}

// TestSortPartTakesAFewPasses: a page of a long list takes a few comparisons for each element, wherever the page is and whatever the order.
func TestSortPartTakesAFewPasses(t *testing.T) {
	const length, most = 100_000, 8
	for name, element := range map[string]func(i int) int{
		"sorted": func(i int) int { return i }, "reversed": func(i int) int { return -i }, "mixed": func(i int) int { return i * 7919 % length },
		"all equal": func(int) int { return 0 }, "up and down": func(i int) int { return min(i, length-i) },
	} {
		for _, from := range []int{0, length / 2, length - PageSize} {
			list, compared := make([]int, length), 0
			for i := range list {
				list[i] = element(i)
			}
			sortPart(list, from, from+PageSize, func(a, b int) int {
				compared++
				return cmp.Compare(a, b)
			})
			if compared > most*length {
				t.Errorf("%s, from %d: %d comparisons", name, from, compared)
			}
		}
	}
}
