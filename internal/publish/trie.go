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
	member member
	hash   uint64
	// grants is the number of grants of a user.
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
	return cmp.Or(cmp.Compare(p.hash, other.hash), cmp.Compare(p.member.name, other.member.name))
}

// node is a node of the binary trie of a section's members: a leaf, or the parent of two nodes. It never changes; the empty
// trie is nil. The members of a leaf fit one shard, unless it is a single member; those of a parent do not. So the shape
// follows from the members alone.
type node struct {
	// low and high are the children of a parent: the members whose next bit is 0 and 1. One of them may be empty.
	low, high *node
	// members are those of a leaf, by place: without their lines once its shard is compressed. See unpacked.
	members []placed
	// shard is what a leaf is published as, nil until it has been written.
	shard *Shard
	// unwritten is the number of leaves that have not been written.
	unwritten int

	// count, grants and size are the number of all members, the number of their grants, and the length of their lines.
	count, grants, size int
}

// edit is a member that is set, or removed.
type edit struct {
	placed  placed
	removed bool
}

// apply returns the node after some edits, ordered by place, at most one of each member. Limit bounds the lines of a shard.
func (n *node) apply(depth int, edits []edit, limit int) *node {
	switch {
	case len(edits) == 0:
		return n
	case n == nil:
		return newNode(depth, merge(nil, edits), limit)
	case n.isLeaf():
		return newNode(depth, merge(n.unpacked(), edits), limit)
	}
	one := sort.Search(len(edits), func(i int) bool { return bit(edits[i].placed.hash, depth) })
	next := parent(n.low.apply(depth+1, edits[:one], limit), n.high.apply(depth+1, edits[one:], limit))
	if next != nil && (next.count == 1 || next.size-len(comma) <= limit) {
		return leaf(next.appendTo(make([]placed, 0, next.count)))
	}
	return next
}

// newNode returns the node of some members, by place.
func newNode(depth int, members []placed, limit int) *node {
	size := linesOf(members)
	if len(members) <= 1 || depth == hashBits || size-len(comma) <= limit {
		return leaf(members)
	}
	one := sort.Search(len(members), func(i int) bool { return bit(members[i].hash, depth) })
	return parent(newNode(depth+1, members[:one:one], limit), newNode(depth+1, members[one:], limit))
}

func bit(hash uint64, depth int) bool { return hash&(1<<(hashBits-1-depth)) != 0 }

func (n *node) isLeaf() bool { return n.low == nil && n.high == nil }

// leaf returns the leaf of some members, which become its own.
func leaf(members []placed) *node {
	if len(members) == 0 {
		return nil
	}
	n := &node{members: members, count: len(members), size: linesOf(members), unwritten: 1}
	for i := range members {
		n.grants += members[i].grants
	}
	return n
}

func parent(low, high *node) *node {
	n := &node{low: low, high: high}
	for _, child := range []*node{low, high} {
		if child != nil {
			n.count += child.count
			n.grants += child.grants
			n.size += child.size
			n.unwritten += child.unwritten
		}
	}
	if n.count == 0 {
		return nil
	}
	return n
}

// linesOf is the length of the lines of members, with a comma before each.
func linesOf(members []placed) int {
	size := 0
	for i := range members {
		size += members[i].member.size()
	}
	return size
}

// merge returns members with some edits, in an array of their own.
func merge(members []placed, edits []edit) []placed {
	merged := make([]placed, 0, len(members)+len(edits))
	for _, e := range edits {
		at, known := slices.BinarySearchFunc(members, e.placed, placed.compare)
		merged = append(merged, members[:at]...)
		if members = members[at:]; known {
			members = members[1:]
		}
		if !e.removed {
			merged = append(merged, e.placed)
		}
	}
	return append(merged, members...)
}

// unpacked returns the members of a leaf with their lines.
func (n *node) unpacked() []placed {
	if n.shard == nil || n.shard.kept.packed == "" {
		return n.members
	}
	members := slices.Clone(n.members)
	shareText(members, n.shard.Text())
	return members
}

// appendTo appends all members below the node, by place.
func (n *node) appendTo(all []placed) []placed {
	if n == nil {
		return all
	}
	all = append(all, n.unpacked()...)
	return n.high.appendTo(n.low.appendTo(all))
}

// written returns the node with a shard in each of its leaves, which write makes of their members.
func (n *node) written(write func(members []placed) (Shard, error)) (*node, error) {
	if n == nil || n.unwritten == 0 {
		return n, nil
	}
	if n.isLeaf() {
		next := *n
		next.members, next.unwritten = slices.Clone(n.members), 0
		shard, err := write(next.members)
		next.shard = &shard
		return &next, err
	}
	low, err := n.low.written(write)
	if err != nil {
		return nil, err
	}
	high, err := n.high.written(write)
	if err != nil {
		return nil, err
	}
	return parent(low, high), nil
}

// shards calls take for the shard of each leaf, by place.
func (n *node) shards(take func(Shard)) {
	if n == nil {
		return
	}
	if n.shard != nil {
		take(*n.shard)
	}
	n.low.shards(take)
	n.high.shards(take)
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
