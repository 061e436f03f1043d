// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// TestDiffStates: which states can be compared.
func TestDiffStates(t *testing.T) {
	noCluster(t)
	for line, want := range map[string]string{
		"diff":                                              "name two states",
		"diff --from testdata/shop":                         "--to is missing",
		"diff --to testdata/shop":                           "--from is missing",
		"diff --from cluster --to cluster":                  "which has one state",
		"diff --from - --to -":                              "only once",
		"diff -f testdata/shop --to x":                      "name other states with --from and --to alone",
		"diff --from x --from git:y --to z":                 "paths in Git alone",
		"diff --from cluster --from x --to z":               "or is the cluster",
		"diff --from testdata/shop --to testdata/shop -o x": "write text, markdown or json",
		"diff --from a --to b --max-users -1":               "--max-users",
		"diff testdata/shop":                                "unexpected argument",
		"diff --from git::x --to testdata/shop":             "the revision is missing",
		"diff --from cluster --to testdata/shop":            "there is no",
	} {
		_, errOut, code := call(t, "", strings.Fields(line)...)
		if code != exitError || !strings.Contains(errOut, want) {
			t.Errorf("%s: exit code %d, %s", line, code, errOut)
		}
	}
}

// TestDiffStdin: a state is read from standard input, as kustomize writes it.
func TestDiffStdin(t *testing.T) {
	noCluster(t)
	manifests, err := os.ReadFile("../../../docs/examples/library-changed.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out, errOut, code := call(t, string(manifests), "diff", "--from", "../../../config/samples/quickstart", "--to", "-")
	if code != exitNo || !strings.Contains(out, "nils@library.example") {
		t.Errorf("exit code %d, %s%s", code, out, errOut)
	}
}

// repository is a Git repository with two commits: the library before and after its changes.
func repository(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for key, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@a.example",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@a.example",
	} {
		t.Setenv(key, value)
	}
	run := func(args ...string) {
		t.Helper()
		command := exec.CommandContext(t.Context(), "git", args...)
		command.Dir = folder
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	write := func(name, from string) {
		t.Helper()
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const was, is = "../../../config/samples/quickstart/quickstart.yaml", "../../../docs/examples/library-changed.yaml"
	run("init", "-q", "-b", "main")
	write("town/library.yaml", was)
	// None of these is read in a folder.
	write("town/.hidden/library.yaml", is)
	write("town/.draft.yaml", is)
	write("town/library.txt", is)
	write("links/library.yaml", was)
	if err := os.Symlink("library.yaml", filepath.Join(folder, "links", "other.yaml")); err != nil {
		t.Fatal(err)
	}
	run("add", "-f", ".")
	run("commit", "-q", "-m", "before")
	write("town/library.yaml", is)
	run("commit", "-q", "-a", "-m", "after")
	run("tag", "v2")
	return folder
}

// TestDiffGit: revisions are read as folders are.
func TestDiffGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	noCluster(t)
	folder := repository(t)
	t.Chdir(folder)
	want, _, _ := call(t, "", "diff", "--from", "git:HEAD~1:town", "--to", "town")
	if !strings.Contains(want, "nils@library.example") {
		t.Fatalf("the difference is\n%s", want)
	}
	for _, states := range [][2]string{
		{"git:main~1:town", "git:main:town"}, {"git:HEAD~1:town/library.yaml", "git:v2:town/"}, {"git:main^:./town", "town/library.yaml"},
	} {
		if got, errOut, code := call(t, "", "diff", "--from", states[0], "--to", states[1]); got != want || code != exitNo {
			t.Errorf("%v: exit code %d, %s\n%s", states, code, errOut, got)
		}
	}
	if out, errOut, code := call(t, "", "diff", "--from", "git:main:town", "--to", "town"); code != exitYes {
		t.Errorf("exit code %d, %s%s", code, out, errOut)
	}
	for state, want := range map[string]string{
		"git:gone:town":           `there is no revision "gone"`,
		"git:--help:town":         `there is no revision "--help"`,
		"git:main:gone":           "no manifest",
		"git:main:links":          "symbolic link",
		"git:main:town/library.x": "no manifest",
	} {
		if _, errOut, code := call(t, "", "diff", "--from", state, "--to", "town"); code != exitError || !strings.Contains(errOut, want) {
			t.Errorf("%s: exit code %d, %s", state, code, errOut)
		}
	}
	t.Chdir("town")
	if got, errOut, _ := call(t, "", "diff", "--from", "git:main~1", "--to", "."); got != want {
		t.Errorf("in the folder: %s\n%s", errOut, got)
	}
}

// TestAdopt: what is applied keeps its identity and its age, and what is new is the newest.
func TestAdopt(t *testing.T) {
	old, now := metav1.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	named := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name, Namespace: "n"} }
	cluster := intake.Objects{
		Roles:    []v1alpha1.Role{{ObjectMeta: named("a")}, {ObjectMeta: named("b")}},
		Requests: []v1alpha1.ApprovalRequest{{ObjectMeta: named("r"), Status: v1alpha1.ApprovalRequestStatus{ObservedGeneration: 7}}},
	}
	cluster.Roles[0].UID, cluster.Roles[0].CreationTimestamp = "u", old
	files := intake.Objects{
		Roles: []v1alpha1.Role{{ObjectMeta: named("a")}, {ObjectMeta: named("c")}},
		Requests: []v1alpha1.ApprovalRequest{
			{ObjectMeta: named("r")}, {ObjectMeta: named("s"), Status: v1alpha1.ApprovalRequestStatus{ObservedGeneration: 8}},
		},
	}
	adopt(&files, &cluster, now)
	if role := &files.Roles[0]; role.UID != "u" || !role.CreationTimestamp.Equal(&old) {
		t.Errorf("applied: %+v", role.ObjectMeta)
	}
	if role := &files.Roles[1]; role.UID != "" || !role.CreationTimestamp.Time.Equal(now) {
		t.Errorf("new: %+v", role.ObjectMeta)
	}
	if files.Requests[0].Status.ObservedGeneration != 7 || files.Requests[1].Status.ObservedGeneration != 0 {
		t.Errorf("statuses are not those of the cluster: %+v", files.Requests)
	}
	all := cluster.Overlaid(&files).Roles
	if len(all) != 3 {
		t.Errorf("%d roles once two are applied to two", len(all))
	}
}
