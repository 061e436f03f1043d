// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Shard is one part of a document that is spread over ConfigMaps: its own is named after its content, and never changes.
type Shard struct {
	// Part is how the index names it.
	Part document.Part
	// Section is the document's section that it has members of; base is that of all the others.
	Section string

	kept kept
}

// NewShard returns the shard of an organization that holds a text.
func NewShard(organization, section, text string) Shard {
	digest := document.Digest([]byte(text))
	return Shard{
		Part: document.Part{
			ConfigMap: ShardName(organization, digest), Name: document.PartKey, Digest: digest, Bytes: len(text),
		},
		Section: section, kept: kept{plain: text},
	}
}

// Text is what key document.PartKey of the ConfigMap holds.
func (s *Shard) Text() string { return s.kept.text() }

// nameDigits is how many hexadecimal digits of the digest tell the ConfigMaps of an organization apart.
const nameDigits = 32

// ShardName is that of the ConfigMap that holds the shard of an organization with this digest.
func ShardName(organization, digest string) string {
	return organization + document.ConfigMapSuffix + "-" + strings.TrimPrefix(digest, "sha256:")[:nameDigits]
}

// OrganizationOfShard returns the organization that a name as ShardName makes it has; false for any other name.
func OrganizationOfShard(name string) (string, bool) {
	end := len(name) - nameDigits
	if end <= 0 || strings.Trim(name[end:], "0123456789abcdef") != "" {
		return "", false
	}
	organization, is := strings.CutSuffix(name[:end], document.ConfigMapSuffix+"-")
	return organization, is && organization != ""
}

// putInOnePiece takes the document as one text.
func (e *Encoded) putInOnePiece() {
	e.text = e.lines.whole()
	e.Bytes = len(e.text)
	e.parts = []document.Part{{Name: document.DocumentKey, Digest: document.Digest([]byte(e.text)), Bytes: e.Bytes}}
}

// putInShards takes the document as a shard for the base and some for each section.
func (e *Encoded) putInShards(limits Limits) error {
	if err := e.writeShards(limits); err != nil {
		return err
	}
	for _, shard := range e.lines.shards {
		e.add(shard)
	}
	e.lines.users.shards(e.add)
	return e.checkIndex(limits)
}

// writeShards writes the shards that are not written yet.
func (e *Encoded) writeShards(limits Limits) (err error) {
	if e.lines.shards == nil {
		if e.lines.shards, err = e.lines.sectionShards(e.organization, limits); err != nil {
			return err
		}
	}
	packs := e.lines.users != nil && e.lines.users.count > limits.Unpacked
	e.lines.users, err = e.lines.users.written(func(members []placed) (Shard, error) {
		shard, err := shardOf(e.organization, usersKey, "user", members, limits)
		if packs {
			pack(&shard, members)
		}
		return shard, err
	})
	return err
}

// sectionShards writes the shards of all but users.
func (l *documentLines) sectionShards(organization string, limits Limits) ([]Shard, error) {
	if len(l.base) > limits.ConfigMap {
		return nil, &TooLargeError{What: "what is said of the catalog", Bytes: len(l.base), Limit: limits.ConfigMap}
	}
	all := []Shard{NewShard(organization, "base", string(l.base))}
	for _, section := range l.sections {
		members := make([]placed, len(section.members))
		for i, member := range section.members {
			members[i] = place(member)
		}
		slices.SortFunc(members, placed.compare)
		root, err := newNode(0, members, limits.Shard).written(func(members []placed) (Shard, error) {
			return shardOf(organization, section.key, section.noun, members, limits)
		})
		if err != nil {
			return nil, err
		}
		root.shards(func(shard Shard) { all = append(all, shard) })
	}
	return all, nil
}

// shardOf writes the shard of some members of a section.
func shardOf(organization, key, noun string, members []placed, limits Limits) (Shard, error) {
	text := fragment(key, sorted(members))
	if len(text) > limits.ConfigMap {
		return Shard{}, &TooLargeError{What: fmt.Sprintf("%s %q", noun, members[0].member.name), Bytes: len(text), Limit: limits.ConfigMap}
	}
	shareText(members, text)
	return NewShard(organization, key, text), nil
}

// shareText lets the lines of members be pieces of the text that they were written to, so that they are held once.
func shareText(members []placed, text string) {
	inText := make([]*placed, len(members))
	for i := range members {
		inText[i] = &members[i]
	}
	slices.SortFunc(inText, func(a, b *placed) int { return byName(a.member, b.member) })
	// The section's first line follows its opening. JSON has no line feed in a value.
	_, rest, _ := strings.Cut(text, indent)
	for _, m := range inText {
		line, after, _ := strings.Cut(rest, "\n")
		m.member.line = strings.TrimSuffix(line, comma)
		rest = strings.TrimPrefix(after, indent[1:])
	}
}

// pack compresses a shard, and drops the lines of its members, which unpacked returns.
func pack(shard *Shard, members []placed) {
	shard.kept = shard.kept.pack()
	for i := range members {
		members[i].member.line = ""
	}
}

// add adds a shard.
func (e *Encoded) add(shard Shard) {
	e.Shards = append(e.Shards, shard)
	e.parts = append(e.parts, shard.Part)
	e.Bytes += shard.Part.Bytes
}

// checkIndex checks that the shards are not more than an index can name.
func (e *Encoded) checkIndex(limits Limits) error {
	index, err := e.index(strings.Repeat("0", 36), 1<<53, time.Time{})
	if err != nil {
		return err
	}
	if len(index) > limits.ConfigMap {
		return &TooLargeError{What: fmt.Sprintf("the index of %d shards", len(e.Shards)), Bytes: len(index), Limit: limits.ConfigMap}
	}
	return nil
}
