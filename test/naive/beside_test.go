// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// TestReadersBesideChanges: while a source makes one index out of the other, each that a reader holds answers for its own
// revision: the users from it up to 50 further on may read, no others.
func TestReadersBesideChanges(t *testing.T) {
	const last, width = 400, 50
	document := &permissions.Document{
		Schema: permissions.SchemaV1, Namespace: "default", Organization: "acme", Catalog: "things",
		Permissions: map[string]permissions.Permission{"read": {}}, Units: map[string]permissions.Unit{"u0": {}, "u1": {Parent: "u0"}},
		Roles: map[string]permissions.Role{"reader": {Permissions: map[string][]permissions.Alternative{"read": {{}}}}},
		Users: map[string]permissions.User{},
	}
	id := func(number int64) string { return fmt.Sprintf("user-%d", number) }
	source := permissions.NewSource()
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for revision := int64(0); revision < last && t.Context().Err() == nil; {
				x := source.Index()
				if x.Revision() < revision {
					t.Errorf("revision %d after %d", x.Revision(), revision)
					return
				}
				revision = x.Revision()
				for number, want := range map[int64]bool{revision - 1: false, revision: true, revision + width - 1: true, revision + width: false} {
					request := &permissions.Request{
						Subject: permissions.Subject{Type: permissions.SubjectTypeUser, ID: id(number)}, Action: permissions.Action{Name: "read"},
					}
					if got := x.Check(request); got != (want && revision > 0) {
						t.Errorf("of %s revision %d says %v", id(number), revision, got)
						return
					}
				}
			}
		})
	}
	for revision := int64(1); revision <= last; revision++ {
		clear(document.Users)
		for number := revision; number < revision+width; number++ {
			unit := fmt.Sprintf("u%d", number%2)
			document.Users[id(number)] = permissions.User{Grants: []permissions.Grant{
				{Role: "reader", Scope: permissions.Scope{Units: []string{"u0", unit, fmt.Sprintf("gone-%d", number)}}},
			}}
		}
		index, parts := cut(t, document, revision)
		if err := source.Offer(index, func(part permissions.Part) ([]byte, error) { return parts[part.Digest], nil }); err != nil {
			t.Fatal(err)
		}
	}
	readers.Wait()
}
