// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/explain"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// MissingRoles returns the roles of which a new grant would turn a no into a yes with nothing else changed, those that hold the fewest
// permissions first, and the smallest scope of such a grant.
func (x *Index) MissingRoles(r *access.Request) ([]string, document.Scope) {
	return explain.MissingRoles(x.tables(), r)
}

// ContextMembers returns the members of the context on which decisions may depend, sorted. The second result is true if that may be all.
func (x *Index) ContextMembers() (members []string, all bool) {
	return explain.ContextMembers(x.tables())
}

// GrantingTypes returns the types of requests for which a chain may give a role, sorted.
func (x *Index) GrantingTypes() []string {
	types := map[string]struct{}{}
	for _, chain := range x.tables().Chains {
		if chain.GrantPolicy != nil {
			types[chain.RequestType] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(types))
}

// HoldsGrant reports whether a grant that is written at a source is one of a user's.
func (x *Index) HoldsGrant(user, source string) bool {
	tables := x.tables()
	holder, known := tables.FindUser(user)
	if !known {
		return false
	}
	return slices.Contains(tables.Sources[holder.From:holder.Until], source)
}
