// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/persistent"
)

// renumbered returns the entries of users with the numbers that roles and units have in the other environment. What is gone has none:
// its users are read again.
func (x *comparedEnvironments) renumbered(r *Resolution) userIndex {
	roles, sameRoles := newNumbers(len(x.was.numbered), len(x.is.numbered), func(number int) (uint32, bool) {
		is := x.is.roles[x.was.numbered[number].ref()]
		if is == nil {
			return 0, false
		}
		return is.number, true
	})
	names := x.was.units.inOrder()
	units, sameUnits := newNumbers(len(names), len(x.is.units.numbers), func(number int) (uint32, bool) {
		to, known := x.is.units.numbers[names[number]]
		return to, known
	})
	if sameRoles && sameUnits {
		return r.users
	}
	entries := persistent.Map[*userEntry]{}.Edit(r.published.count)
	for id, entry := range r.users.entries.All() {
		next := *entry
		next.coverage = roleCoverage{roles: roles.of(entry.coverage.roles), units: units.of(entry.coverage.units)}
		for _, pair := range entry.coverage.covered {
			next.coverage.covered = append(next.coverage.covered, coveredRole{roles[pair.role].to, roles[pair.by].to})
		}
		entries.Set(id, &next)
	}
	return (&userIndex{}).withEntries(x.is, entries)
}

// numbers say which number something has that had another one, and whether it has any.
type numbers []struct {
	to    uint32
	known bool
}

// newNumbers returns the new numbers of so many things, and reports whether they are those that they had.
func newNumbers(was, is int, find func(number int) (uint32, bool)) (numbers, bool) {
	list, same := make(numbers, was), was == is
	for number := range list {
		list[number].to, list[number].known = find(number)
		same = same && list[number].known && int(list[number].to) == number
	}
	return list, same
}

// of returns the new numbers of some things, in order, without those that have none.
func (n numbers) of(former []uint32) []uint32 {
	if former == nil {
		return nil
	}
	next := make([]uint32, 0, len(former))
	for _, number := range former {
		if n[number].known {
			next = append(next, n[number].to)
		}
	}
	slices.Sort(next)
	return next
}
