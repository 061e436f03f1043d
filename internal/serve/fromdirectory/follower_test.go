// SPDX-License-Identifier: Apache-2.0

package fromdirectory_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"

	"github.com/rolewright/rolewright/internal/serve/fromdirectory"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// timeout bounds waiting for what is certain to happen.
const timeout = 30 * time.Second

// publish writes the publication of an organization into a folder.
func publish(t *testing.T, folder, organization string, revision int64) {
	t.Helper()
	text, err := json.Marshal(document.Document{
		Schema: document.Schema, Namespace: "shop", Organization: organization, Catalog: "retail",
		Permissions: map[string]document.Permission{}, Units: map[string]document.Unit{"main": {}},
		Roles: map[string]document.Role{}, Users: map[string]document.User{},
	})
	if err != nil {
		t.Fatal(err)
	}
	index, err := json.Marshal(document.Publication{
		Schema: document.PublicationSchema, Namespace: "shop", Organization: organization, UID: "1", Revision: revision,
		Parts: []document.Part{{Name: document.DocumentKey, Digest: document.Digest(text), Bytes: len(text)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, document.DocumentKey), text)
	write(t, filepath.Join(folder, document.PublicationKey), index)
}

// write replaces a file whole.
func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+"~", text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+"~", path); err != nil {
		t.Fatal(err)
	}
}

// followed is a directory that is followed into a registry.
type followed struct {
	t         *testing.T
	directory string
	registry  *tenants.Registry
	log       chan string
	reloads   chan bool
}

func follow(t *testing.T, directory string) *followed {
	t.Helper()
	f := &followed{t: t, directory: directory, registry: tenants.NewRegistry(), log: make(chan string, 1000), reloads: make(chan bool, 1000)}
	follower, err := fromdirectory.New(fromdirectory.Options{
		Directory: directory, Registry: f.registry, Reloaded: func(accepted bool) { f.reloads <- accepted },
		Log: funcr.New(func(_, args string) { f.log <- args }, funcr.Options{}),
	})
	if err != nil {
		t.Fatal(err)
	}
	go follower.Run(t.Context())
	return f
}

func (f *followed) revision(organization string) int64 {
	if served, found := f.registry.Get(tenants.Key{Namespace: "shop", Organization: organization}); found {
		return served.Revision()
	}
	return -1
}

func (f *followed) await(organization string, revision int64) {
	f.t.Helper()
	for end := time.Now().Add(timeout); f.revision(organization) != revision; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			f.t.Fatalf("%s has revision %d; want %d", organization, f.revision(organization), revision)
		}
	}
}

func (f *followed) awaitLog(text string) {
	f.t.Helper()
	for {
		select {
		case line := <-f.log:
			if strings.Contains(line, text) {
				return
			}
		case <-time.After(timeout):
			f.t.Fatalf("not logged: %s", text)
		}
	}
}

func TestOnePublication(t *testing.T) {
	directory := t.TempDir()
	f := follow(t, directory)
	if f.registry.Ready() == nil {
		t.Error("ready before anything is published")
	}
	f.awaitLog("Waiting: nothing is published")
	publish(t, directory, "acme", 3)
	f.await("acme", 3)
	if err := f.registry.Ready(); err != nil {
		t.Errorf("not ready: %v", err)
	}
	write(t, filepath.Join(directory, document.PublicationKey), []byte("{"))
	f.awaitLog("Refused what is published")
	if f.revision("acme") != 3 || f.registry.Ready() != nil {
		t.Error("the last good state was lost")
	}
	publish(t, directory, "acme", 4)
	f.await("acme", 4)
	for _, want := range []bool{true, false, true} {
		if got := <-f.reloads; got != want {
			t.Errorf("a reload is counted as accepted: %t; want %t", got, want)
		}
	}
}

// TestAnotherOrganizationThatStands: a folder whose first publication was forged serves what is published once that stands.
func TestAnotherOrganizationThatStands(t *testing.T) {
	directory := t.TempDir()
	publish(t, directory, "forged", 1<<53)
	f := follow(t, directory)
	f.await("forged", 1<<53)
	publish(t, directory, "acme", 3)
	f.await("acme", 3)
	f.await("forged", -1)
	f.awaitLog("No longer serving: the folder publishes another organization")
}

// TestFolders: publications may be one or two levels below the directory, come and go.
func TestFolders(t *testing.T) {
	directory := t.TempDir()
	publish(t, filepath.Join(directory, "a"), "acme", 1)
	publish(t, filepath.Join(directory, "shop", "ajax"), "ajax", 2)
	publish(t, filepath.Join(directory, "..2026"), "hidden", 1)
	publish(t, filepath.Join(directory, "too", "far", "below"), "deep", 1)
	f := follow(t, directory)
	if f.revision("acme") != 1 || f.revision("ajax") != 2 || len(f.registry.Keys()) != 2 {
		t.Fatalf("served are %v", f.registry.Keys())
	}
	publish(t, filepath.Join(directory, "shop", "arco"), "arco", 5)
	f.await("arco", 5)
	if err := os.RemoveAll(filepath.Join(directory, "a")); err != nil {
		t.Fatal(err)
	}
	f.await("acme", -1)
	if f.revision("ajax") != 2 {
		t.Error("another organization was lost")
	}
}

// TestTwoFoldersOfOneOrganization: the first one is served, until it is gone.
func TestTwoFoldersOfOneOrganization(t *testing.T) {
	directory := t.TempDir()
	publish(t, filepath.Join(directory, "a"), "acme", 1)
	publish(t, filepath.Join(directory, "b"), "acme", 9)
	f := follow(t, directory)
	f.awaitLog("Two folders publish the same organization")
	if f.revision("acme") != 1 {
		t.Errorf("served is revision %d", f.revision("acme"))
	}
	if err := os.RemoveAll(filepath.Join(directory, "a")); err != nil {
		t.Fatal(err)
	}
	f.await("acme", 9)
	f.awaitLog(`"Serving" "organization"="shop/acme" "revision"=9`)
}

// TestMovedFolder: an organization whose folder is renamed is served on.
func TestMovedFolder(t *testing.T) {
	directory := t.TempDir()
	publish(t, filepath.Join(directory, "z"), "acme", 1)
	f := follow(t, directory)
	if err := os.Rename(filepath.Join(directory, "z"), filepath.Join(directory, "a")); err != nil {
		t.Fatal(err)
	}
	publish(t, filepath.Join(directory, "a"), "acme", 2)
	f.await("acme", 2)
}

func TestDirectoryMustBeOne(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	for path, want := range map[string]string{file: "is a file: name the folder that contains index.json", file + "-gone": "no such file"} {
		_, err := fromdirectory.New(fromdirectory.Options{Directory: path, Registry: tenants.NewRegistry(), Log: logr.Discard()})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v; want %q", path, err, want)
		}
	}
}
