// SPDX-License-Identifier: Apache-2.0

package dirsource_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/dirsource"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// waitTimeout bounds waiting for what is certain to come.
const waitTimeout = 30 * time.Second

// files are the files of one published state, by name.
type files map[string]string

// state publishes an organization at a revision, in which one user may read: the one named after the revision.
func state(t *testing.T, revision int64) files {
	t.Helper()
	doc := document.Document{
		Schema: document.Schema, Namespace: "town", Organization: "library", Catalog: "library",
		Permissions: map[string]document.Permission{"read": {}}, Units: map[string]document.Unit{"main": {}},
		Roles: map[string]document.Role{"reader": {Permissions: map[string][]document.Alternative{"read": {{}}}}},
		Users: map[string]document.User{user(revision): {
			Grants: []document.Grant{{Role: "reader", Scope: document.Scope{Everywhere: true}}},
		}},
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return files{document.DocumentKey: string(text), document.PublicationKey: indexOf(t, revision, map[string][]byte{document.DocumentKey: text})}
}

// sharded publishes the same in two parts, the users' in a ConfigMap of its own.
func sharded(t *testing.T, revision int64) (mounted files, configMap string, shard files) {
	t.Helper()
	whole := state(t, revision)
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(whole[document.DocumentKey]), &members); err != nil {
		t.Fatal(err)
	}
	users := fmt.Appendf(nil, `{"users":%s}`, members["users"])
	delete(members, "users")
	rest, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	configMap = fmt.Sprintf("library-permissions-%d", revision)
	mounted = files{"base.json": string(rest), document.PublicationKey: indexOf(t, revision, map[string][]byte{"base.json": rest, configMap: users})}
	return mounted, configMap, files{document.PartKey: string(users)}
}

// indexOf names parts by key, or by ConfigMap.
func indexOf(t *testing.T, revision int64, parts map[string][]byte) string {
	t.Helper()
	publication := document.Publication{
		Schema: document.PublicationSchema, Namespace: "town", Organization: "library", UID: "1", Revision: revision,
	}
	for name, text := range parts {
		part := document.Part{Name: name, Digest: document.Digest(text), Bytes: len(text)}
		if !strings.HasSuffix(name, ".json") {
			part.ConfigMap, part.Name = name, document.PartKey
		}
		publication.Parts = append(publication.Parts, part)
	}
	index, err := json.Marshal(publication)
	if err != nil {
		t.Fatal(err)
	}
	return string(index)
}

func user(revision int64) string { return fmt.Sprintf("user-%d", revision) }

func may(source *permissions.Source, revision int64) bool {
	return source.Index().Check(&permissions.Request{
		Subject: permissions.Subject{Type: permissions.SubjectTypeUser, ID: user(revision)}, Action: permissions.Action{Name: "read"},
	})
}

