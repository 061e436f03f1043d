// SPDX-License-Identifier: Apache-2.0

package compiled

// ReverseIndex says who holds what where, the other way round than users do. Users are numbered in the order of their ids, and a
// list of them is sorted. Those who are suspended are in none.
type ReverseIndex struct {
	IDs     []string
	Holders []User
	// ScopesByUnit lists, unit by unit, the scopes that cover exactly that unit and what lies below it, or that and more elsewhere:
	// what covers a unit is rooted at it or at one that it lies below, and nowhere else.
	ScopesByUnit [][]uint32
	// Begins reports of each unit whether a scope, of a grant or an override, is rooted at it: elsewhere, the same scopes cover a unit
	// as the one above it.
	Begins []bool
	// HoldersByScope lists, scope by scope, who holds which effective role there.
	HoldersByScope [][]Holders
	// GivenTo lists, permission by permission, who has an override that gives it somewhere, and TakenFrom who has one that takes it.
	GivenTo, TakenFrom map[uint32][]uint32
}

// Holders are those who hold an effective role in one scope, by grants without a window if Always is set, or else by grants with one.
type Holders struct {
	EffectiveRole uint32
	Always        bool
	Users         []uint32
}

// ReverseIndex returns the reverse index, which is made when it is first asked for.
func (x *Index) ReverseIndex() *ReverseIndex {
	return x.derived.reverseIndex.get(x.compileReverseIndex)
}

func (x *Index) compileReverseIndex() *ReverseIndex {
	p := &ReverseIndex{
		ScopesByUnit: make([][]uint32, len(x.UnitTable)), HoldersByScope: make([][]Holders, len(x.Scopes)),
		GivenTo: map[uint32][]uint32{}, TakenFrom: map[uint32][]uint32{},
	}
	p.numberUsers(x)
	p.addGrants(x)
	for number, held := range p.HoldersByScope {
		if len(held) > 0 {
			x.addByUnit(p.ScopesByUnit, uint32(number))
		}
	}
	p.Begins = make([]bool, len(x.UnitTable))
	for number := range x.Scopes {
		for unit := range x.roots(uint32(number)) {
			p.Begins[unit] = true
		}
	}
	for i := range p.Holders {
		if detail := p.Holders[i].Detail; detail != nil && !detail.Suspended {
			p.addOverrides(detail.Overrides, uint32(i))
		}
	}
	return p
}

// numberUsers sorts the users.
func (p *ReverseIndex) numberUsers(x *Index) {
	p.IDs = x.Users.Sorted()
	p.Holders = make([]User, len(p.IDs))
	for i, id := range p.IDs {
		p.Holders[i] = x.User(id)
	}
}

// addGrants lists who holds an effective role in a scope. The lists lie one after the other in one piece of memory: most are
// short, and there are many.
func (p *ReverseIndex) addGrants(x *Index) {
	lists := map[listKey]uint32{}
	var keys []listKey
	var lengths []uint32
	var entries []entry
	for i := range p.Holders {
		holder := &p.Holders[i]
		if holder.Detail != nil && holder.Detail.Suspended {
			continue
		}
		for _, g := range x.Grants[holder.From:holder.Until] {
			key := listKey{scope: g.Scope, effectiveRole: g.EffectiveRole, always: g.Window == 0}
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
		held := Holders{EffectiveRole: key.effectiveRole, Always: key.always, Users: piled[list]}
		p.HoldersByScope[key.scope] = append(p.HoldersByScope[key.scope], held)
	}
}

// listKey says what those on a list hold.
type listKey struct {
	scope, effectiveRole uint32
	always               bool
}

// entry puts a user on a list.
type entry struct{ list, user uint32 }

func (p *ReverseIndex) addOverrides(overrides []Override, number uint32) {
	for i := range overrides {
		lists := p.GivenTo
		if overrides[i].Deny {
			lists = p.TakenFrom
		}
		permission := overrides[i].Permission
		lists[permission] = appendNew(lists[permission], number)
	}
}

// appendNew appends a number to an ascending list, unless it is the last already.
func appendNew(list []uint32, number uint32) []uint32 {
	if last := len(list) - 1; last >= 0 && list[last] == number {
		return list
	}
	return append(list, number)
}

// addByUnit adds a scope to the units at which it is rooted.
func (x *Index) addByUnit(rooted [][]uint32, number uint32) {
	for unit := range x.roots(number) {
		rooted[unit] = append(rooted[unit], number)
	}
}

// roots yields the units that a scope covers with all that lies below: an interval is made of such units, one after the other.
func (x *Index) roots(number uint32) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		for i := range x.Scopes[number].Intervals {
			for unit := i.From; unit < i.Until; unit = x.UnitTable[unit].end {
				if !yield(unit) {
					return
				}
			}
		}
	}
}

// Intervals yields what a scope covers.
func (s *Scope) Intervals(yield func(Interval) bool) {
	if s.first.From == s.first.Until || !yield(s.first) {
		return
	}
	for _, i := range s.more {
		if !yield(i) {
			return
		}
	}
}

// Parent returns the unit above one that is not the root.
func (x *Index) Parent(unit uint32) uint32 { return x.UnitTable[unit].above }

// Ancestors yields a unit and all that it lies below, up to the root.
func (x *Index) Ancestors(unit uint32) func(yield func(uint32) bool) {
	return func(yield func(uint32) bool) {
		for yield(unit) && unit != Root {
			unit = x.Parent(unit)
		}
	}
}
