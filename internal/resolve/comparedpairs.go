// SPDX-License-Identifier: Apache-2.0

package resolve

import "math"

// comparedPair is what has become of one role that may cover another.
type comparedPair struct {
	// differs is set if it outdoes the other in one environment alone, and steps are those that it takes more to find out than before.
	differs bool
	steps   int
}

// coversOthers reports whether roles of a user may cover each other otherwise than before, because they hold something else. If not,
// it notes the steps that it takes to find that out.
func (x *comparedEnvironments) coversOthers(id string, entry *userEntry) bool {
	roles := entry.coverage.roles
	if len(roles) < 2 || len(roles) > mostCompared || !anyOf(x.holdings, roles) {
		return false
	}
	steps := 0
	for _, role := range roles {
		for _, by := range roles {
			if role == by || !x.holdings[role] && !x.holdings[by] {
				continue
			}
			pair := x.pair(coveredRole{role, by})
			if pair.differs {
				return true
			}
			steps += pair.steps
		}
	}
	if steps != 0 {
		if x.steps == nil {
			x.steps = map[string]int{}
		}
		x.steps[id] = steps
	}
	return false
}

func (x *comparedEnvironments) pair(of coveredRole) comparedPair {
	if known, compared := x.pairs[of]; compared {
		return known
	}
	role, by := x.was.numbered[of.role], x.was.numbered[of.by]
	was, is := &work{limit: math.MaxInt64}, &work{limit: math.MaxInt64}
	before, after := was.outdoes(by, role), is.outdoes(x.is.roles[by.ref()], x.is.roles[role.ref()])
	if x.pairs == nil {
		x.pairs = map[coveredRole]comparedPair{}
	}
	x.pairs[of] = comparedPair{differs: before != after, steps: int(is.spent - was.spent)}
	return x.pairs[of]
}

// recounted returns the entries of users with the steps that they take now.
func (x *comparedEnvironments) recounted(users *userIndex) userIndex {
	if len(x.steps) == 0 {
		return *users
	}
	entries := users.entries.Edit(0)
	for id, more := range x.steps {
		next := *entries.Get(id)
		next.steps = uint32(max(0, int64(next.steps)+int64(more)))
		entries.Set(id, &next)
	}
	return users.withEntries(x.is, entries)
}
