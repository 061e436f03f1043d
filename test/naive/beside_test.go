// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestReadersBesideChanges: while a source makes one index out of the other, each that a reader holds answers for its own
// revision: the users from it up to 50 further on may read, no others.
func TestReadersBesideChanges(t *testing.T) {
	const last, width = 400, 50
	doc := &document.Document{
		Schema: document.Schema, Namespace: "default", Organization: "acme", Catalog: "things",
		Permissions: map[string]document.Permission{"read": {}}, Units: map[string]document.Unit{"u0": {}, "u1": {Parent: "u0"}},
		Roles: map[string]document.Role{"reader": {Permissions: map[string][]document.Alternative{"read": {{}}}}},
		Users: map[string]document.User{},
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
					request := &access.Request{
						Subject: access.Subject{Type: access.SubjectTypeUser, ID: id(number)}, Action: access.Action{Name: "read"},
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
		clear(doc.Users)
		for number := revision; number < revision+width; number++ {
			unit := fmt.Sprintf("u%d", number%2)
			doc.Users[id(number)] = document.User{Grants: []document.Grant{
				{Role: "reader", Scope: document.Scope{Units: []string{"u0", unit, fmt.Sprintf("gone-%d", number)}}},
			}}
		}
		index, parts := cut(t, doc, revision)
		if err := source.Update(index, func(part document.Part) ([]byte, error) { return parts[part.Digest], nil }); err != nil {
			t.Fatal(err)
		}
	}
	readers.Wait()
}
