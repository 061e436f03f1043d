// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// ask asks whether someone may do something in the quickstart's town.
func ask(user, permission, unit string) []byte {
	return fmt.Appendf(nil, `{"subject":{"type":"user","id":%q},"action":{"name":%q},"resource":{"type":"book","id":"1","properties":{"unit":%q}}}`,
		user, permission, unit)
}

const evaluation = "/access/v1/evaluation"

// write replaces a file as an editor does.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path+"~", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+"~", path); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestManifestsAreFollowed(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "quickstart.yaml")
	whole := read(t, filepath.Join(sample("quickstart"), "quickstart.yaml"))
	write(t, path, whole)
	s := start(t, "-f", folder)
	lends := func(unit string) bool {
		return s.decision(evaluation, ask("lena@library.example", "loans.create", unit))
	}
	if !lends("harbour") || lends("hill") {
		t.Fatal("lena must lend in harbour alone")
	}

	// A change counts, and so does the one after it.
	write(t, path, strings.Replace(whole, "units: [harbour]", "units: [hill]", 1))
	s.await("the change", func() bool { return lends("hill") })
	if lends("harbour") {
		t.Error("lena still lends in harbour, from where she was moved")
	}

	// A broken edit changes nothing, and is shown with its place.
	write(t, path, strings.Replace(whole, "units: [harbour]", "unitz: [harbour]", 1))
	s.awaitSaid(`unknown field "unitz"`)
	if said := s.said.String(); !strings.Contains(said, path+":") {
		t.Errorf("the mistake is said without its place:\n%s", said)
	}
	if !lends("hill") || lends("harbour") {
		t.Error("a broken edit changed what is decided")
	}
	if metrics := s.get(s.metrics).body; !strings.Contains(metrics, `rolewright_served_refusal{namespace="quickstart",organization="quickstart"} 1`) ||
		!strings.Contains(metrics, `rolewright_reloads_total{result="refused"} 1`) {
		t.Errorf("the metrics do not tell of the broken edit:\n%s", metrics)
	}

	// What is put right counts; what is wrong with one object leaves the rest.
	write(t, path, whole)
	s.await("what was put right", func() bool { return lends("harbour") })

	// A second organization is served too, and the root goes on answering for the first, even once that is gone.
	second := filepath.Join(folder, "second.yaml")
	isCatalog := func(o string) bool { return strings.Contains(o, "kind: PermissionCatalog") }
	objects := slices.DeleteFunc(strings.Split(whole, "\n---\n"), isCatalog)
	write(t, second, strings.ReplaceAll(strings.Join(objects, "\n---\n"), "namespace: quickstart", "namespace: other"))
	s.await("the second organization", func() bool {
		return s.post("/other/quickstart"+evaluation, ask("lena@library.example", "loans.create", "harbour")).status == http.StatusOK
	})
	if !lends("harbour") {
		t.Error("with two organizations the root answers for none")
	}
	write(t, path, strings.Join(slices.DeleteFunc(strings.Split(whole, "\n---\n"), func(o string) bool { return !isCatalog(o) }), "\n---\n"))
	s.await("the first organization's end", func() bool {
		return s.post(evaluation, ask("lena@library.example", "loans.create", "harbour")).status == http.StatusNotFound
	})
	if got := s.post("/other/quickstart"+evaluation, ask("lena@library.example", "loans.create", "harbour")); got.status != http.StatusOK {
		t.Errorf("the second organization answers %d %s", got.status, got.body)
	}
	write(t, path, whole)
	s.await("the first organization's return", func() bool {
		return s.post(evaluation, ask("lena@library.example", "loans.create", "harbour")).status == http.StatusOK
	})
	if err := os.Remove(second); err != nil {
		t.Fatal(err)
	}
	s.await("the second organization's end", func() bool {
		return s.post("/other/quickstart"+evaluation, ask("a", "b", "c")).status == http.StatusNotFound
	})
	if !lends("harbour") {
		t.Error("the first organization was lost with the second")
	}
}

// mount is a directory into which the kubelet mounts a ConfigMap.
type mount struct {
	t    *testing.T
	path string
}

// swap writes the next state into a folder of its own, and turns the link to it.
func (m *mount) swap(data map[string]string) {
	m.t.Helper()
	folder := fmt.Sprintf("..%d", time.Now().UnixNano())
	if err := os.MkdirAll(filepath.Join(m.path, folder), 0o750); err != nil {
		m.t.Fatal(err)
	}
	for key, text := range data {
		if err := os.WriteFile(filepath.Join(m.path, folder, key), []byte(text), 0o600); err != nil {
			m.t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join("..data", key), filepath.Join(m.path, key)); err != nil && !os.IsExist(err) {
			m.t.Fatal(err)
		}
	}
	if err := os.Symlink(folder, filepath.Join(m.path, "..data_tmp")); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(m.path, "..data_tmp"), filepath.Join(m.path, "..data")); err != nil {
		m.t.Fatal(err)
	}
}

// published is what would be published of an organization in which ann holds a role in some units.
func published(t *testing.T, organization string, revision int64, units ...string) map[string]string {
	t.Helper()
	data, _ := publication(t, "shop", organization, revision, 0, units...)
	return data
}

