// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/fromfiles"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/test/browser"
)

// now is the time of the pages.
var now = time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)

// serve serves manifests, follows them, and returns the address.
func serve(t *testing.T, paths ...string) string {
	t.Helper()
	source, err := fromfiles.New(t.Context(), paths, &manifests.Reader{Namespace: "default"}, logr.Discard())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go source.Run(ctx)
	handler, err := console.New(console.Options{Source: source, Clock: func() time.Time { return now }, Footer: "Manifests in config/samples"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// saved are objects of a cluster, with what it knows of their writes.
const saved = "../../internal/console/testdata/saved.yaml"

// samples are the organizations of the samples: the five systems, the quick start, and what was saved from a cluster.
var samples = []string{
	"/staffing/staffing", "/contracts/contracts", "/homehealth/sunrise", "/workorders/district", "/performance/compass",
	"/quickstart/quickstart", "/office/office",
}

// TestPages looks at a page of every kind of every sample, the one with most on it: on a desk, on a phone, in the dark, and printed.
// Every link of them leads to a page.
func TestPages(t *testing.T) {
	rules := browser.Axe(t)
	chromium := browser.Start(t)
	root := serve(t, "../../config/samples", saved)
	from := []string{"/", "/-/findings", "/-/search?q=manager", "/-/search?q=", "/-/requests"}
	for _, organization := range samples {
		// Only who may ask has a link there.
		from = append(from, organization+"/new-request", organization+"/new-request?type=none&role=none")
	}
	pages := crawl(t, root, from...)
	of := map[string][]string{}
	for kind, page := range pages {
		path, _, _ := strings.Cut(kind, "?")
		parts := strings.SplitN(path, "/", 4)
		group := strings.Join(parts[:min(len(parts), 3)], "/")
		if !slices.Contains(samples, group) {
			group = "/-"
		}
		of[group] = append(of[group], page.path)
	}
	for _, organization := range samples {
		isComplete(t, pages, organization, organization != "/office/office")
	}
	for group, paths := range of {
		slices.Sort(paths)
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			b := chromium.Open(t, root)
			for _, path := range paths {
				b.Visit(path, 1920)
				b.Look(path, rules)
			}
		})
	}
}

// TestPagesFollowFiles edits a manifest, and waits until the open page shows it, without leaving its place.
func TestPagesFollowFiles(t *testing.T) {
	text, err := os.ReadFile("../../config/samples/quickstart/quickstart.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "quickstart.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(string(text))
	b := browser.Open(t, serve(t, file))
	b.Visit("/quickstart/quickstart/users", 400)
	b.Run(chromedp.EmulateViewport(400, 300))
	browser.Eval[bool](b, `window.stayed = true; document.querySelector("main input[name=text]").focus(); scrollTo(0, 120); true`)
	write(string(text) + `
---
apiVersion: rolewright.dev/v1alpha1
kind: UserAssignment
metadata: {name: mia, namespace: quickstart}
spec:
  organizationRef: {name: quickstart}
  user: mia@library.example
  grants:
  - {name: lost, roleRef: {kind: Role, name: gone}, scope: {everywhere: true}}
`)
	b.WaitFor(`document.body.innerText.includes("mia@library.example")`)
	if !browser.Eval[bool](b, `window.stayed === true && document.activeElement.name === "text" && scrollY > 0`) {
		t.Error("the page lost its place")
	}
	b.Visit("/quickstart/quickstart/findings", 1280)
	b.WaitFor(`document.body.innerText.includes("UnknownRole")`)
	b.Visit("/quickstart/quickstart/changes", 1280)
	b.WaitFor(`document.body.innerText.includes("Since")`)
	write("this: [is no manifest")
	b.WaitFor(`document.querySelector("[role=alert]") !== null`)
	b.WaitFor(`document.body.innerText.includes("Changes")`)
	b.Check("files")
}

// TestFailures looks at pages that say what is wrong.
func TestFailures(t *testing.T) {
	rules := browser.Axe(t)
	b := browser.Open(t, serve(t, "../../config/samples/quickstart"))
	for _, path := range []string{
		"/nowhere", "/quickstart/quickstart/user?id=nobody", "/quickstart/quickstart/request?name=none",
		"/quickstart/quickstart/ask?user=a&permission=b&properties=wrong", "/quickstart/quickstart/audit?from=never",
		"/quickstart/quickstart/matrix?role=none", "/quickstart/quickstart/without?role=reader&as=nobody",
	} {
		b.Visit(path, 1920)
		b.Problems() // The browser logs the status of the answer.
		b.Look(path, rules)
	}
}

// TestWithoutScript reads a page in a browser that runs no scripts.
func TestWithoutScript(t *testing.T) {
	b := browser.Open(t, serve(t, "../../config/samples/quickstart"))
	browser.Call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.Visit("/quickstart/quickstart/matrix", 1280)
	if text := browser.Get(b, chromedp.Text("main")); len(text) < 500 {
		t.Errorf("the page says %q", text)
	}
}

// TestForcedColorsAndReducedMotion: with the colours of the system, what colour says is said by borders too, and nothing moves for those
// who want it still.
func TestForcedColorsAndReducedMotion(t *testing.T) {
	root := serve(t, "../../config/samples/performance")
	b := browser.Open(t, root)
	browser.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "forced-colors", Value: "active"}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	b.Visit("/performance/compass/ask?user=emma@compass.example&permission=plans.review", 1280)
	if !browser.Eval[bool](b, `getComputedStyle(document.querySelector("section.answer.no")).borderTopStyle === "double"`) {
		t.Error("a no looks like a yes")
	}
	b.Visit("/performance/compass/role?name=manager", 1280)
	if !browser.Eval[bool](b, `getComputedStyle(document.querySelector(".graph rect.self")).strokeWidth === "3px"`) {
		t.Error("the role of the page looks like the others of its graph")
	}
	for _, page := range crawl(t, root, "/performance/compass") {
		path := page.path
		if !strings.HasPrefix(path, "/performance/compass/") {
			continue
		}
		b.Visit(path, 360)
		b.Fits(path + " with the colours of the system")
		moving := `[...document.querySelectorAll("*")].filter(e => { const s = getComputedStyle(e); return s.animationName !== "none" || s.transitionDuration.split(", ").some(d => d !== "0s"); }).length`
		if count := browser.Eval[int](b, moving); count > 0 {
			t.Errorf("%s: %d elements move", path, count)
		}
		b.Check(path)
	}
}
