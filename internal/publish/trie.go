// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sort"
)

// hashBits is the depth of the trie.
const hashBits = 64

// placed is a member with its place in the trie.
type placed struct {
	member
	hash uint64
	// grants counts those of a user.
	grants int
}

// place places a member by a stable hash of its name.
func place(m member) placed { return placed{member: m, hash: hashOf(m.name)} }

func hashOf(name string) uint64 {
	sum := sha256.Sum256([]byte(name))
	return binary.BigEndian.Uint64(sum[:])
}

// compare orders members by place.
func (p placed) compare(other placed) int {
	return cmp.Or(cmp.Compare(p.hash, other.hash), cmp.Compare(p.name, other.name))
}

// node is a node of the trie: all whose hash begins with so many bits of a prefix.
type node struct {
	prefix uint64
	bits   int
}

// holds tells whether a hash lies below the node.
func (n node) holds(hash uint64) bool {
	return n.bits == 0 || (n.prefix^hash)>>(hashBits-n.bits) == 0
}

// trie is a section's members by place.
type trie struct {
	members []placed
	// until is, for each member, what it and all before it take.
	until []int
	limit int
}

func newTrie(members []placed, limit int) *trie {
	t := &trie{members: members, until: make([]int, len(members)), limit: limit}
	size := 0
	for i := range members {
		size += members[i].size()
		t.until[i] = size
	}
	return t
}

// part calls take for the leaves below a node, whose members are those from..to: members that fit one shard together are a
// leaf, else they are parted by their next bit. A member alone is a leaf, however large.
func (t *trie) part(at node, from, to int, take func(leaf node, members []placed) error) error {
	if from == to {
		return nil
	}
	if to-from == 1 || at.bits == hashBits || t.size(from, to) <= t.limit {
		return take(at, t.members[from:to])
	}
	bit := uint64(1) << (hashBits - 1 - at.bits)
	one := from + sort.Search(to-from, func(i int) bool { return t.members[from+i].hash&bit != 0 })
	if err := t.part(node{at.prefix, at.bits + 1}, from, one, take); err != nil {
		return err
	}
	return t.part(node{at.prefix | bit, at.bits + 1}, one, to, take)
}

// size is the length of the lines of some members.
func (t *trie) size(from, to int) int {
	size := t.until[to-1] - len(comma)
	if from > 0 {
		size -= t.until[from-1]
	}
	return size
}

// sorted returns members by name.
func sorted(members []placed) []member {
	all := make([]member, len(members))
	for i := range members {
		all[i] = members[i].member
	}
	slices.SortFunc(all, byName)
	return all
}
