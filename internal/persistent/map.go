// SPDX-License-Identifier: Apache-2.0

package persistent

import (
	"hash/maphash"
	"iter"
	"maps"
	"slices"
)

// perShard is how many entries a shard holds where a map is made from nothing: few enough to be copied in no time, and so
// many that the shards themselves are few.
const perShard = 256

// seed spreads names over shards. It differs between processes: no result may depend on the order of entries.
var seed = maphash.MakeSeed()

// Map maps names to values. The zero Map is empty.
type Map[V any] struct {
	shards []*shard[V]
}

type shard[V any] struct {
	entries map[string]V
}

// Get returns the value of a name, the zero value if there is none.
func (m Map[V]) Get(name string) V {
	if len(m.shards) == 0 {
		var none V
		return none
	}
	return m.shards[m.ShardOf(name)].entries[name]
}

// All yields all entries, in any order.
func (m Map[V]) All() iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, s := range m.shards {
			for name, value := range s.entries {
				if !yield(name, value) {
					return
				}
			}
		}
	}
}

// Shards returns the number of shards.
func (m Map[V]) Shards() int { return len(m.shards) }

// ShardOf returns the number of the shard that a name belongs to. The map must not be empty.
func (m Map[V]) ShardOf(name string) int {
	return int(maphash.String(seed, name) % uint64(len(m.shards)))
}

// Shard yields the values of a shard, in any order.
func (m Map[V]) Shard(number int) iter.Seq[V] { return maps.Values(m.shards[number].entries) }

// Shares reports whether both maps have the shard of a name in common, so that the entry of the name is the same in both.
func (m Map[V]) Shares(other Map[V], name string) bool {
	return len(m.shards) > 0 && len(m.shards) == len(other.shards) && m.shards[m.ShardOf(name)] == other.shards[m.ShardOf(name)]
}

// Unshared yields the names in either map that lie in a shard that the maps do not have in common, in any order; a name may come
// twice. All other entries are the same in both.
func (m Map[V]) Unshared(other Map[V]) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, maps := range [][2]Map[V]{{m, other}, {other, m}} {
			one, another := maps[0].shards, maps[1].shards
			for number, s := range one {
				if len(one) == len(another) && s == another[number] {
					continue
				}
				for name := range s.entries {
					if !yield(name) {
						return
					}
				}
			}
		}
	}
}

// Builder makes one map from another, which stays as it is.
type Builder[V any] struct {
	built Map[V]
	// copied are the numbers of the shards that are no longer shared with the map that it began with.
	copied map[int]struct{}
}

// Edit begins another map. If this one is empty, the other is laid out for the number of entries that is expected.
func (m Map[V]) Edit(expected int) *Builder[V] {
	b := &Builder[V]{built: Map[V]{shards: slices.Clone(m.shards)}, copied: map[int]struct{}{}}
	if len(m.shards) == 0 {
		b.built.shards = make([]*shard[V], 1+expected/perShard)
		for number := range b.built.shards {
			b.built.shards[number] = &shard[V]{entries: map[string]V{}}
			b.copied[number] = struct{}{}
		}
	}
	return b
}

// Get returns the value that a name has now.
func (b *Builder[V]) Get(name string) V { return b.built.Get(name) }

// All yields the entries as they are now, in any order. None may be edited meanwhile.
func (b *Builder[V]) All() iter.Seq2[string, V] { return b.built.All() }

// Set gives a name a value.
func (b *Builder[V]) Set(name string, value V) { b.edited(name).entries[name] = value }

// Delete removes the entry of a name.
func (b *Builder[V]) Delete(name string) { delete(b.edited(name).entries, name) }

func (b *Builder[V]) edited(name string) *shard[V] {
	number := b.built.ShardOf(name)
	if _, own := b.copied[number]; !own {
		b.built.shards[number] = &shard[V]{entries: maps.Clone(b.built.shards[number].entries)}
		b.copied[number] = struct{}{}
	}
	return b.built.shards[number]
}

// Edited yields the numbers of the shards that differ from those of the map that the builder began with.
func (b *Builder[V]) Edited() iter.Seq[int] { return maps.Keys(b.copied) }

// Map returns the map that was built. The builder must not be used any more.
func (b *Builder[V]) Map() Map[V] { return b.built }
