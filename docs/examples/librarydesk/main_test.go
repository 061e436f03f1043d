// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const published = "../../../pkg/permissions/testdata/quickstart"

// quickstart is what is published for the quickstart, with a change, at a revision.
func quickstart(t *testing.T, revision int64, change func(d *document.Document)) map[string][]byte {
	t.Helper()
	data := map[string]string{}
	for _, key := range []string{document.PublicationKey, document.DocumentKey} {
		text, err := os.ReadFile(filepath.Join(published, key))
		if err != nil {
			t.Fatal(err)
		}
		data[key] = string(text)
	}
	publication, doc, err := document.ReadPublication(data)
	if err != nil {
		t.Fatal(err)
	}
	change(doc)
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	publication.Revision = revision
	publication.Parts[0].Digest, publication.Parts[0].Bytes = document.Digest(text), len(text)
	index, err := json.Marshal(publication)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{document.PublicationKey: index, document.DocumentKey: text}
}

// mount writes files into a folder of their own and turns the link ..data to it, as the kubelet does.
func mount(t *testing.T, directory, folder string, files map[string][]byte) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(directory, folder), 0o750); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(directory, folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	temporary := filepath.Join(directory, "..data_tmp")
	if err := os.Symlink(folder, temporary); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(temporary, filepath.Join(directory, "..data")); err != nil {
		t.Fatal(err)
	}
}

// start runs the desk on a folder until the test ends, and returns its URL.
func start(t *testing.T, directory string) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- run(ctx, directory, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return "http://" + listener.Addr().String()
}

// ask sends a request as a user, and returns status and body.
func ask(t *testing.T, method, url, user, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Remote-User", user)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// awaitRevision asks the readiness probe until it shows a revision.
func awaitRevision(t *testing.T, url, want string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		status, text := ask(t, http.MethodGet, url+"/readyz", "", "")
		if status == http.StatusOK && strings.HasPrefix(text, want+",") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("ready says %d %s, want %s", status, text, want)
		}
	}
}

// TestDesk runs the desk before anything is published, then on the quickstart, and then on what follows it.
func TestDesk(t *testing.T) {
	directory := t.TempDir()
	url := start(t, directory)
	const harbour, hill = `{"branch":"harbour","borrower":"rosa@library.example","book":"Emma"}`, `{"branch":"hill","borrower":"otto@library.example","book":"Momo"}`
	expect := func(method, user, body string, status int, says string) {
		t.Helper()
		if got, text := ask(t, method, url+"/loans", user, body); got != status || !strings.Contains(text, says) {
			t.Errorf("%s %s by %s: %d %s, want %d %s", method, body, user, got, text, status, says)
		}
	}
	if status, text := ask(t, http.MethodGet, url+"/readyz", "", ""); status != http.StatusServiceUnavailable ||
		!strings.Contains(text, "no published permissions have been read yet") {
		t.Errorf("ready before anything is published: %d %s", status, text)
	}
	expect(http.MethodPost, "lena@library.example", harbour, http.StatusForbidden, "no published permissions have been read yet")

	mount(t, directory, "..1", quickstart(t, 1, func(*document.Document) {}))
	awaitRevision(t, url, "revision 1")
	expect(http.MethodPost, "lena@library.example", harbour, http.StatusCreated, `"id":1`)
	expect(http.MethodPost, "lena@library.example", hill, http.StatusForbidden, "nothing gives loans.create to lena@library.example in hill")
	expect(http.MethodPost, "karl@library.example", hill, http.StatusCreated, `"id":2`)
	expect(http.MethodPost, "karl@library.example", "{", http.StatusBadRequest, "not a loan")
	list := func(user string, want string) {
		t.Helper()
		status, text := ask(t, http.MethodGet, url+"/loans", user, "")
		var loans []loan
		if err := json.Unmarshal([]byte(text), &loans); status != http.StatusOK || err != nil {
			t.Fatalf("list of %s: %d %s", user, status, text)
		}
		var books []string
		for _, l := range loans {
			books = append(books, l.Book)
		}
		if got := strings.Join(books, " "); got != want {
			t.Errorf("%s sees %q, want %q", user, got, want)
		}
	}
	list("lena@library.example", "Emma") // her branch
	list("karl@library.example", "Momo")
	list("rosa@library.example", "Emma") // her own
	list("eve@library.example", "")

	mount(t, directory, "..2", quickstart(t, 2, func(d *document.Document) {
		lena := d.Users["lena@library.example"]
		lena.Grants[0].Units = []string{"hill"}
		d.Users["lena@library.example"] = lena
	}))
	awaitRevision(t, url, "revision 2")
	expect(http.MethodPost, "lena@library.example", harbour, http.StatusForbidden, "in harbour")
	list("lena@library.example", "Momo")
}
