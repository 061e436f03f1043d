// SPDX-License-Identifier: Apache-2.0

package compiled

// IsManager reports whether user a is the manager of user b, as the directory has it. Nobody is their own manager.
func (x *Index) IsManager(a, b string) bool {
	e := x.User(b).Detail
	return e != nil && e.manager != "" && e.manager == a && a != b
}

// IsAbove reports whether user a stands in the line of managers above user b, at any distance. The line leads through
// suspended users, ends at a manager whom the directory does not know or who came before, and never contains b.
func (x *Index) IsAbove(a, b string) bool {
	if _, known := x.FindUser(a); !known || a == b {
		return false
	}
	// A line that comes back to itself is noticed by a marker that moves up at growing distances (Brent's algorithm).
	current, marker := b, b
	for steps, limit := 0, 1; ; steps++ {
		below := x.User(current).Detail
		if below == nil {
			return false
		}
		current = below.manager
		switch current {
		case a:
			return true
		case "", b, marker:
			return false
		}
		if steps == limit {
			steps, limit, marker = 0, limit*2, current
		}
	}
}

// ManagersAbove yields the managers above a user, from the nearest on: as IsAbove has it.
func (x *Index) ManagersAbove(below string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		seen := map[string]struct{}{below: {}}
		for holder := x.User(below); holder.Detail != nil; {
			current := holder.Detail.manager
			if _, before := seen[current]; before {
				return
			}
			seen[current] = struct{}{}
			var known bool
			if holder, known = x.FindUser(current); !known || !yield(current) {
				return
			}
		}
	}
}