// write writes plain files.
func write(t *testing.T, directory string, content files) {
	t.Helper()
	if err := os.MkdirAll(directory, 0o750); err != nil {
		t.Fatal(err)
	}
	for name, text := range content {
		if err := os.WriteFile(filepath.Join(directory, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// folders counts the folders that mount makes.
var folders atomic.Int64

// mount writes files as the kubelet's AtomicWriter does: into a new folder, to which the link ..data is turned by renaming
// another link over it; the links with the files' names go through it; the folder before is removed.
func mount(t *testing.T, directory string, content files) {
	t.Helper()
	if err := os.MkdirAll(directory, 0o750); err != nil {
		t.Fatal(err)
	}
	before, _ := os.Readlink(filepath.Join(directory, "..data"))
	folder := filepath.Join(directory, fmt.Sprintf("..2026_11_22_00_00_00.%d", folders.Add(1)))
	write(t, folder, content)
	temporary := filepath.Join(directory, "..data_tmp")
	if err := errors.Join(os.Symlink(filepath.Base(folder), temporary), os.Rename(temporary, filepath.Join(directory, "..data"))); err != nil {
		t.Fatal(err)
	}
	for name := range content {
		if err := os.Symlink(filepath.Join("..data", name), filepath.Join(directory, name)); err != nil && !errors.Is(err, os.ErrExist) {
			t.Fatal(err)
		}
	}
	if before != "" {
		if err := os.RemoveAll(filepath.Join(directory, before)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLoad reads each layout once, and once more when it has changed.
func TestLoad(t *testing.T) {
	for name, put := range map[string]func(*testing.T, string, files){"plain files": write, "a mounted volume": mount} {
		t.Run(name, func(t *testing.T) {
			directory, source := t.TempDir(), permissions.NewSource()
			feeder := dirsource.New(directory, source)
			for _, revision := range []int64{1, 2, 7} {
				put(t, directory, state(t, revision))
				if err := feeder.Load(); err != nil || !may(source, revision) || source.State().Revision != revision {
					t.Errorf("revision %d: %v, state %+v", revision, err, source.State())
				}
			}
		})
	}
}

// TestLoadRefuses: whatever is torn, short, swapped or missing is refused with a word, and the last good state stays.
func TestLoadRefuses(t *testing.T) {
	changed := func(t *testing.T, change func(files)) files {
		t.Helper()
		content := maps.Clone(state(t, 2))
		change(content)
		return content
	}
	first := state(t, 1)
	for name, test := range map[string]struct {
		content files
		says    string
	}{
		"the index of one state and the document of another": {changed(t, func(f files) { f[document.DocumentKey] = first[document.DocumentKey] + " " }), "it is damaged, or of another revision"},
		"a document cut short":                               {changed(t, func(f files) { f[document.DocumentKey] = f[document.DocumentKey][:20] }), "document.json has 20 bytes"},
		"a letter changed": {changed(t, func(f files) {
			f[document.DocumentKey] = strings.Replace(f[document.DocumentKey], "user-2", "user-3", 1)
		}), "document.json has digest"},
		"an index cut short":    {changed(t, func(f files) { f[document.PublicationKey] = f[document.PublicationKey][:50] }), "index.json is not valid JSON"},
		"no document":           {changed(t, func(f files) { delete(f, document.DocumentKey) }), "no such file"},
		"no index":              {changed(t, func(f files) { delete(f, document.PublicationKey) }), "no publication in"},
		"nothing":               {files{}, "no publication in"},
		"an index without end":  {files{document.PublicationKey: strings.Repeat(" ", 5<<20)}, "more than 4194304 bytes"},
		"the state before that": {state(t, 0), "revision 0"},
	} {
		t.Run(name, func(t *testing.T) {
			directory, source := t.TempDir(), permissions.NewSource()
			feeder := dirsource.New(directory, source)
			mount(t, directory, first)
			if err := feeder.Load(); err != nil {
				t.Fatal(err)
			}
			mount(t, directory, test.content)
			err := feeder.Load()
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want %q", err, test.says)
			}
			if s := source.State(); !may(source, 1) || may(source, 2) || s.Revision != 1 || errors.Join(s.Refusal, s.Err) == nil {
				t.Errorf("the last good state is lost, or nothing is said: %+v", s)
			}
			mount(t, directory, state(t, 2))
			if err := feeder.Load(); err != nil || !may(source, 2) {
				t.Errorf("repaired: %v", err)
			}
			if s := source.State(); s.Refusal != nil || s.Err != nil {
				t.Errorf("the state still has %v, %v", s.Refusal, s.Err)
			}
		})
	}
}

// TestLoadSharded: a part in another ConfigMap lies in a folder of that name, which may come later.
func TestLoadSharded(t *testing.T) {
	directory, source := t.TempDir(), permissions.NewSource()
	feeder := dirsource.New(directory, source)
	mounted, configMap, shard := sharded(t, 1)
	mount(t, directory, mounted)
	var refused *permissions.RefusalError
	if err := feeder.Load(); !errors.As(err, &refused) || refused.Reason != permissions.RefusedUnreadable ||
		!strings.Contains(err.Error(), "spec.publishing.form OneConfigMap") {
		t.Errorf("without the shard: %v", err)
	}
	mount(t, filepath.Join(directory, configMap), shard)
	if err := feeder.Load(); err != nil || !may(source, 1) {
		t.Errorf("with the shard: %v", err)
	}
}

// run runs a feeder until the test ends.
func run(t *testing.T, feeder *dirsource.Feeder) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- feeder.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run ended with %v", err)
		}
	})
}

func await(t *testing.T, source *permissions.Source, revision int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	if _, err := source.AtLeast(ctx, revision); err != nil {
		t.Fatalf("%v, state %+v", err, source.State())
	}
	if !may(source, revision) {
		t.Errorf("revision %d is not what the index answers from", revision)
	}
}

// TestRunHears: changes are heard of; the interval is far beyond what the test waits for.
func TestRunHears(t *testing.T) {
	for name, put := range map[string]func(*testing.T, string, files){"plain files": write, "a mounted volume": mount} {
		t.Run(name, func(t *testing.T) {
			directory, source := t.TempDir(), permissions.NewSource()
			put(t, directory, state(t, 1))
			run(t, dirsource.New(directory, source, dirsource.WithInterval(time.Hour)))
			for revision := range int64(20) {
				put(t, directory, state(t, revision+1))
				await(t, source, revision+1)
			}
		})
	}
}

// TestRunWaitsForTheDirectory: it may come late, and be replaced by another.
func TestRunWaitsForTheDirectory(t *testing.T) {
	directory, source := filepath.Join(t.TempDir(), "permissions"), permissions.NewSource()
	changed := source.Changed()
	run(t, dirsource.New(directory, source, dirsource.WithInterval(10*time.Millisecond)))
	<-changed
	if err := source.Ready(); err == nil || !strings.Contains(err.Error(), "no such file or directory") {
		t.Errorf("ready says %v", err)
	}
	for _, revision := range []int64{1, 2} {
		other := filepath.Join(t.TempDir(), "permissions")
		mount(t, other, state(t, revision))
		if err := errors.Join(os.RemoveAll(directory), os.Rename(other, directory)); err != nil {
			t.Fatal(err)
		}
		await(t, source, revision)
	}
	mount(t, directory, state(t, 3))
	await(t, source, 3)
}

// TestRunFollowsWhatStands: a forged revision that no publication can exceed holds a source only for seconds.
func TestRunFollowsWhatStands(t *testing.T) {
	directory, source := t.TempDir(), permissions.NewSource()
	mount(t, directory, state(t, 1<<53))
	run(t, dirsource.New(directory, source))
	await(t, source, 1<<53)
	mount(t, directory, state(t, 2))
	for changed := source.Changed(); source.State().Revision != 2; changed = source.Changed() {
		select {
		case <-changed:
		case <-time.After(waitTimeout):
			t.Fatalf("the source has %+v", source.State())
		}
	}
	if !may(source, 2) || source.State().Refusal != nil {
		t.Errorf("the source has %+v", source.State())
	}
}

// TestRunBesideSwaps: whatever a reader sees while states follow each other fast is one of them, whole, and never an older
// one after a newer one.
func TestRunBesideSwaps(t *testing.T) {
	const last = 200
	directory, source := t.TempDir(), permissions.NewSource()
	mount(t, directory, state(t, 1))
	run(t, dirsource.New(directory, source))
	await(t, source, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for seen := int64(1); seen < last; {
			changed := source.Changed()
			x := source.Index()
			request := permissions.Request{
				Subject: permissions.Subject{Type: permissions.SubjectTypeUser, ID: user(x.Revision())}, Action: permissions.Action{Name: "read"},
			}
			if x.Revision() < seen || !x.Check(&request) {
				t.Errorf("revision %d after %d answers %v", x.Revision(), seen, x.Check(&request))
				return
			}
			if seen = x.Revision(); seen < last {
				<-changed
			}
		}
	}()
	for revision := int64(2); revision <= last; revision++ {
		mount(t, directory, state(t, revision))
	}
	await(t, source, last)
	<-ended
}
