// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// usersKey is the section of users. Of all sections, only this one may hold hundred thousands of members.
const usersKey = "users"

// Memory encodes the documents of one organization one after the other, and writes anew only what is not what it was. An
// empty Memory is ready for use; several goroutines must not use one at once.
type Memory struct {
	// base and sections hold what is written of a document beside users; both are nil before the first document, and after
	// one that could not be written.
	base     []byte
	sections []section
	// shards are those of base and sections, nil until they are asked for.
	shards []Shard
	// users are placed in the trie, and leaves the shards that they were in last.
	users  []placed
	leaves map[node]Shard
}

// Encode writes a document as the function Encode does. Changed names the users who may be others than in the document that
// was encoded before; all else is the same, unless fresh is set: then anything may be another.
func (m *Memory) Encode(doc *document.Document, changed []string, fresh bool) (*Encoded, error) {
	return m.encode(doc, changed, fresh, limits{whole: MaxBytes, configMap: MaxBytes, shard: ShardBytes})
}

func (m *Memory) encode(doc *document.Document, changed []string, fresh bool, limit limits) (*Encoded, error) {
	if err := m.read(doc, changed, fresh); err != nil {
		*m = Memory{}
		return nil, err
	}
	encoded := &Encoded{
		Counts:    document.Counts{Units: len(doc.Units), Roles: len(doc.Roles), Users: len(m.users)},
		namespace: doc.Namespace, organization: doc.Organization,
	}
	for i := range m.users {
		encoded.Counts.Grants += m.users[i].grants
	}
	users := newTrie(m.users, limit.shard)
	sections := append(slices.Clone(m.sections), section{key: usersKey, noun: "user"})
	if last := len(m.users); last > 0 {
		sections[len(m.sections)].size = users.size(0, last)
	}
	if wholeSize(m.base, sections) <= limit.whole {
		m.leaves = nil
		sections[len(m.sections)].members = sorted(m.users)
		encoded.inOnePiece(m.base, sections)
	} else if err := m.inShards(encoded, users, changed, limit); err != nil {
		return nil, err
	}
	encoded.Digest = (&document.Publication{Parts: encoded.parts}).Digest()
	return encoded, nil
}

// read brings what is remembered up to date.
func (m *Memory) read(doc *document.Document, changed []string, fresh bool) (err error) {
	if !fresh && m.base != nil {
		if err := m.readUsers(doc, changed); err != nil || len(m.users) == len(doc.Users) {
			return err
		}
	}
	*m = Memory{}
	if m.base, err = doc.EncodeBase(); err != nil {
		return err
	}
	if m.sections, err = write(doc); err != nil {
		return err
	}
	members, err := lines(doc.Users)
	if err != nil {
		return err
	}
	m.users = make([]placed, len(members))
	for i, user := range members {
		m.users[i] = place(user)
		m.users[i].grants = len(doc.Users[user.name].Grants)
	}
	slices.SortFunc(m.users, placed.compare)
	return nil
}

// readUsers writes the users anew who changed.
func (m *Memory) readUsers(doc *document.Document, changed []string) error {
	writer := newLineWriter()
	for _, id := range slices.Sorted(slices.Values(changed)) {
		at, known := slices.BinarySearchFunc(m.users, place(member{name: id}), placed.compare)
		user, is := doc.Users[id]
		if !is {
			if known {
				m.users = slices.Delete(m.users, at, at+1)
			}
			continue
		}
		written, err := writer.write(id, user)
		if err != nil {
			return err
		}
		if !known {
			m.users = slices.Insert(m.users, at, place(written))
		}
		m.users[at].member, m.users[at].grants = written, len(user.Grants)
	}
	return nil
}

// inOnePiece takes the document as one text.
func (e *Encoded) inOnePiece(base []byte, sections []section) {
	e.text = whole(base, sections)
	e.Bytes = len(e.text)
	e.parts = []document.Part{{Name: document.DocumentKey, Digest: document.Digest([]byte(e.text)), Bytes: e.Bytes}}
}

// inShards takes the document as a shard for the base and some for each section.
func (m *Memory) inShards(e *Encoded, users *trie, changed []string, limit limits) error {
	if err := m.takeSections(e, limit); err != nil {
		return err
	}
	var dirty []uint64
	for _, id := range changed {
		dirty = append(dirty, hashOf(id))
	}
	leaves := make(map[node]Shard, len(m.leaves))
	err := users.part(node{}, 0, len(users.members), func(leaf node, members []placed) error {
		shard, known := m.leaves[leaf]
		if !known || slices.ContainsFunc(dirty, leaf.holds) {
			var err error
			if shard, err = newLeaf(e.organization, usersKey, "user", members, limit); err != nil {
				return err
			}
		}
		leaves[leaf] = shard
		e.take(shard)
		return nil
	})
	if err != nil {
		// A shard that was written before the one that failed is no longer what is remembered.
		m.leaves = nil
		return err
	}
	m.leaves = leaves
	return e.checkIndex(limit)
}

// takeSections takes the shards of all but users.
func (m *Memory) takeSections(e *Encoded, limit limits) error {
	if m.shards == nil {
		if len(m.base) > limit.configMap {
			return &TooLargeError{What: "what is said of the catalog", Bytes: len(m.base), Limit: limit.configMap}
		}
		shards := []Shard{newShard(e.organization, "base", string(m.base))}
		for _, section := range m.sections {
			members := make([]placed, len(section.members))
			for i, member := range section.members {
				members[i] = place(member)
			}
			slices.SortFunc(members, placed.compare)
			err := newTrie(members, limit.shard).part(node{}, 0, len(members), func(_ node, members []placed) error {
				shard, err := newLeaf(e.organization, section.key, section.noun, members, limit)
				shards = append(shards, shard)
				return err
			})
			if err != nil {
				return err
			}
		}
		m.shards = shards
	}
	for _, shard := range m.shards {
		e.take(shard)
	}
	return nil
}

// newLeaf writes the shard of some members of a section.
func newLeaf(organization, key, noun string, members []placed, limit limits) (Shard, error) {
	text := fragment(key, sorted(members))
	if len(text) > limit.configMap {
		return Shard{}, &TooLargeError{What: fmt.Sprintf("%s %q", noun, members[0].name), Bytes: len(text), Limit: limit.configMap}
	}
	share(members, text, key)
	return newShard(organization, key, text), nil
}

// share lets the lines of members be pieces of the text that they were written to, so that they are held once.
func share(members []placed, text, key string) {
	inText := make([]*placed, len(members))
	for i := range members {
		inText[i] = &members[i]
	}
	slices.SortFunc(inText, func(a, b *placed) int { return byName(a.member, b.member) })
	at := len(begin) + len((&section{key: key}).opening()) - len(comma)
	for _, m := range inText {
		at += m.size()
		m.line = text[at-len(m.line) : at]
	}
}

// take adds a shard.
func (e *Encoded) take(shard Shard) {
	e.Shards = append(e.Shards, shard)
	e.parts = append(e.parts, shard.Part)
	e.Bytes += shard.Bytes
}

// checkIndex checks that the shards are not more than an index can name.
func (e *Encoded) checkIndex(limit limits) error {
	index, err := e.index(strings.Repeat("0", 36), 1<<53, time.Time{})
	if err != nil {
		return err
	}
	if len(index) > limit.configMap {
		return &TooLargeError{What: fmt.Sprintf("the index of %d shards", len(e.Shards)), Bytes: len(index), Limit: limit.configMap}
	}
	return nil
}
