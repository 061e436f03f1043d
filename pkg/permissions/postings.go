// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"maps"
	"slices"
)

// postings say who holds what where, the other way round than users do. Users are numbered in the order of their ids, and a
// list of them is sorted. Those who are suspended are in none.
type postings struct {
	ids     []string
	holders []user
	// rooted lists, unit by unit, the scopes that cover exactly that unit and what lies below it, or that and more elsewhere:
	// what covers a unit is rooted at it or at one that it lies below, and nowhere else.
	rooted [][]uint32
	// granted lists, scope by scope, who holds which capability there.
	granted [][]holders
	// given lists, permission by permission, who has an override that gives it somewhere.
	given map[uint32][]uint32
}

// holders are those who hold a capability in one scope.
type holders struct {
	capability uint32
	users      []uint32
}

// postings are made when first asked for.
func (x *Index) postings() *postings {
	return x.searching.postings.get(x.compilePostings)
}

func (x *Index) compilePostings() *postings {
	p := &postings{
		ids: slices.Sorted(maps.Keys(x.users)), holders: make([]user, len(x.users)),
		rooted: make([][]uint32, len(x.unitTable)), granted: make([][]holders, len(x.scopes)), given: map[uint32][]uint32{},
	}
	places := map[[2]uint32]int{}
	for i, id := range p.ids {
		holder := x.users[id]
		p.holders[i] = holder
		if holder.extra != nil && holder.extra.suspended {
			continue
		}
		for g := holder.from; g < holder.until; g++ {
			p.addGrant(&x.grants[g], uint32(i), places)
		}
		if holder.extra != nil {
			p.addOverrides(holder.extra.overrides, uint32(i))
		}
	}
	for number, held := range p.granted {
		if len(held) > 0 {
			x.root(p.rooted, uint32(number))
		}
	}
	return p
}

// addGrant adds a user to those who hold a capability in a scope. Places remembers where in its scope a capability is.
func (p *postings) addGrant(g *grant, number uint32, places map[[2]uint32]int) {
	key := [2]uint32{g.scope, g.capability}
	place, known := places[key]
	if !known {
		place = len(p.granted[g.scope])
		places[key] = place
		p.granted[g.scope] = append(p.granted[g.scope], holders{capability: g.capability})
	}
	list := &p.granted[g.scope][place]
	list.users = appendNew(list.users, number)
}

func (p *postings) addOverrides(overrides []override, number uint32) {
	for i := range overrides {
		if o := &overrides[i]; !o.revoke && o.missing == "" {
			p.given[o.permission] = appendNew(p.given[o.permission], number)
		}
	}
}

// appendNew appends a number to an ascending list, unless it is the last already.
func appendNew(list []uint32, number uint32) []uint32 {
	if last := len(list) - 1; last >= 0 && list[last] == number {
		return list
	}
	return append(list, number)
}

// root adds a scope to the units that it covers with all that lies below: an interval is made of such units, one after
// the other.
func (x *Index) root(rooted [][]uint32, number uint32) {
	for i := range x.scopes[number].intervals {
		for unit := i.from; unit < i.until; unit = x.unitTable[unit].end {
			rooted[unit] = append(rooted[unit], number)
		}
	}
}

// intervals yields what a scope covers.
func (s *scope) intervals(yield func(interval) bool) {
	if s.first.from == s.first.until || !yield(s.first) {
		return
	}
	for _, i := range s.more {
		if !yield(i) {
			return
		}
	}
}

// upward yields a unit and all that it lies below, up to the root.
func (x *Index) upward(unit uint32) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		for yield(unit) && unit != root {
			unit = x.units[x.unitTable[unit].parent]
		}
	}
}
