// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mostOfAKind is how many addresses that differ in values alone are fetched.
const mostOfAKind = 10

// found is the page with most on it, of those whose addresses differ in values alone.
type found struct {
	path string
	size int
}

var links = regexp.MustCompile(`href="([^"]*)"`)

// kindOf returns what addresses have in common that lead to the same page with other values: their path and the names of parameters. An
// object is what its kind makes of it.
func kindOf(u *url.URL) string {
	kind := u.Path + "?" + strings.Join(slices.Sorted(maps.Keys(u.Query())), "&")
	if u.Path == "/-/object" {
		kind += " of a " + u.Query().Get("kind")
	}
	return kind
}

// crawl follows the links of a console from some addresses on, and returns the page of each kind that has most on it. Every link must lead
// to a page.
func crawl(t *testing.T, root string, from ...string) map[string]found {
	t.Helper()
	base, err := url.Parse(root)
	if err != nil {
		t.Fatal(err)
	}
	pages, fetched, seen := map[string]found{}, map[string]int{}, map[string]bool{}
	for waiting := from; len(waiting) > 0; waiting = waiting[1:] {
		at, err := base.Parse(waiting[0])
		if err != nil {
			t.Fatalf("%s: %v", waiting[0], err)
		}
		at.Fragment = ""
		kind := kindOf(at)
		if at.Host != base.Host || strings.HasPrefix(at.Path, "/-/static/") || seen[at.String()] || fetched[kind] == mostOfAKind {
			continue
		}
		seen[at.String()], fetched[kind] = true, fetched[kind]+1
		body := fetch(t, at.String())
		if strings.HasSuffix(at.Path, ".csv") {
			continue
		}
		if len(body) > pages[kind].size {
			pages[kind] = found{path: at.RequestURI(), size: len(body)}
		}
		for _, link := range links.FindAllStringSubmatch(body, -1) {
			to, err := at.Parse(html.UnescapeString(link[1]))
			if err != nil {
				t.Errorf("%s links to %s: %v", at, link[1], err)
				continue
			}
			waiting = append(waiting, to.String())
		}
	}
	return pages
}

func fetch(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("%s: %d %v", address, response.StatusCode, err)
	}
	return string(body)
}

// elsewhere are pages that only people in a cluster have, and where they are looked at.
var elsewhere = map[string]string{
	"decide": "test/consolecluster", "decided": "test/consolecluster", "request": "test/consolecluster", "login": "test/consolelogin",
	"failure": "TestFailures",
}

// isComplete fails unless a page of each template is among those of an organization or of none. Where no role has administration rules, no
// link leads to what users administer.
func isComplete(t *testing.T, pages map[string]found, organization string, administered bool) {
	t.Helper()
	templates, err := filepath.Glob("../../internal/console/templates/*.html")
	if err != nil || len(templates) == 0 {
		t.Fatal(err)
	}
	shown := map[string]bool{"organizations": true}
	for kind := range pages {
		path, _, _ := strings.Cut(kind, "?")
		switch page, is := strings.CutPrefix(path, organization); {
		case is && page == "":
			shown["overview"] = true
		case is || strings.HasPrefix(path, "/-/"):
			shown[filepath.Base(path)] = true
		}
	}
	for _, file := range templates {
		name := strings.TrimSuffix(filepath.Base(file), ".html")
		if elsewhere[name] == "" && !shown[name] && (name != "administers" || administered) {
			t.Errorf("no link leads to the page %s of %s", name, organization)
		}
	}
}
