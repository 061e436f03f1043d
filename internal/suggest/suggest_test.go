// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestClosest(t *testing.T) {
	candidates := []string{"permissions", "sections", "name"}
	for name, want := range map[string]string{
		"permission": "permissions", "perm": "permissions", "se": "", "Sections": "sections", "anme": "name", "x": "", "nam": "name", "colour": "", "permissionz": "permissions",
	} {
		if got := Closest(name, candidates); got != want {
			t.Errorf("Closest(%q) is %q, want %q", name, got, want)
		}
	}
}

// TestNames: of many names the same is found as of few, where two letters differ at most.
func TestNames(t *testing.T) {
	many := func(yield func(string) bool) {
		for i := range 5000 {
			if !yield(fmt.Sprintf("unit-%04d", i)) {
				return
			}
		}
		_ = yield("harbour") && yield("lighthouse")
	}
	names := Of(many)
	for name, want := range map[string]string{
		"harbor": "harbour", "Harbour": "harbour", "harbuor": "harbour", "hrabour": "harbour", "lighthuose": "lighthouse", "light": "lighthouse",
		"unit-00071": "unit-0001", "meadow": "", "harbour": "harbour", "": "", "x": "",
	} {
		got, steps := names.Closest(name)
		if got != want {
			t.Errorf("Closest(%q) of many is %q, want %q", name, got, want)
		}
		if _, again := names.Closest(name); again != steps {
			t.Errorf("Closest(%q) takes %d steps, and then %d", name, steps, again)
		}
	}
	if got, _ := (*Names)(nil).Closest("x"); got != "" {
		t.Errorf("of no names, %q is closest", got)
	}
	if got, _ := Of(slices.Values([]string{"west"})).Closest("wset"); got != "west" {
		t.Errorf("of one name, %q is closest", got)
	}
}

// TestBounded: however long the names are, and however alike, what is looked at is counted, and nothing is allocated for each.
func TestBounded(t *testing.T) {
	for _, size := range []int{mostCompared, 5000} {
		names := Of(func(yield func(string) bool) {
			for i := range size {
				if !yield(strings.Repeat("a", 50) + fmt.Sprintf("%04d", i)) {
					return
				}
			}
		})
		misspelled := [2]string{strings.Repeat("a", 55) + "0001", strings.Repeat("a", 56) + "0001"}
		most := 0
		allocations := testing.AllocsPerRun(10, func() {
			for _, name := range misspelled {
				_, steps := names.Closest(name)
				most = max(most, steps)
			}
		})
		if most > 512 || allocations > 4 {
			t.Errorf("of %d names, looking takes %d steps and %v allocations for two", size, most, allocations)
		}
	}
}

// TestHashes: what is left of a name without a letter has the hash that it has by itself.
func TestHashes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune("aBc-")), 0, 9, -1).Draw(t, "word")
		var got []uint64
		for hash := range hashes(word) {
			got = append(got, hash)
		}
		for i := range word {
			for hash := range hashes(strings.ToLower(word[:i] + word[i+1:])) {
				if !slices.Contains(got, hash) {
					t.Errorf("%q lacks the hash of what is left without letter %d", word, i)
				}
				break
			}
		}
	})
}

// TestDistance compares the distance with one that looks at all pairs of places.
func TestDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune("abc")), 0, 9, -1)
		a, b, limit := word.Draw(t, "a"), word.Draw(t, "b"), rapid.IntRange(1, 8).Draw(t, "limit")
		if got, want := distance(a, b, limit), min(plain(a, b), limit); got != want {
			t.Errorf("distance(%q, %q, %d) is %d, want %d", a, b, limit, got, want)
		}
	})
}

func plain(a, b string) int {
	if a == "" || b == "" {
		return len(a) + len(b)
	}
	cost := plain(a[1:], b[1:])
	if a[0] != b[0] {
		cost++
	}
	return min(cost, plain(a[1:], b)+1, plain(a, b[1:])+1)
}

// TestOrder: the answer does not depend on the order of names.
func TestOrder(t *testing.T) {
	for _, candidates := range [][]string{{"unit-a", "unit-b"}, {"unit-b", "unit-a"}} {
		if got := Closest("unit-c", candidates); got != "unit-a" {
			t.Errorf("of %v, %q is closest", candidates, got)
		}
	}
}
