// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"hash/maphash"
	"maps"
	"slices"
)

// people are all persons of an organization. They never change: an update makes other people, who share with the former ones
// all shards in which nobody changed.
type people struct {
	shards []*shard
}

// shard holds some of the people by id, and what these come to together.
type shard struct {
	persons map[string]*person
	tally   *tally
}

// perShard is how many people a shard holds, when all are read for the first time: few enough to be copied and added up in
// no time, and so many that the shards themselves are few.
const perShard = 256

// seed spreads people over shards. Nothing that is resolved depends on it.
var seed = maphash.MakeSeed()

// of returns a person, nil when there is none with the id.
func (p people) of(id string) *person {
	if len(p.shards) == 0 {
		return nil
	}
	return p.shardOf(id).persons[id]
}

func (p people) shardOf(id string) *shard { return p.shards[p.place(id)] }

func (p people) place(id string) int { return int(maphash.String(seed, id) % uint64(len(p.shards))) }

// all calls visit for every person.
func (p people) all(visit func(id string, p *person)) {
	for _, s := range p.shards {
		for id, person := range s.persons {
			visit(id, person)
		}
	}
}

// edition is people on the way to being others.
type edition struct {
	people
	// own are the shards that are no longer shared.
	own map[int]struct{}
}

// edit begins other people; when there are none yet, for the number expected.
func (p people) edit(expected int) *edition {
	e := &edition{people: people{shards: slices.Clone(p.shards)}, own: map[int]struct{}{}}
	if len(p.shards) == 0 {
		e.shards = make([]*shard, 1+expected/perShard)
		for place := range e.shards {
			e.shards[place] = &shard{persons: map[string]*person{}}
			e.own[place] = struct{}{}
		}
	}
	return e
}

// set replaces a person, or takes out one where it is nil.
func (e *edition) set(id string, p *person) {
	place := e.place(id)
	if _, own := e.own[place]; !own {
		e.shards[place] = &shard{persons: maps.Clone(e.shards[place].persons)}
		e.own[place] = struct{}{}
	}
	if p == nil {
		delete(e.shards[place].persons, id)
		return
	}
	e.shards[place].persons[id] = p
}

// finish adds up the shards in which anybody changed.
func (e *edition) finish(s *scene) people {
	for place := range e.own {
		t := s.newTally()
		for _, p := range e.shards[place].persons {
			t.add(p)
		}
		e.shards[place].tally = t
	}
	return e.people
}

// tally is what some people come to together.
type tally struct {
	// holders counts, by number, the users who hold a role by itself; served tells which units are named.
	holders []uint32
	served  []bool
	// covered counts the users of whom a role covers another.
	covered map[covered]uint32
	notable []*notable
}

func (s *scene) newTally() *tally {
	return &tally{holders: make([]uint32, len(s.numbered)), served: make([]bool, len(s.unitNumbers)), covered: map[covered]uint32{}}
}

func (t *tally) add(p *person) {
	for _, role := range p.roles {
		t.holders[role]++
	}
	for _, unit := range p.units {
		t.served[unit] = true
	}
	for _, pair := range p.covered {
		t.covered[pair]++
	}
	if p.notable != nil {
		t.notable = append(t.notable, p.notable)
	}
}

// merge adds what other people come to.
func (t *tally) merge(other *tally) {
	for role, holders := range other.holders {
		t.holders[role] += holders
	}
	for unit, served := range other.served {
		t.served[unit] = t.served[unit] || served
	}
	for pair, users := range other.covered {
		t.covered[pair] += users
	}
	t.notable = append(t.notable, other.notable...)
}
