// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// TestAdministers: the page says of each user and role what the index says, and pages of it add up.
func TestAdministers(t *testing.T) {
	shown := 0
	for _, sample := range []string{"quickstart", "contracts", "homehealth", "performance", "staffing", "workorders"} {
		o := read(t, "../../../config/samples/"+sample)
		index, err := o.IndexAt(now)
		if err != nil {
			t.Fatal(err)
		}
		for _, actor := range o.Users() {
			a := NewAdministers(o, actor, "", "", "", now)
			if len(a.Rules) == 0 && len(a.Rows) > 0 {
				t.Errorf("%s administers without a rule", actor)
			}
			rows := map[string]*AdministeredUser{}
			for _, row := range a.Rows {
				rows[row.ID] = row
			}
			for _, user := range o.Users() {
				for role := range o.Document.Roles {
					for _, revoke := range []bool{false, true} {
						var roles []string
						if rows[user] != nil {
							roles = rows[user].Gives
						}
						if revoke && rows[user] != nil {
							roles = rows[user].Takes
						}
						asked := access.AssignmentRequest{Actor: actor, User: user, Role: role, Revoke: revoke, Resource: map[string]any{"unit": a.Unit}}
						if may := index.MayAssign(&asked); may != slices.Contains(roles, role) {
							t.Errorf("%s: %+v is %t, and the page says %v", sample, asked, may, roles)
						}
						shown++
					}
				}
			}
		}
	}
	if shown < 1000 {
		t.Errorf("only %d answers were compared", shown)
	}
	o := read(t, "../../../config/samples/quickstart")
	if NewAdministers(o, "nobody", "", "", "", now) != nil || NewAdministers(o, o.Users()[0], "nowhere", "", "", now) != nil {
		t.Error("there is a page of what does not exist")
	}
}

// TestAdministersIsPaged: what follows a user is another page, and all of them have every user.
func TestAdministersIsPaged(t *testing.T) {
	o := read(t, "../../../config/samples/quickstart", manyReaders(t, 250))
	var ids []string
	pages := 0
	for after := ""; ; pages++ {
		a := NewAdministers(o, "lena@library.example", "harbour", "reader-", after, now)
		for _, row := range a.Rows {
			ids = append(ids, row.ID)
		}
		if after = a.Next; after == "" {
			break
		}
	}
	if len(ids) != 250 || !slices.IsSorted(ids) || pages != 2 {
		t.Errorf("%d users on %d pages: %s", len(ids), pages+1, strings.Join(ids[:min(3, len(ids))], ", "))
	}
}

// manyReaders writes manifests of readers whose home is one branch, and returns the file.
func manyReaders(t *testing.T, count int) string {
	t.Helper()
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, "---\napiVersion: rolewright.dev/v1alpha1\nkind: UserAssignment\nmetadata: {name: reader-%03[1]d, namespace: quickstart}\n"+
			"spec: {organizationRef: {name: quickstart}, user: reader-%03[1]d, profile: {homeUnit: harbour}}\n", i)
	}
	file := filepath.Join(t.TempDir(), "readers.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