// publication is the same in any namespace, among a number of others, with the shards that it takes.
func publication(tb testing.TB, namespace, organization string, revision int64, others int, units ...string) (map[string]string, []publish.Shard) {
	tb.Helper()
	holds := document.User{Grants: []document.Grant{{Role: "doer", Scope: document.Scope{Units: units}}}}
	users := map[string]document.User{"ann": holds}
	for i := range others {
		users[fmt.Sprintf("user-%d-of-a-large-organization@shop.example", i)] = holds
	}
	encoded, err := publish.Encode(&document.Document{
		Schema: document.Schema, Namespace: namespace, Organization: organization, Catalog: "shop",
		Permissions: map[string]document.Permission{"do": {Section: "s"}},
		Units:       map[string]document.Unit{"root": {}, "north": {Parent: "root"}, "south": {Parent: "root"}},
		Roles:       map[string]document.Role{"doer": {Permissions: map[string][]document.Alternative{"do": {{}}}}},
		Users:       users,
	})
	if err != nil {
		tb.Fatal(err)
	}
	data, err := encoded.Data("uid-"+organization, revision, time.Unix(1e9, 0))
	if err != nil {
		tb.Fatal(err)
	}
	return data, encoded.Shards
}

func TestDirectoryIsFollowed(t *testing.T) {
	m := &mount{t, t.TempDir()}
	m.swap(published(t, "acme", 1, "north"))
	s := start(t, "--directory", m.path)
	does := func(unit string) bool { return s.decision(evaluation, ask("ann", "do", unit)) }
	if !does("north") || does("south") {
		t.Fatal("ann must do it in north alone")
	}
	m.swap(published(t, "acme", 2, "south"))
	s.await("revision 2", func() bool { return does("south") && !does("north") })

	damaged := published(t, "acme", 3, "north")
	damaged[document.DocumentKey] = strings.Replace(damaged[document.DocumentKey], "north", "south", 1)
	m.swap(damaged)
	s.awaitSaid("Refused what is published")
	if does("north") || !does("south") {
		t.Error("a damaged publication changed what is decided")
	}
	m.swap(published(t, "acme", 1, "north"))
	s.awaitSaid("revision 2 was read already")
	m.swap(published(t, "acme", 4, "north"))
	s.await("revision 4", func() bool { return does("north") })
	if metrics := s.get(s.metrics).body; !strings.Contains(metrics, `rolewright_served_revision{namespace="shop",organization="acme"} 4`) {
		t.Errorf("the metrics do not say revision 4:\n%s", metrics)
	}
}

// TestRoot: of several organizations the root answers for the one that is named, or for none.
func TestRoot(t *testing.T) {
	const metadata = "/.well-known/authzen-configuration"
	question := ask("lena@library.example", "loans.create", "harbour")
	both := []string{"-f", sample("quickstart"), "-f", sample("staffing")}
	none := start(t, both...)
	if got := none.post(evaluation, question).status; got != http.StatusNotFound {
		t.Errorf("the root answers for one of two organizations: %d", got)
	}
	if got := none.get(none.url + metadata).status; got != http.StatusNotFound {
		t.Errorf("the root has metadata: %d", got)
	}
	if !none.decision("/quickstart/quickstart"+evaluation, question) {
		t.Error("an organization does not answer at its path")
	}
	named := start(t, append(both, "-O", "quickstart/quickstart")...)
	if !named.decision(evaluation, question) || !named.decision("/quickstart/quickstart"+evaluation, question) {
		t.Error("the organization that is named does not answer at the root, or at its path")
	}
	if got := named.get(named.url + metadata); got.status != http.StatusOK || !strings.Contains(got.body, `"policy_decision_point":"`+named.url+`"`) {
		t.Errorf("the metadata of the root: %d %s", got.status, got.body)
	}
}

func TestFolderOfFolders(t *testing.T) {
	root := t.TempDir()
	folder := func(name string) *mount {
		m := &mount{t, filepath.Join(root, name)}
		if err := os.MkdirAll(m.path, 0o750); err != nil {
			t.Fatal(err)
		}
		return m
	}
	folder("a").swap(published(t, "acme", 1, "north"))
	s := start(t, "--directory", root)
	does := func(organization string) int {
		return s.post("/shop/"+organization+evaluation, ask("ann", "do", "north")).status
	}
	if got := does("acme"); got != http.StatusOK {
		t.Fatalf("the first folder's organization answers %d", got)
	}
	atRoot := func() int { return s.post(evaluation, ask("ann", "do", "north")).status }
	if got := atRoot(); got != http.StatusOK {
		t.Fatalf("the only organization at the start is not at the root: %d", got)
	}
	folder("shop/second").swap(published(t, "ajax", 1, "north"))
	s.await("the second folder", func() bool { return does("ajax") == http.StatusOK })
	folder("again").swap(published(t, "ajax", 9, "south"))
	s.awaitSaid("Two folders publish the same organization")
	if !s.decision("/shop/ajax"+evaluation, ask("ann", "do", "north")) {
		t.Error("a second folder took an organization over")
	}
	if err := os.RemoveAll(filepath.Join(root, "a")); err != nil {
		t.Fatal(err)
	}
	s.await("the first folder's end", func() bool { return does("acme") == http.StatusNotFound })
	if got := atRoot(); got != http.StatusNotFound {
		t.Errorf("the root answers for another organization than at the start: %d", got)
	}
}
