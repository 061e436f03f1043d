// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// timeout bounds what a browser is waited for.
const timeout = 60 * time.Second

// Tab is a tab of Chromium, and what it complained about.
type Tab struct {
	testing.TB
	ctx  context.Context
	root string

	mu       sync.Mutex
	problems []string
}

// require skips a test that lacks something, unless nothing may be lacking.
func require(tb testing.TB, what string) {
	tb.Helper()
	if os.Getenv("ROLEWRIGHT_BROWSER") == "required" {
		tb.Fatal(what)
	}
	tb.Skip(what)
}

// chromium returns the path of the browser.
func chromium(tb testing.TB) string {
	tb.Helper()
	if path := os.Getenv("ROLEWRIGHT_CHROMIUM"); path != "" {
		return path
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		require(tb, "there is no Chromium: apt-get install chromium, or name one in ROLEWRIGHT_CHROMIUM")
	}
	return path
}

// Browser is a Chromium that runs until a test is over.
type Browser struct {
	ctx context.Context
}

// Start starts a browser.
func Start(tb testing.TB, options ...chromedp.ExecAllocatorOption) *Browser {
	tb.Helper()
	options = append(append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(tb)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(tb.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true)),
		options...)
	allocator, cancel := chromedp.NewExecAllocator(tb.Context(), options...)
	tb.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	tb.Cleanup(cancel)
	if _, err := chromedp.Run(ctx, chromedp.Steps()); err != nil {
		tb.Fatal(err)
	}
	return &Browser{ctx: ctx}
}

// Open starts a browser, and opens a tab for a console at an address.
func Open(tb testing.TB, root string) *Tab {
	tb.Helper()
	return Start(tb).Open(tb, root)
}

// Open opens a tab for a console at an address, for a test that may run beside others. Requests may also go to the other addresses; what
// the browser says of these is not the console's.
func (b *Browser) Open(tb testing.TB, root string, others ...string) *Tab {
	tb.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewWindow(true))
	tb.Cleanup(cancel)
	t := &Tab{TB: tb, ctx: ctx, root: root}
	hostOf := func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			tb.Fatal(err)
		}
		return u.Host
	}
	foreign := map[string]bool{}
	for _, address := range others {
		foreign[hostOf(address)] = true
	}
	err := chromedp.Listen(ctx, func(event any) {
		switch event := event.(type) {
		case *log.EventEntryAdded:
			isBad := event.Entry.Level == log.EntryLevelError || event.Entry.Level == log.EntryLevelWarning
			if isBad && (event.Entry.URL == "" || !foreign[hostOf(event.Entry.URL)]) {
				t.complain("log: " + event.Entry.Text + " " + event.Entry.URL)
			}
		case *runtime.EventExceptionThrown:
			t.complain("exception: " + event.ExceptionDetails.Text)
		case *network.EventRequestWillBeSent:
			to := hostOf(event.Request.URL)
			if !strings.HasPrefix(event.Request.URL, "data:") && to != hostOf(root) && !foreign[to] {
				t.complain("a request to " + event.Request.URL)
			}
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	Call(t, log.Enable, cdp.Empty{})
	Call(t, network.Enable, network.EnableParams{})
	return t
}

// Call sends a command of the DevTools protocol.
func Call[P, R any](b *Tab, command cdp.Command[P, R], parameters P) {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, command, parameters); err != nil {
		b.Fatal(err)
	}
}

func (b *Tab) complain(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, what)
}

// Problems returns what the browser complained about since they were last asked for.
func (b *Tab) Problems() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	problems := b.problems
	b.problems = nil
	return problems
}

// Check fails if the browser complained since the last check.
func (b *Tab) Check(where string) {
	b.Helper()
	for _, problem := range b.Problems() {
		b.Errorf("%s: %s", where, problem)
	}
}

// Run does some steps.
func (b *Tab) Run(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	Get(b, chromedp.Steps(steps...))
}

// Get does a step that has a result.
func Get[T any](b *Tab, step chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, timeout)
	defer cancel()
	result, err := chromedp.Run(ctx, step)
	if err != nil {
		b.Fatal(err)
	}
	return result
}

// Visit opens a page in a window of a width.
func (b *Tab) Visit(path string, width int64) {
	b.Helper()
	b.Run(chromedp.EmulateViewport(width, 900), chromedp.Navigate(b.root+path), chromedp.WaitReady("#main"))
}

// Resize gives the window another width.
func (b *Tab) Resize(width int64) {
	b.Helper()
	b.Run(chromedp.EmulateViewport(width, 900))
}

// SetDark switches between light and dark.
func (b *Tab) SetDark(dark bool) {
	b.Helper()
	value := "light"
	if dark {
		value = "dark"
	}
	b.setMedia("", value)
}

// SetPrint shows the page as it would be printed, or as on a screen.
func (b *Tab) SetPrint(printed bool) {
	b.Helper()
	media := ""
	if printed {
		media = "print"
	}
	b.setMedia(media, "light")
}

func (b *Tab) setMedia(media, scheme string) {
	b.Helper()
	Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// Eval evaluates an expression in the page.
func Eval[T any](b *Tab, expression string) T {
	b.Helper()
	return Get(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// WaitFor waits until an expression is true in the page.
func (b *Tab) WaitFor(expression string) {
	b.Helper()
	deadline := time.Now().Add(timeout)
	for {
		ctx, cancel := context.WithDeadline(b.ctx, deadline)
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(0)))
		cancel()
		switch {
		case err == nil:
			return
		case time.Now().After(deadline):
			b.Fatalf("%s does not become true: %v", expression, err)
		}
		// The page was left while it was looked at.
	}
}

// Fits fails if a page is wider than its window.
func (b *Tab) Fits(where string) {
	b.Helper()
	sizes := Eval[[]int](b, `[document.documentElement.scrollWidth, document.documentElement.clientWidth]`)
	if sizes[0] > sizes[1] {
		wide := Eval[[]string](b, `[...document.querySelectorAll("main *, header *, nav *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .matrix-scroll, .tabs, figure")).slice(0, 5).map(e => e.tagName + "." + e.className)`)
		b.Errorf("%s: %d wide in a window of %d: %v", where, sizes[0], sizes[1], wide)
	}
}

// Widths of windows, in pixels of CSS: a desk, a phone, and A4 within its margins.
const (
	desk  = 1920
	phone = 360
	paper = 718
)

// Look fails if the page that is open does not fit a desk, a phone or paper, or if axe-core finds anything on it, light or dark.
func (b *Tab) Look(where, axe string) {
	b.Helper()
	b.Resize(desk)
	b.Fits(where + " on a desk")
	b.Resize(phone)
	b.Fits(where + " on a phone")
	b.IsAccessible(where, axe)
	b.SetDark(true)
	b.HasContrast(where+" in the dark", axe)
	b.SetPrint(true)
	b.Resize(paper)
	b.Fits(where + " on paper")
	b.SetDark(false)
	b.Check(where)
}
