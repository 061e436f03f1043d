// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"strconv"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// mostTabs is how often the key Tab is pressed to get to an element: a page on which it takes more is not made for the keyboard.
const mostTabs = 150

// Press presses keys, which go to what has the focus.
func (b *Tab) Press(keys string) {
	b.Helper()
	b.Run(chromedp.KeyEvent(keys))
}

// TabTo presses the key Tab until what a selector names has the focus. No script moves the focus: it goes where the page lets it go.
func (b *Tab) TabTo(selector string) {
	b.Helper()
	b.TabUntil(`document.activeElement.matches(` + strconv.Quote(selector) + `)`)
}

// BackTo presses the key Tab with Shift until what a selector names has the focus.
func (b *Tab) BackTo(selector string) {
	b.Helper()
	b.pressUntil(`document.activeElement.matches(`+strconv.Quote(selector)+`)`, chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
}

// TabUntil presses the key Tab until an expression is true in the page.
func (b *Tab) TabUntil(expression string) {
	b.Helper()
	b.pressUntil(expression, chromedp.KeyEvent(kb.Tab))
}

// pressUntil presses a key until an expression is true in the page.
func (b *Tab) pressUntil(expression string, key chromedp.Action[chromedp.Void]) {
	b.Helper()
	for range mostTabs {
		if Eval[bool](b, expression) {
			return
		}
		b.Run(key)
	}
	b.Fatalf("the key Tab does not lead to %s: it leads to %s", expression, Eval[string](b, `document.activeElement.outerHTML.slice(0, 200)`))
}
