// SPDX-License-Identifier: Apache-2.0

package change

import (
	"cmp"
	"slices"
)

// span holds the numbers from..until, the latter not included.
type span struct{ from, until int32 }

// spans are sorted, and do not touch.
type spans []span

// has reports whether a number is in one of the spans.
func (s spans) has(number int32) bool {
	at, found := slices.BinarySearchFunc(s, number, func(x span, n int32) int { return cmp.Compare(x.from, n) })
	return found || at > 0 && number < s[at-1].until
}

// joined returns the numbers that are in any of the spans, which may touch. It sorts its argument.
func joined(list spans) spans {
	slices.SortFunc(list, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	out := list[:0]
	for _, next := range list {
		if last := len(out) - 1; last >= 0 && next.from <= out[last].until {
			out[last].until = max(out[last].until, next.until)
			continue
		}
		out = append(out, next)
	}
	return out
}

// numbersOf returns spans of single numbers. It sorts its argument.
func numbersOf(numbers []int32) spans {
	slices.Sort(numbers)
	var out spans
	for _, n := range numbers {
		if last := len(out) - 1; last >= 0 && out[last].until == n {
			out[last].until = n + 1
			continue
		}
		out = append(out, span{n, n + 1})
	}
	return out
}

// class is a part of an axis in which the same boxes are.
type class[T any] struct {
	boxes mask
	part  T
}

// partition cuts numbers into the largest parts in which each of some sets is whole or not at all. What is in none of them is left out.
func partition(sets []spans) []class[spans] {
	type edge struct {
		at    int32
		set   int
		opens bool
	}
	var edges []edge
	for i, set := range sets {
		for _, s := range set {
			edges = append(edges, edge{s.from, i, true}, edge{s.until, i, false})
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Compare(a.at, b.at) })
	var classes []class[spans]
	open := newMask(len(sets))
	for i, e := range edges {
		if e.opens {
			open.set(e.set)
		} else {
			open.clear(e.set)
		}
		if i+1 == len(edges) || edges[i+1].at == e.at || open.empty() {
			continue
		}
		part := span{e.at, edges[i+1].at}
		at := slices.IndexFunc(classes, func(c class[spans]) bool { return slices.Equal(c.boxes, open) })
		if at < 0 {
			classes = append(classes, class[spans]{boxes: slices.Clone(open), part: spans{part}})
			continue
		}
		known := &classes[at].part
		if last := len(*known) - 1; (*known)[last].until == part.from {
			(*known)[last].until = part.until
		} else {
			*known = append(*known, part)
		}
	}
	return classes
}
