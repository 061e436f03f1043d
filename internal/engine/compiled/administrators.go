// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"iter"
	"math"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Administering are the roles that have administration rules, of their own or inherited.
func (x *Index) Administering() map[string]bool {
	return x.derived.administering.get(func() map[string]bool {
		administering := map[string]bool{}
		for role := range x.Roles {
			if x.AdministrationRoles().Administer(role) {
				administering[role] = true
			}
		}
		return administering
	})
}

// AdministrationRoles are the roles with what their administration rules reach.
func (x *Index) AdministrationRoles() *administration.Roles {
	return x.derived.roles.get(func() *administration.Roles { return administration.NewRoles(x.Core) })
}

// Administrators are the ids of the users who are granted such a role, at whatever time and in whatever scope, sorted.
func (x *Index) Administrators() []string {
	return x.derived.administrators.get(func() []string {
		var ids []string
		for id, holder := range x.Users.All() {
			for range x.AdministeringGrants(x.UserOf(holder)) {
				ids = append(ids, id)
				break
			}
		}
		slices.Sort(ids)
		return ids
	})
}

// AdministeringGrants yields the grants of such roles that a user has, as they are published. Suspended users have none.
func (x *Index) AdministeringGrants(user User) iter.Seq[*document.Grant] {
	return func(yield func(*document.Grant) bool) {
		administering := x.Administering()
		if len(administering) == 0 || user.IsSuspended() {
			return
		}
		for i := user.From; i < user.Until; i++ {
			g := &x.Grants[i]
			role := x.EffectiveRoles[g.EffectiveRole].Role
			if !administering[role] {
				continue
			}
			written := &document.Grant{Role: role, Scope: *x.Scopes[g.Scope].Written, Window: x.window(g.Window), Source: x.Sources[i]}
			if !yield(written) {
				return
			}
		}
	}
}

// window returns a window as it is published.
func (x *Index) window(number uint32) document.Window {
	var w document.Window
	if number == 0 {
		return w
	}
	if from := x.Windows[number].From; from != math.MinInt64 {
		start := time.UnixMicro(from).UTC()
		w.StartTime = &start
	}
	if until := x.Windows[number].Until; until != math.MaxInt64 {
		end := time.UnixMicro(until).UTC()
		w.EndTime = &end
	}
	return w
}

// HomeOf returns the home unit of a user. The second result is false if there is one that is not known.
func (x *Index) HomeOf(user User) (home string, known bool) {
	switch user.HomeUnit {
	case NoHomeUnit:
		return "", true
	case UnknownHomeUnit:
		return "", false
	}
	return x.HomeUnits[user.HomeUnit], true
}
