// SPDX-License-Identifier: Apache-2.0

package authority

import "iter"

// directory is what a judge knows of users.
type directory struct{ judge *judge }

// HomeOf implements administration.Directory.
func (d directory) HomeOf(user string) (home string, known bool) {
	if d.judge.exists(before, user) {
		return d.judge.homeIn(before, user)
	}
	return d.judge.homeIn(after, user)
}

// homeIn returns the home unit of a user in a state. The second result is false if there is one that is not known.
func (j *judge) homeIn(state int, user string) (home string, known bool) {
	entry, _ := j.user(state, user)
	return entry.HomeUnit, !entry.HomeUnitUnknown
}

// RolesOf implements administration.Directory.
func (d directory) RolesOf(user string) iter.Seq[string] {
	return func(yield func(string) bool) {
		entry, _ := d.judge.user(before, user)
		for grant := range d.judge.docs[before].GrantsOf(&entry) {
			if !yield(grant.Role) {
				return
			}
		}
	}
}

// qualification is a qualifier asked of a user.
type qualification struct{ qualifier, user string }

// IsTrue implements administration.Directory.
func (d directory) IsTrue(qualifier, user string) bool {
	q := qualification{qualifier, user}
	answer, known := d.judge.qualified[q]
	if !known {
		// Without an index, nothing is true.
		index, err := d.judge.indexes[before]()
		answer = err == nil && index.IsTrueOfUser(qualifier, d.judge.verdict.Actor, user)
		d.judge.qualified[q] = answer
		d.judge.verdict.Qualified = append(d.judge.verdict.Qualified, Qualified{Qualifier: qualifier, User: user, True: answer})
	}
	return answer
}
