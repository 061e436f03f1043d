// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"github.com/rolewright/rolewright/internal/persistent"
)

// userIndex holds the users of an organization, and what those of each shard add up to: a resolution adds up few shards
// instead of many users. It never changes.
type userIndex struct {
	entries persistent.Map[*userEntry]
	// totals are those of each shard.
	totals []*totals
}

// get returns the entry of a user, nil if there is none.
func (x *userIndex) get(id string) *userEntry { return x.entries.Get(id) }

// withEntries returns the index of other entries, with the totals of the shards that were not edited.
func (x *userIndex) withEntries(env *environment, entries *persistent.Builder[*userEntry]) userIndex {
	next := userIndex{entries: entries.Map()}
	next.totals = make([]*totals, next.entries.Shards())
	copy(next.totals, x.totals)
	for shard := range entries.Edited() {
		t := env.newTotals()
		for entry := range next.entries.Shard(shard) {
			t.add(entry)
		}
		next.totals[shard] = t
	}
	return next
}

// totals are what some users add up to.
type totals struct {
	// holders counts, by number, the users who hold a role by itself; served says which units are named.
	holders []uint32
	served  []bool
	// covered counts the users for whom one role covers another.
	covered map[coveredRole]uint32
	details []*userDetails
	// attributes are the kinds of the attributes that conditions read.
	attributes kindTotals
	// steps are those that it takes to read the users.
	steps int64
}

func (e *environment) newTotals() *totals {
	return &totals{
		holders: make([]uint32, len(e.numbered)), served: make([]bool, len(e.units.numbers)), covered: map[coveredRole]uint32{},
		attributes: make(kindTotals, len(e.uses.ofUsers.uses)),
	}
}

func (t *totals) add(entry *userEntry) {
	t.steps += int64(entry.steps)
	for _, role := range entry.coverage.roles {
		t.holders[role]++
	}
	for _, unit := range entry.coverage.units {
		t.served[unit] = true
	}
	for _, pair := range entry.coverage.covered {
		t.covered[pair]++
	}
	t.attributes.add(entry.attributes)
	if entry.details != nil {
		t.details = append(t.details, entry.details)
	}
}

// merge adds the totals of other users.
func (t *totals) merge(other *totals) {
	for role, holders := range other.holders {
		t.holders[role] += holders
	}
	for unit, served := range other.served {
		t.served[unit] = t.served[unit] || served
	}
	for pair, users := range other.covered {
		t.covered[pair] += users
	}
	t.attributes.add(other.attributes)
	t.details = append(t.details, other.details...)
	t.steps += other.steps
}
