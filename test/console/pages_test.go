// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
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

// visited are the pages of each sample.
var visited = map[string][]string{
	"/": {""},
	"/quickstart/quickstart": {
		"", "/matrix", "/roles", "/role?name=librarian", "/without?role=reader&as=lena@library.example", "/users", "/user?id=lena@library.example", "/tree", "/unit?name=hill", "/permission?name=loans.create", "/audit",
		"/ask?user=lena@library.example&permission=loans.create&unit=hill", "/changes", "/findings",
	},
	"/performance/compass": {
		"", "/matrix", "/matrix?user=emma@compass.example", "/matrix?role=employee&role=manager&differing=yes", "/roles", "/role?name=manager", "/without?role=manager", "/user?id=emma@compass.example", "/tree", "/permission?name=plans.review",
		"/ask?user=mark@compass.example&permission=plans.review", "/findings",
	},
	"/staffing/staffing":   {"", "/matrix", "/roles", "/users", "/tree", "/findings", "/changes", "/ask"},
	"/contracts/contracts": {"", "/matrix", "/roles", "/users", "/tree", "/findings", "/changes", "/ask"},
	"/homehealth/sunrise":  {"", "/matrix", "/roles", "/users", "/tree", "/findings", "/changes", "/ask"},
	"/workorders/district": {"", "/matrix", "/roles", "/users", "/tree", "/findings", "/changes", "/ask"},
	"/office/office":       {"/audit", "/audit?user=ann&what=RoleEnded"},
	"/-": {
		"/search?q=manager", "/findings", "/object?kind=UserAssignment&namespace=contracts&name=dora&field=spec.grants[contract-viewer].scope",
	},
}

// TestPages looks at every page of every sample: on a desk, on a phone, and in the dark.
func TestPages(t *testing.T) {
	rules := browser.Axe(t)
	b := browser.Open(t, serve(t, "../../config/samples", saved))
	for organization, pages := range visited {
		for _, path := range pages {
			path = organization + path
			b.SetDark(false)
			b.Visit(path, 1920)
			b.Fits(path + " at 1920")
			b.Visit(path, 360)
			b.Fits(path + " at 360")
			b.IsAccessible(path, rules)
			b.SetDark(true)
			b.IsAccessible(path+" in the dark", rules)
			b.Check(path)
		}
	}
}

// TestKeyboard finds a role and opens it without a mouse.
func TestKeyboard(t *testing.T) {
	b := browser.Open(t, serve(t, "../../config/samples/performance"))
	b.Visit("/performance/compass", 1280)
	b.Run(chromedp.KeyEvent("/"))
	b.WaitFor(`document.activeElement.id === "search"`)
	// The protocol sends the letter of a key even if a page handles the key.
	browser.Eval[bool](b, `document.activeElement.value = ""; true`)
	b.Run(chromedp.KeyEvent("divisional" + kb.Enter))
	b.WaitFor(`document.title.startsWith("Search")`)
	b.WaitFor(`[...document.querySelectorAll("main a")].some(a => a.textContent === "divisional-admin")`)
	for range 40 {
		b.Run(chromedp.KeyEvent(kb.Tab))
		if browser.Eval[string](b, `document.activeElement.textContent.trim()`) == "divisional-admin" {
			b.Run(chromedp.KeyEvent(kb.Enter))
			b.WaitFor(`document.title.startsWith("Role Divisional admin")`)
			b.Check("keyboard")
			return
		}
	}
	t.Error("the role cannot be reached with the key Tab")
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

// TestPrint prints a matrix.
func TestPrint(t *testing.T) {
	b := browser.Open(t, serve(t, "../../config/samples/homehealth"))
	b.Visit("/homehealth/sunrise/matrix", 1280)
	pdf := browser.Get(b, chromedp.PrintToPDF(chromedp.PDFLandscape()))
	if len(pdf) < 20_000 || string(pdf[:5]) != "%PDF-" {
		t.Errorf("%d bytes are printed", len(pdf))
	}
	b.Check("print")
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
	b := browser.Open(t, serve(t, "../../config/samples"))
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
	for _, path := range visited["/performance/compass"] {
		b.Visit("/performance/compass"+path, 360)
		b.Fits(path + " with the colours of the system")
		moving := `[...document.querySelectorAll("*")].filter(e => { const s = getComputedStyle(e); return s.animationName !== "none" || s.transitionDuration.split(", ").some(d => d !== "0s"); }).length`
		if count := browser.Eval[int](b, moving); count > 0 {
			t.Errorf("%s: %d elements move", path, count)
		}
		b.Check(path)
	}
}
