// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sort"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// Shard is one part of a document that is spread over ConfigMaps: its own is named after its content, and never changes.
type Shard struct {
	permissions.Part
	// Section is the document's section that it has members of; base is that of all the others.
	Section string
	// Text is what key permissions.PartKey of the ConfigMap holds.
	Text string
}

// nameDigits is how many hexadecimal digits of the digest tell the ConfigMaps of an organization apart.
const nameDigits = 32

func newShard(organization, section, text string) Shard {
	digest := permissions.Digest([]byte(text))
	return Shard{
		Part: permissions.Part{
			ConfigMap: ShardName(organization, digest), Name: permissions.PartKey, Digest: digest, Bytes: len(text),
		},
		Section: section, Text: text,
	}
}

// ShardName is that of the ConfigMap that holds the shard of an organization with this digest.
func ShardName(organization, digest string) string {
	return organization + permissions.ConfigMapSuffix + "-" + strings.TrimPrefix(digest, "sha256:")[:nameDigits]
}

// placed is a member with its place in the trie.
type placed struct {
	member
	hash uint64
}

// hashBits is the depth of the trie.
const hashBits = 64

// split parts members until those of each part fit a shard, and returns each part by name. A member alone is a part,
// however large.
func split(members []member, limit int) [][]member {
	all := make([]placed, len(members))
	for i, member := range members {
		sum := sha256.Sum256([]byte(member.name))
		all[i] = placed{member: member, hash: binary.BigEndian.Uint64(sum[:])}
	}
	slices.SortFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.name, b.name))
	})
	return parted(nil, all, 0, limit)
}

// parted appends the parts of one node of the trie, whose members share the bits above this one.
func parted(parts [][]member, node []placed, bit, limit int) [][]member {
	if len(node) == 0 {
		return parts
	}
	members := make([]member, len(node))
	for i := range node {
		members[i] = node[i].member
	}
	if len(node) == 1 || bit == hashBits || linesSize(members) <= limit {
		slices.SortFunc(members, byName)
		return append(parts, members)
	}
	one := sort.Search(len(node), func(i int) bool { return node[i].hash>>(hashBits-1-bit)&1 == 1 })
	parts = parted(parts, node[:one], bit+1, limit)
	return parted(parts, node[one:], bit+1, limit)
}
