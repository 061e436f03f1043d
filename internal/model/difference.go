// SPDX-License-Identifier: Apache-2.0

package model

import (
	"iter"
	"maps"
)

// Difference says what may differ between two successive states of one organization, be it the input that it is resolved
// from or the document that is published for it: the users that it names, or everything. A user whom it does not name is
// the same in both states. It may name users who are the same too. The zero Difference says that the states are the same.
type Difference struct {
	everything bool
	users      map[string]struct{}
}

// Everything returns the difference of two states of which nothing is known to be the same.
func Everything() Difference { return Difference{everything: true} }

// OfUsers returns the difference of two states that are the same but for some users.
func OfUsers(ids iter.Seq[string]) Difference {
	d := Difference{users: map[string]struct{}{}}
	for id := range ids {
		d.users[id] = struct{}{}
	}
	return d
}

// IsEverything reports whether anything may differ.
func (d Difference) IsEverything() bool { return d.everything }

// IsEmpty reports whether nothing differs.
func (d Difference) IsEmpty() bool { return !d.everything && len(d.users) == 0 }

// Includes reports whether a user may differ.
func (d Difference) Includes(user string) bool {
	_, named := d.users[user]
	return d.everything || named
}

// Users yields the users who may differ, in any order. There are none to name where everything may differ.
func (d Difference) Users() iter.Seq[string] { return maps.Keys(d.users) }

// Then returns the difference between the state before d and the state after next.
func (d Difference) Then(next Difference) Difference {
	switch {
	case d.everything || next.everything:
		return Everything()
	case len(d.users) == 0:
		return next
	case len(next.users) == 0:
		return d
	}
	users := maps.Clone(d.users)
	maps.Copy(users, next.users)
	return Difference{users: users}
}
