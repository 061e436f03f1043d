// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

const (
	// mostCompared is how many names are all compared with a misspelled one. Of more, only some are: its neighbors in the order of names, and
	// those that become the same as it by leaving out a letter in one or both.
	mostCompared = 64
	// neighbors is how many names are compared on each side, mostAlike how many for each letter that is left out, and mostCandidates how
	// many in all.
	neighbors, mostAlike, mostCandidates = 8, 4, 32
	// mostEdits bounds by how many letters the closest name may differ, however long it is, so that a comparison takes a bounded time.
	mostEdits = 4
)

// Names are the names that exist of one sort. They are read when one is first asked for. Any number of goroutines may ask.
type Names struct {
	all    iter.Seq[string]
	once   sync.Once
	sorted []string
	// letters are those that each name consists of, in the same order.
	letters []letters
	// parts are what is left of each name without one letter, sorted. There are none where all names are compared.
	parts []part
	// last is the last answer: one mistake is often made in many places.
	last atomic.Pointer[answer]
}

type answer struct {
	name, closest string
	steps         int
}

// Of returns the names of a sequence, which must not change.
func Of(all iter.Seq[string]) *Names { return &Names{all: all} }

// Closest returns the name that is closest to a misspelled one, as the function Closest does, but that it differs in few letters; of many
// names, it may miss one that differs in several. Steps are about how many short looks at a name it takes, whether or not the answer was
// still known. Both depend on the names alone, and both are bounded.
func (n *Names) Closest(name string) (closest string, steps int) {
	if n == nil || len(name) > longest {
		return "", 1
	}
	last := n.last.Load()
	if last == nil || last.name != name {
		n.once.Do(n.read)
		last = &answer{name: name}
		last.closest, last.steps = n.closest(name)
		n.last.Store(last)
	}
	return last.closest, last.steps
}

func (n *Names) closest(name string) (closest string, steps int) {
	var room [2*neighbors + mostCandidates]int32
	candidates, steps := n.candidates(name, room[:0])
	own := lettersOf(name)
	best := newMatch(name, mostEdits)
	for _, place := range candidates {
		if candidate := n.sorted[place]; strings.HasPrefix(candidate, name) || own.near(n.letters[place], mostEdits) {
			steps += 1 + len(name)/16
			best.compare(candidate)
		}
	}
	return best.result(), steps
}

// candidates returns the places of the names to compare, and how many steps finding them took.
func (n *Names) candidates(name string, found []int32) (places []int32, steps int) {
	from, to := 0, len(n.sorted)
	if to > mostCompared {
		place, _ := slices.BinarySearch(n.sorted, name)
		from, to = max(0, place-neighbors), min(place+neighbors, to)
	}
	steps = 1 + (to-from)/8
	for place := from; place < to; place++ {
		found = append(found, int32(place))
	}
	if len(n.sorted) <= mostCompared {
		return found, steps
	}
	for hash := range hashes(name) {
		steps += 4
		at, _ := slices.BinarySearchFunc(n.parts, part{hash: hash}, part.compare)
		for _, p := range n.parts[at:min(at+mostAlike, len(n.parts))] {
			if p.hash == hash && len(found) < cap(found) && !slices.Contains(found, p.place) {
				found = append(found, p.place)
			}
		}
	}
	slices.Sort(found)
	return found, steps
}

func (n *Names) read() {
	n.sorted = slices.Compact(slices.Sorted(n.all))
	n.letters = make([]letters, len(n.sorted))
	for i, name := range n.sorted {
		n.letters[i] = lettersOf(name)
	}
	if len(n.sorted) <= mostCompared {
		return
	}
	for i, name := range n.sorted {
		for hash := range hashes(name) {
			n.parts = append(n.parts, part{hash: hash, place: int32(i)})
		}
	}
	slices.SortFunc(n.parts, part.compare)
}
