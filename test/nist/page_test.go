// SPDX-License-Identifier: Apache-2.0

package nist

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// functions are those of INCITS 359 by the chapter of the page in which they are. Functions that a later component specifies again
// are named once.
var functions = map[string]string{
	"Core RBAC": "AddUser DeleteUser AddRole DeleteRole AssignUser DeassignUser GrantPermission RevokePermission",
	"Sessions":  "CreateSession DeleteSession AddActiveRole DropActiveRole CheckAccess",
	"Reviews": "AssignedUsers AssignedRoles RolePermissions UserPermissions SessionRoles SessionPermissions RoleOperationsOnObject" +
		" UserOperationsOnObject",
	"Hierarchies": "AddInheritance DeleteInheritance AddAscendant AddDescendant AuthorizedUsers AuthorizedRoles",
	"Static separation of duty": "CreateSsdSet DeleteSsdSet AddSsdRoleMember DeleteSsdRoleMember SetSsdSetCardinality SsdRoleSets" +
		" SsdRoleSetRoles SsdRoleSetCardinality",
	"Dynamic separation of duty": "CreateDsdSet DeleteDsdSet AddDsdRoleMember DeleteDsdRoleMember SetDsdSetCardinality DsdRoleSets" +
		" DsdRoleSetRoles DsdRoleSetCardinality",
}

// row is what the page should say of a function, and the test of it.
type row struct {
	// names is all that the row says in code.
	names []string
	// none is set if the row has to say that there is no such function.
	none bool
	test func(b *bank)
}

var (
	chapter = regexp.MustCompile(`(?m)^##+ (.+)$`)
	line    = regexp.MustCompile(`(?m)^\| ([A-Z][A-Za-z]+) \| (.+) \|$`)
	code    = regexp.MustCompile("`([^`]+)`")
)

// TestPage does what the rows of the page say.
func TestPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "nist-rbac.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]row{}
	for _, of := range []map[string]row{core, sessions, reviews, hierarchies, staticSeparation, dynamicSeparation} {
		maps.Copy(rows, of)
	}
	tested := 0
	chapters := chapter.FindAllSubmatchIndex(page, -1)
	for i, at := range chapters {
		end := len(page)
		if i+1 < len(chapters) {
			end = chapters[i+1][0]
		}
		var shown []string
		for _, found := range line.FindAllStringSubmatch(string(page[at[0]:end]), -1) {
			name := found[1]
			shown = append(shown, name)
			tested++
			t.Run(name, func(t *testing.T) { rows[name].check(t, found[2]) })
		}
		title := string(page[at[2]:at[3]])
		if want := strings.Fields(functions[title]); !slices.Equal(shown, want) {
			t.Errorf("%s has rows for %q, want %q", title, shown, want)
		}
	}
	if tested != len(rows) {
		t.Errorf("%d rows are tested, and there are %d tests", tested, len(rows))
	}
}

// check compares what a row says with what its test is about, and runs it.
func (r row) check(t *testing.T, says string) {
	t.Helper()
	if r.test == nil {
		t.Fatal("the row has no test")
	}
	var names []string
	for _, found := range code.FindAllStringSubmatch(says, -1) {
		names = append(names, found[1])
	}
	if !slices.Equal(names, r.names) {
		t.Errorf("the row names %q, and its test is about %q", names, r.names)
	}
	if strings.HasPrefix(says, "none by that name") != r.none {
		t.Errorf("whether there is such a function: %t, the page says %s", !r.none, says)
	}
	b := newBank(t)
	r.test(b)
	for _, name := range r.names {
		if strings.HasPrefix(name, "rolewright ") && !slices.Contains(b.ran, strings.Fields(name)[1]) {
			t.Errorf("its test does not run %s", name)
		}
	}
}
