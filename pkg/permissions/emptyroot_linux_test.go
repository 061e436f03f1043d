// SPDX-License-Identifier: Apache-2.0

package permissions_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// alone is set in the environment of this test once it runs with its program as the only file.
const alone = "ROLEWRIGHT_TEST_ALONE"

// TestTimeZonesTravelWithTheProgram: an application whose image holds nothing but its program decides a condition with a time zone as any
// other does.
func TestTimeZonesTravelWithTheProgram(t *testing.T) {
	if os.Getenv(alone) == "" {
		runAlone(t)
		return
	}
	if entries, err := os.ReadDir("/"); err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v: want the program and nothing else", entries, err)
	}
	doc := &document.Document{
		Schema: document.Schema, Permissions: map[string]document.Permission{"loans.create": {}},
		Units: map[string]document.Unit{"library": {}},
		Qualifiers: map[string]document.Condition{"in-the-morning": {
			Expression: `timestamp(context.at).getHours("Asia/Kolkata") < 12 && timestamp(context.at).getHours("America/St_Johns") > 12`,
		}},
		Roles: map[string]document.Role{"librarian": {Permissions: map[string][]document.Alternative{
			"loans.create": {{Qualifiers: []string{"in-the-morning"}}},
		}}},
		Users: map[string]document.User{"lena": {Grants: []document.Grant{{Role: "librarian", Scope: document.Scope{Everywhere: true}}}}},
	}
	index, err := permissions.NewIndex(doc)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]bool{"2026-06-01T23:00:00Z": true, "2026-06-01T12:00:00Z": false} {
		request := &permissions.Request{
			Subject: permissions.Subject{Type: permissions.SubjectTypeUser, ID: "lena"}, Action: permissions.Action{Name: "loans.create"},
			Resource: permissions.Resource{Type: "loan", ID: "1"}, Context: map[string]any{"at": at},
		}
		if got := index.Check(request); got != want {
			t.Errorf("at %s: %v, want %v: %s", at, got, want, index.Explain(request))
		}
	}
}

// runAlone runs this test in a root folder that holds its program and nothing else.
func runAlone(t *testing.T) {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "program"), program, 0o755); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "/program", "-test.run=^"+t.Name()+"$", "-test.v")
	command.Env, command.Dir = []string{alone + "=1"}, "/"
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	if id := os.Getuid(); id != 0 { // only who is root, if only in a name space of their own, may change the root folder
		command.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		command.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: id, Size: 1}}
	}
	said, err := command.CombinedOutput()
	switch _, ended := errors.AsType[*exec.ExitError](err); {
	case err == nil:
	case !ended:
		t.Skipf("this machine lets nobody but root change the root folder: %v", err)
	default:
		t.Fatalf("%v\n%s", err, said)
	}
}
