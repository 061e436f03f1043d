// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"encoding/json"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// RoleDigest returns the digest of what a role gives: its permissions with the alternatives of each, in whatever order and through
// whatever line they are inherited, its administration rules, and the roles that it ranks above. The second result is false if there
// is no such role.
func (x *Index) RoleDigest(name string) (digest string, known bool) {
	role, known := x.Roles[name]
	if !known {
		return "", false
	}
	permissions := make(map[string][]string, len(role.Permissions))
	for permission, alternatives := range role.Permissions {
		for i := range alternatives {
			a := &alternatives[i]
			text := encode([][]string{sorted(a.Qualifiers), sorted(a.RequiredFeatures), sorted(a.RequiredEntitlements)})
			permissions[permission] = append(permissions[permission], string(text))
		}
		slices.Sort(permissions[permission])
		permissions[permission] = slices.Compact(permissions[permission])
	}
	rules := slices.Clone(role.AdministrationRules)
	for _, inherited := range sorted(role.Inherits) {
		rules = append(rules, x.Roles[inherited].AdministrationRules...)
	}
	return document.Digest(encode([]any{sorted(role.Inherits), permissions, rules})), true
}

// sorted returns a sorted copy, which is never nil.
func sorted(names []string) []string {
	copied := append([]string{}, names...)
	slices.Sort(copied)
	return copied
}

// encode writes names and rules as JSON, which cannot fail, with sorted keys.
func encode(said any) []byte {
	data, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	return data
}
