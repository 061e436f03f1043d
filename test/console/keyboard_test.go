// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/rolewright/rolewright/test/browser"
)

// TestKeyboard asks, filters, finds and opens without a mouse. The focus goes where the keys take it, from the load of a page on.
func TestKeyboard(t *testing.T) {
	b := browser.Open(t, serve(t, "../../config/samples/performance"))
	b.Visit("/performance/compass", 1280)

	// The first key skips to the content, and the link is seen then.
	b.Press(kb.Tab)
	if !browser.Eval[bool](b, `document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().left >= 0`) {
		t.Error("the first key Tab does not lead to the link that skips to the content")
	}
	b.Press(kb.Enter)
	b.WaitFor(`document.activeElement.id === "main"`)

	b.Press("/")
	b.WaitFor(`document.activeElement.id === "search"`)
	// The protocol sends the letter of a key even if a page handles the key.
	b.Press(kb.Backspace + "divisional" + kb.Enter)
	b.WaitFor(`document.title.startsWith("Search")`)
	b.TabUntil(`document.activeElement.textContent.trim() === "divisional-admin"`)
	b.Press(kb.Enter)
	b.WaitFor(`document.title.startsWith("Role Divisional admin")`)

	// Details open, and the graph of roles can be walked through.
	b.TabTo("main svg a")
	b.TabTo("main summary")
	b.Press(" ")
	b.WaitFor(`document.activeElement.parentElement.open`)

	b.TabUntil(`document.activeElement.textContent.trim() === "What would change if it went?"`)
	b.Press(kb.Enter)
	b.WaitFor(`document.title.startsWith("Without")`)

	b.Visit("/performance/compass", 1280)
	b.TabUntil(`document.activeElement.textContent.trim() === "Ask"`)
	b.Press(kb.Enter)
	b.WaitFor(`document.title.startsWith("Ask")`)
	b.TabTo("main input[name=user]")
	b.Press("emma@compass.example" + kb.Tab + "plans.review" + kb.Enter)
	b.WaitFor(`document.querySelector(".answer.no") !== null`)

	// Arrows choose in lists.
	b.Visit("/performance/compass/matrix", 1280)
	all := browser.Eval[int](b, `document.querySelectorAll(".matrix tbody tr").length`)
	b.TabTo("main select[name=section]")
	b.Press(kb.ArrowDown)
	b.TabTo("main form.filter button")
	b.Press(kb.Enter)
	b.WaitFor(`location.search.includes("section=") && document.querySelector("main select[name=section]").value !== ""`)
	if some := browser.Eval[int](b, `document.querySelectorAll(".matrix tbody tr").length`); some >= all {
		t.Errorf("%d of %d rows are left after a section is chosen", some, all)
	}

	// A table that is wider than the window scrolls by keys too.
	b.Visit("/performance/compass/matrix", 360)
	b.TabTo(".matrix-scroll")
	b.Press(kb.ArrowRight)
	b.WaitFor(`document.querySelector(".matrix-scroll").scrollLeft > 0`)

	b.TabTo(".matrix a")
	b.WaitFor(`(r => r.top >= 0 && r.bottom <= innerHeight)(document.activeElement.getBoundingClientRect())`)
	b.Check("keyboard")
}
