// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/rolewright/rolewright/test/browser"
)

// printed are the texts that a page shows on paper: those of its nodes, in which nothing is hidden.
const printed = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [], range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    range.selectNodeContents(node);
    // What is one pixel wide is there for those who hear the page.
    const seen = [...range.getClientRects()].some(r => r.width > 1) && node.parentElement.checkVisibility() && !node.parentElement.closest(".hidden, .skip");
    if (seen && node.data.trim()) texts.push(node.data);
  }
  return texts;
})()`

// Sheets of A4 within Chromium's margins, in pixels of CSS.
const (
	portrait  = 718
	landscape = 1047
)

// TestPrint prints pages, upright and across: whatever they show is on paper, as often as on the page, and nothing beyond its edge. What
// they must show is looked for by itself.
func TestPrint(t *testing.T) {
	b := browser.Open(t, serve(t, "../../config/samples", saved))
	for _, test := range []struct {
		path string
		// shows are texts of the page.
		shows []string
		// heads is on how many sheets the names of roles must stand at least: a table has them on each.
		heads int
	}{
		{"/homehealth/sunrise/matrix", []string{"Permission", "Held by", "Notes", "As written"}, 3},
		{"/performance/compass/matrix", []string{"Permission", "Held by", "Notes"}, 1},
		{"/homehealth/sunrise/user?id=ada@sunrise.example", []string{"Roles", "Given by", "Effective permissions"}, 0},
		{"/office/office/matrix", []string{"Revision 12", "2030-03-04"}, 1},
		{"/office/office/user?id=ann", []string{"Effective permissions", "revision 12"}, 0},
		{"/office/office/audit", []string{"Time (UTC)", "Details", "revision 12"}, 0},
	} {
		for _, across := range []bool{false, true} {
			t.Run(test.path+map[bool]string{false: " upright", true: " across"}[across], func(t *testing.T) {
				options, width := []chromedp.PDFOption{chromedp.PDFPaper(chromedp.PaperA4)}, int64(portrait)
				if across {
					options, width = append(options, chromedp.PDFLandscape()), landscape
				}
				b.Visit(test.path, width)
				b.SetPrint(true)
				b.Fits(test.path)
				texts := browser.Eval[[]string](b, printed)
				date := browser.Eval[string](b, `document.querySelector("footer.bottom time").textContent`)
				b.SetPrint(false)
				sheets := browser.Sheets(t, browser.Get(b, chromedp.PrintToPDF(options...)))
				got, heads := "", 0
				for i, sheet := range sheets {
					got += strings.ToLower(sheet.Text) // Small titles are in capitals.
					heads += strings.Count(sheet.Text, "Heldby")
					if len(sheet.Outside) > 0 {
						t.Errorf("beyond the edge of sheet %d: %q", i+1, sheet.Outside)
					}
				}
				count := map[string]int{}
				for _, text := range texts {
					count[strings.ToLower(browser.Squeezed(text))]++
				}
				if len(count) < 20 {
					t.Fatalf("only %d texts are shown: %q", len(count), texts)
				}
				for text, wanted := range count {
					if found := strings.Count(got, text); found < wanted {
						t.Errorf("%q is printed %d times, and shown %d times", text, found, wanted)
					}
				}
				for _, text := range append(test.shows, date) {
					if !strings.Contains(got, strings.ToLower(browser.Squeezed(text))) {
						t.Errorf("%q is not printed", text)
					}
				}
				if heads < test.heads {
					t.Errorf("the names of roles stand on %d of %d sheets", heads, len(sheets))
				}
				b.Check(test.path)
			})
		}
	}
}
