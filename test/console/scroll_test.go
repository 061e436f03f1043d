// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/rolewright/rolewright/test/browser"
)

// Differences of grey, of 255, from that of the paper: what nobody sees, and what everybody does.
const (
	unseen = 3
	seen   = 12
)

// TestWhatScrollsSaysSo: where a table is wider than the window, the edge beyond which there is more is in shade, and no other one; with each
// set of colours.
func TestWhatScrollsSaysSo(t *testing.T) {
	b := browser.Open(t, serve(t, "../../config/samples/contracts", "../../config/samples/homehealth"))
	for name, features := range map[string][]*emulation.MediaFeature{
		"light": {{Name: "prefers-color-scheme", Value: "light"}}, "dark": {{Name: "prefers-color-scheme", Value: "dark"}},
		"more contrast": {{Name: "prefers-contrast", Value: "more"}}, "colours of the system": {{Name: "forced-colors", Value: "active"}},
	} {
		t.Run(name, func(t *testing.T) {
			browser.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
			b.Visit("/contracts/contracts/users", 360)
			for _, test := range []struct {
				at          string
				left, right bool
			}{{"0", false, true}, {"(e.scrollWidth - e.clientWidth) / 2", true, true}, {"e.scrollWidth", true, false}} {
				left, right := edgesOf(b, ".scroll", test.at, 0.5)
				if isShade(t, left) != test.left || isShade(t, right) != test.right {
					t.Errorf("scrolled to %s, the edges differ from paper by %d and %d", test.at, left, right)
				}
			}
			b.Visit("/contracts/contracts/users", 1920)
			if left, right := edgesOf(b, ".scroll", "0", 0.5); isShade(t, left) || isShade(t, right) {
				t.Errorf("where all is seen, the edges differ from paper by %d and %d", left, right)
			}
			// The cells of a matrix are coloured where they say something: the others are in shade.
			b.Visit("/homehealth/sunrise/matrix", 360)
			if _, right := edgesOf(b, ".matrix-scroll", "0", 0.05); !isShade(t, right) {
				t.Errorf("the right edge of a matrix differs from paper by %d", right)
			}
			if _, right := edgesOf(b, ".matrix-scroll", "e.scrollWidth", 0.97); isShade(t, right) {
				t.Errorf("at its end, the right edge of a matrix differs from paper by %d", right)
			}
			b.Check(name)
		})
	}
}

// TestRowsThatAPhoneShowsWhole: who approves, where approvers lack, and what became of a request are read on a phone without scrolling
// sideways.
func TestRowsThatAPhoneShowsWhole(t *testing.T) {
	b := browser.Open(t, serve(t, "../../config/samples/contracts", saved))
	for path, region := range map[string]string{
		"/contracts/contracts/unit?name=hospital-1": "Approvers",
		"/contracts/contracts":                      "Approval chains",
		"/office/office/request?name=access-1":      "What has happened",
	} {
		b.Visit(path, 360)
		if beside := browser.Eval[int](b, fmt.Sprintf(`(e => e.scrollWidth - e.clientWidth)(document.querySelector('.scroll[aria-label=%q]'))`, region)); beside != 0 {
			t.Errorf("%s: %d pixels of %q are out of sight", path, beside, region)
		}
	}
}

// isShade reports whether a difference of grey is seen. It fails if one sees it or not.
func isShade(t *testing.T, difference int) bool {
	t.Helper()
	if difference > unseen && difference < seen {
		t.Errorf("a difference of %d is neither seen nor unseen", difference)
	}
	return difference >= seen
}

// edgesOf scrolls an element to a place, an expression about the element e, and returns how much the grey right within its left and its right edge
// differs from that of its background, below its head: the given part of the pixels differs no more.
func edgesOf(b *browser.Tab, selector, at string, part float64) (left, right int) {
	b.Helper()
	edges := browser.Eval[[]int](b, fmt.Sprintf(`(e => {
		e.scrollIntoView({block: "center", behavior: "instant"});
		e.scrollLeft = %s;
		const r = e.getBoundingClientRect(), paper = getComputedStyle(e).backgroundColor.match(/\d+/g);
		return [r.left, r.right, Math.max(r.top + 0.6 * r.height, 0), Math.min(r.top + 0.95 * r.height, innerHeight), ...paper.slice(0, 3)].map(x => Math.round(x));
	})(document.querySelector(%q))`, at, selector))
	picture, err := png.Decode(bytes.NewReader(browser.Get(b, chromedp.CaptureScreenshot())))
	if err != nil {
		b.Fatal(err)
	}
	paper := grey(color.RGBA{R: uint8(edges[4]), G: uint8(edges[5]), B: uint8(edges[6]), A: 255})
	differs := func(x int) int {
		var all []int
		for y := edges[2]; y < edges[3]; y++ {
			all = append(all, max(paper-grey(picture.At(x, y)), grey(picture.At(x, y))-paper))
		}
		slices.Sort(all)
		return all[min(int(part*float64(len(all))), len(all)-1)]
	}
	// One pixel is the border.
	return differs(edges[0] + 3), differs(edges[1] - 4)
}

func grey(c color.Color) int { return int(color.GrayModel.Convert(c).(color.Gray).Y) }
