// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"math/bits"
	"slices"
)

// brokenIn reports whether duties that are live together are too many in a unit that a binding covers, and returns those of the first
// such unit by name. Subtrees that have a unit in common have the top of one of them in common, so only tops are asked for.
func (c *separationCheck) brokenIn(b *binding, live, involved []duties) (held uint32, broken bool) {
	where := c.tooMany(b, live)
	if len(where) == 0 {
		return 0, false
	}
	first, at := "", uint32(0)
	for _, d := range involved {
		tops := c.env.units.tops(d.binding.scope())
		c.env.work.spend(len(tops))
		for _, top := range tops {
			if number, known := c.env.units.numberOf(top); known && (!broken || top < first) && covered(where, number) {
				first, at, broken = top, number, true
			}
		}
	}
	for _, d := range live {
		if covered(c.branchesOf(d.binding), at) {
			held |= d.mask
		}
	}
	return held, broken
}

// edge is where a branch with duties begins or ends.
type edge struct {
	at     uint32
	mask   uint32
	change int
}

// tooMany returns where live duties are too many, within what a binding of them covers: one pass over the edges of all branches.
func (c *separationCheck) tooMany(b *binding, live []duties) []span {
	var edges []edge
	for _, d := range live {
		for _, branch := range c.branchesOf(d.binding) {
			edges = append(edges, edge{branch.first, d.mask, 1}, edge{branch.end, d.mask, -1})
		}
	}
	c.env.work.spend(len(edges) * bits.Len(uint(len(edges))))
	slices.SortFunc(edges, func(x, y edge) int { return cmp.Compare(x.at, y.at) })
	var where []span
	var counts [32]int
	held, within := uint32(0), c.branchesOf(b)
	for i, e := range edges {
		for mask := e.mask; mask != 0; mask &= mask - 1 {
			duty := bits.TrailingZeros32(mask)
			if counts[duty] += e.change; counts[duty] > 0 {
				held |= 1 << duty
			} else {
				held &^= 1 << duty
			}
		}
		if i+1 == len(edges) || edges[i+1].at == e.at || bits.OnesCount32(held) <= c.constraint.spec.Separation.AtMost {
			continue
		}
		if covered(within, e.at) {
			where = append(where, span{e.at, edges[i+1].at})
		}
	}
	return where
}

// branchesOf returns the branches that a binding covers, in their order.
func (c *separationCheck) branchesOf(b *binding) []span {
	branches, known := c.branches[b]
	if !known {
		branches = c.env.units.branches(b.scope(), c.env.work)
		c.branches[b] = branches
	}
	return branches
}

// covered reports whether a unit is in one of some branches that are in their order.
func covered(branches []span, number uint32) bool {
	after, _ := slices.BinarySearchFunc(branches, number, func(branch span, number uint32) int {
		if branch.first <= number {
			return -1
		}
		return 1
	})
	return after > 0 && number < branches[after-1].end
}
