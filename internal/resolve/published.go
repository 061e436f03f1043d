// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"iter"
	"maps"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// published is what is published of all users.
type published struct {
	users map[string]document.User
	// edits replace some of the users, nil those who are gone. Without edits, it is nil.
	edits map[string]*document.User
	// count is how many users there are.
	count int
}

// Of so many users, one may be edited before all are copied: looking at edits, and copying these, then costs next to nothing.
const perEdit = 64

// get returns what is published of a user.
func (p *published) get(id string) (document.User, bool) {
	if edited, is := p.edits[id]; is {
		if edited == nil {
			return document.User{}, false
		}
		return *edited, true
	}
	user, known := p.users[id]
	return user, known
}

// ids yields the ids of all users, in any order.
func (p *published) ids() iter.Seq[string] {
	return func(yield func(string) bool) {
		for id := range p.users {
			if _, edited := p.edits[id]; !edited && !yield(id) {
				return
			}
		}
		for id, edited := range p.edits {
			if edited != nil && !yield(id) {
				return
			}
		}
	}
}

// copied returns a copy to be changed, laid out for a number of users.
func (p *published) copied(expected int) published {
	if p.users == nil {
		return published{users: make(map[string]document.User, expected)}
	}
	whole := published{users: maps.Clone(p.users), count: len(p.users)}
	for id, edited := range p.edits {
		whole.replace(id, edited)
	}
	return whole
}

// edited returns a copy to be changed, which shares the users who are not.
func (p *published) edited() published {
	edits := make(map[string]*document.User, len(p.edits)+1)
	maps.Copy(edits, p.edits)
	return published{users: p.users, edits: edits, count: p.count}
}

// amended returns a copy to be changed, laid out for a number of users, which shares those who are not unless many have been already.
func (p *published) amended(expected int) published {
	if len(p.edits) > len(p.users)/perEdit || p.users == nil {
		return p.copied(expected)
	}
	return p.edited()
}

// whole returns what is published of all users in one map, nil if that is edited.
func (p *published) whole() map[string]document.User {
	if p.edits != nil {
		return nil
	}
	return p.users
}

// replace replaces what is published of a user; nil removes them.
func (p *published) replace(id string, user *document.User) {
	if _, known := p.get(id); known {
		p.count--
	}
	if user != nil {
		p.count++
	}
	switch {
	case p.edits != nil:
		p.edits[id] = user
	case user == nil:
		delete(p.users, id)
	default:
		p.users[id] = *user
	}
}

// User returns what is published of a user. The second result is false if there is none of that id. There is none in no resolution.
func (r *Resolution) User(id string) (document.User, bool) {
	if r == nil {
		return document.User{}, false
	}
	return r.published.get(id)
}

// Users yields the ids of all users, in any order. There are none in no resolution.
func (r *Resolution) Users() iter.Seq[string] {
	if r == nil {
		return func(func(string) bool) {}
	}
	return r.published.ids()
}

// UserCount returns the number of users. There are none in no resolution.
func (r *Resolution) UserCount() int {
	if r == nil {
		return 0
	}
	return r.published.count
}

// DocumentWith returns the document with the users whom a difference names, and perhaps others: all where it is everything. It is nil if
// there is no document.
func (r *Resolution) DocumentWith(difference model.Difference) *document.Document {
	if r.Document == nil || r.Document.Users != nil {
		return r.Document
	}
	doc := *r.Document
	if difference.IsEverything() {
		whole := r.published.copied(r.published.count)
		doc.Users = whole.users
		return &doc
	}
	doc.Users = map[string]document.User{}
	for id := range difference.Users() {
		if user, known := r.published.get(id); known {
			doc.Users[id] = user
		}
	}
	return &doc
}
