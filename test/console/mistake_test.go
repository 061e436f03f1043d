// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/test/browser"
)

// TestAMistakeIsShown makes a mistake in a role while a page of everything that it touches is open. Each shows it, names it and leads to the
// line, and no longer once it is mended.
func TestAMistakeIsShown(t *testing.T) {
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
	const right, wrong = "- permissions: [loans.view, loans.extend]", "- permissions: [loans.view, loans.extend, loans.burn]"
	if strings.Count(string(text), right) != 1 {
		t.Fatalf("the quick start has no line %s", right)
	}
	write(string(text))
	chromium, root := browser.Start(t), serve(t, file)
	const library = "/quickstart/quickstart/"
	shows := func(path string) string {
		if path == library+"roles" {
			return `document.querySelector("main th a[href$='name=reader']").closest("th").innerText.includes("1 finding")`
		}
		return `document.querySelector("main").innerText.includes(` + strconv.Quote(`"loans.burn"`) + `)`
	}
	tabs := map[string]*browser.Tab{}
	for _, path := range []string{
		"/", "/quickstart/quickstart", library + "findings", "/-/findings", "/-/search?q=burn", library + "matrix", library + "roles",
		// The role itself, one that inherits it, and their holders.
		library + "role?name=reader", library + "role?name=librarian", library + "user?id=rosa@library.example", library + "user?id=lena@library.example",
		// What the rule gives, and a question about it.
		library + "permission?name=loans.view", library + "ask?user=rosa@library.example&permission=loans.view",
		library + "without?role=reader", "/-/object?kind=Role&namespace=quickstart&name=reader",
	} {
		b := chromium.Open(t, root)
		b.Visit(path, 1280)
		if browser.Eval[bool](b, shows(path)) {
			t.Errorf("%s shows the mistake before it is made", path)
		}
		tabs[path] = b
	}
	write(strings.Replace(string(text), right, wrong, 1))
	for path, b := range tabs {
		b.WaitFor(shows(path))
	}
	b := tabs[library+"role?name=reader"]
	b.TabUntil(`(to => to.includes("/-/object") && to.includes("field="))(document.activeElement.getAttribute("href") ?? "")`)
	b.Press("\r")
	b.WaitFor(`document.querySelector("#marked code")?.textContent.includes("loans.burn")`)
	write(string(text))
	for path, b := range tabs {
		b.WaitFor("!(" + shows(path) + ")")
		b.Check(path)
	}
}
