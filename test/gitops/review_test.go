// SPDX-License-Identifier: Apache-2.0

package gitops

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// suite says what a raise must not change.
const suite = `
apiVersion: test.rolewright.dev/v1alpha1
kind: Suite
manifests: [..]
now: 2030-06-01
administration:
- {who: max@compass.example, mayNot: {give: manager, to: emma@compass.example, everywhere: true}}
`

// repository is a Git repository with a sample in the folder roles.
type repository struct {
	t      *testing.T
	folder string
	path   string
}

func newRepository(t *testing.T) *repository {
	t.Helper()
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(bin, "rolewright"), "../../cmd/rolewright")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	r := &repository{t: t, folder: t.TempDir(), path: bin + string(os.PathListSeparator) + os.Getenv("PATH")}
	if err := os.CopyFS(filepath.Join(r.folder, "roles"), os.DirFS("../../config/samples/performance")); err != nil {
		t.Fatal(err)
	}
	// The sample's own suite says that Emma is no manager.
	if err := os.Remove(filepath.Join(r.folder, "roles", "tests", "performance.yaml")); err != nil {
		t.Fatal(err)
	}
	r.write("tests/managers.yaml", suite)
	r.run(0, "git", "init", "-q", "-b", "main")
	r.commit()
	return r
}

// run runs a program in the repository, expects its exit code, and returns what it printed.
func (r *repository) run(code int, name string, arguments ...string) string {
	r.t.Helper()
	command := exec.Command(name, arguments...)
	command.Dir = r.folder
	command.Env = append(os.Environ(), "PATH="+r.path, "GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b.example", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b.example")
	output, err := command.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	if got := command.ProcessState.ExitCode(); got != code {
		r.t.Fatalf("%s %s: the exit code is %d, want %d\n%s", name, arguments, got, code, output)
	}
	return string(output)
}

func (r *repository) commit() {
	r.t.Helper()
	r.run(0, "git", "add", "-A")
	r.run(0, "git", "commit", "-q", "-m", "a state")
}

// review runs the script as a pipeline does, which may read what it prints from a pipe or from a file.
func (r *repository) review(code int, base, user string) string {
	r.t.Helper()
	script, err := filepath.Abs("../../docs/examples/gitops/review.sh")
	if err != nil {
		r.t.Fatal(err)
	}
	piped := r.run(code, "bash", script, base, user, "roles")
	kept := filepath.Join(r.t.TempDir(), "output")
	r.run(code, "bash", "-c", `"$@" >`+kept+" 2>&1", "", "bash", script, base, user, "roles")
	written, err := os.ReadFile(kept)
	if err != nil {
		r.t.Fatal(err)
	}
	if string(written) != piped {
		r.t.Errorf("a file has\n%s\na pipe\n%s", written, piped)
	}
	return piped
}

func (r *repository) write(name, text string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.folder, "roles", name), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

func contains(t *testing.T, output string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(output, want) {
			t.Errorf("%q is not in\n%s", want, output)
		}
	}
}

// TestReview: a manager's raise may be merged, the same by another manager may not; nor may what is invalid or breaks a suite.
func TestReview(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the command")
	}
	r := newRepository(t)
	raise, err := os.ReadFile("../../docs/examples/raise.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r.write("raise.yaml", string(raise))
	r.commit()

	contains(t, r.review(0, "HEAD^1", "mark@compass.example"), "may make the change")
	difference, err := os.ReadFile(filepath.Join(r.folder, "difference.md"))
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(difference), "1 user gains", "`emma@compass.example`")
	contains(t, r.review(1, "HEAD^1", "max@compass.example"), "refused: UserAssignment/emma-manager")
	contains(t, r.review(0, "HEAD", "max@compass.example"), "nothing is changed")
	r.review(2, "nowhere", "mark@compass.example")
	r.review(2, "HEAD", "")

	r.write("raise.yaml", strings.ReplaceAll(string(raise), "name: manager", "name: manger"))
	contains(t, r.review(1, "HEAD^1", "mark@compass.example"), `"manger"`)
}
