// SPDX-License-Identifier: Apache-2.0

package engine

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
	p := &postings{rooted: make([][]uint32, len(x.unitTable)), granted: make([][]holders, len(x.scopes)), given: map[uint32][]uint32{}}
	p.numberUsers(x.users)
	p.addGrants(x)
	for number, held := range p.granted {
		if len(held) > 0 {
			x.root(p.rooted, uint32(number))
		}
	}
	for i := range p.holders {
		if extra := p.holders[i].extra; extra != nil && !extra.suspended {
			p.addOverrides(extra.overrides, uint32(i))
		}
	}
	return p
}

// numberUsers sorts the users.
func (p *postings) numberUsers(users map[string]user) {
	p.ids = slices.Sorted(maps.Keys(users))
	p.holders = make([]user, len(p.ids))
	for i, id := range p.ids {
		p.holders[i] = users[id]
	}
}

// addGrants lists who holds a capability in a scope. The lists lie one after the other in one piece of memory: most are
// short, and there are many.
func (p *postings) addGrants(x *Index) {
	lists := map[uint64]uint32{}
	var keys []uint64
	var lengths []uint32
	var entries []entry
	for i := range p.holders {
		holder := &p.holders[i]
		if holder.extra != nil && holder.extra.suspended {
			continue
		}
		for _, g := range x.grants[holder.from:holder.until] {
			key := uint64(g.scope)<<32 | uint64(g.capability)
			list, known := lists[key]
			if !known {
				list = uint32(len(keys))
				lists[key] = list
				keys, lengths = append(keys, key), append(lengths, 0)
			}
			lengths[list]++
			entries = append(entries, entry{list: list, user: uint32(i)})
		}
	}
	users := make([]uint32, len(entries))
	piled := make([][]uint32, len(keys))
	begin := uint32(0)
	for list, length := range lengths {
		piled[list] = users[begin : begin : begin+length]
		begin += length
	}
	for _, e := range entries {
		piled[e.list] = appendNew(piled[e.list], e.user)
	}
	for list, key := range keys {
		scope := key >> 32
		p.granted[scope] = append(p.granted[scope], holders{capability: uint32(key), users: piled[list]})
	}
}

// entry puts a user on a list.
type entry struct{ list, user uint32 }

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
