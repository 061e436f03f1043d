// SPDX-License-Identifier: Apache-2.0

package model

import (
	"iter"
	"maps"
)

// Difference says what may differ between two successive states of one organization, be it the input that it is resolved
// from or the document that is published for it: the users that it names, what there is beside users, or everything. A user whom it
// does not name is the same in both states: in an input, is written in the same way. It may name users who are the same too. The zero
// Difference says that the states are the same.
type Difference struct {
	// rest is set if anything but users may differ, and everything if all users may differ too.
	rest, everything bool
	users            map[string]struct{}
}

// Everything returns the difference of two states of which nothing is known to be the same.
func Everything() Difference { return Difference{rest: true, everything: true} }

// AllButUsers returns the difference of two states of which nothing is known to be the same but the users.
func AllButUsers() Difference { return Difference{rest: true} }

// OfUsers returns the difference of two states that are the same but for some users.
func OfUsers(ids iter.Seq[string]) Difference {
	d := Difference{users: map[string]struct{}{}}
	for id := range ids {
		d.users[id] = struct{}{}
	}
	return d
}

// OnlyUsers reports whether nothing may differ but users.
func (d Difference) OnlyUsers() bool { return !d.rest }

// IsEverything reports whether anything may differ.
func (d Difference) IsEverything() bool { return d.everything }

// IsEmpty reports whether nothing differs.
func (d Difference) IsEmpty() bool { return !d.rest && len(d.users) == 0 }

// NamesUsers reports whether any user may differ.
func (d Difference) NamesUsers() bool { return d.everything || len(d.users) > 0 }

// Includes reports whether a user may differ.
func (d Difference) Includes(user string) bool {
	_, named := d.users[user]
	return d.everything || named
}

// Users yields the users who may differ, in any order. There are none to name where everything may differ.
func (d Difference) Users() iter.Seq[string] { return maps.Keys(d.users) }

// Then returns the difference between the state before d and the state after next.
func (d Difference) Then(next Difference) Difference {
	if d.everything || next.everything {
		return Everything()
	}
	both := Difference{rest: d.rest || next.rest, users: d.users}
	switch {
	case len(d.users) == 0:
		both.users = next.users
	case len(next.users) > 0:
		both.users = maps.Clone(d.users)
		maps.Copy(both.users, next.users)
	}
	return both
}
