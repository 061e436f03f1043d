// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// usersKey is the section of users. Of all sections, only this one may hold hundred thousands of members.
const usersKey = "users"

// documentLines is a document written line by line. It never changes.
type documentLines struct {
	// base and sections are what there is beside users.
	base     []byte
	sections []section
	// shards are those of base and sections, nil until the document is spread.
	shards []Shard
	users  *node
}

// linesOfDocument writes all of a document.
func linesOfDocument(doc *document.Document, limits Limits) (documentLines, error) {
	written, err := documentLines{}.withRestOf(doc)
	if err != nil {
		return documentLines{}, err
	}
	members, err := lines(doc.Users)
	if err != nil {
		return documentLines{}, err
	}
	users := make([]placed, len(members))
	for i, user := range members {
		users[i] = place(user)
		written := doc.Users[user.name]
		users[i].grants = doc.CountGrants(&written)
	}
	slices.SortFunc(users, placed.compare)
	written.users = newNode(0, users, limits.Shard)
	return written, nil
}

// withRestOf writes all of a document but its users.
func (l documentLines) withRestOf(doc *document.Document) (documentLines, error) {
	base, err := encodeBase(doc)
	if err != nil {
		return documentLines{}, err
	}
	sections, err := sectionsOf(doc)
	if err != nil {
		return documentLines{}, err
	}
	return documentLines{base: base, sections: sections, users: l.users}, nil
}

// update writes the users of a document who differ.
func (l documentLines) update(doc *document.Document, difference model.Difference, limits Limits) (documentLines, error) {
	writer := newLineWriter()
	var edits []edit
	for _, id := range slices.Sorted(difference.Users()) {
		user, exists := doc.Users[id]
		if !exists {
			edits = append(edits, edit{placed: place(member{name: id}), removed: true})
			continue
		}
		written, err := writer.write(id, user)
		if err != nil {
			return documentLines{}, err
		}
		next := edit{placed: place(written)}
		next.placed.grants = doc.CountGrants(&user)
		edits = append(edits, next)
	}
	slices.SortFunc(edits, func(a, b edit) int { return a.placed.compare(b.placed) })
	l.users = l.users.apply(0, edits, limits.Shard)
	return l, nil
}

// usersSection is the section of users without its members, which a document in one piece needs alone.
func (l *documentLines) usersSection() section {
	users := section{key: usersKey}
	if l.users != nil {
		users.size = l.users.size - len(comma)
	}
	return users
}

// wholeSize is the length of the document in one piece.
func (l *documentLines) wholeSize() int {
	return wholeSize(l.base, append(slices.Clone(l.sections), l.usersSection()))
}

// whole is the document in one piece.
func (l *documentLines) whole() string {
	users := l.usersSection()
	users.members = sorted(l.users.appendTo(nil))
	return whole(l.base, append(slices.Clone(l.sections), users))
}
