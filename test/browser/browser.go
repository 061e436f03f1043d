// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"encoding/json"
	"fmt"
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

// Open opens a tab for a console at an address.
func Open(tb testing.TB, root string) *Tab {
	tb.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(tb)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(tb.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true))
	allocator, cancel := chromedp.NewExecAllocator(tb.Context(), options...)
	tb.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	tb.Cleanup(cancel)
	b := &Tab{TB: tb, ctx: ctx, root: root}
	host, err := url.Parse(root)
	if err != nil {
		tb.Fatal(err)
	}
	err = chromedp.Listen(ctx, func(event any) {
		switch event := event.(type) {
		case *log.EventEntryAdded:
			if event.Entry.Level == log.EntryLevelError || event.Entry.Level == log.EntryLevelWarning {
				b.complain("log: " + event.Entry.Text + " " + event.Entry.URL)
			}
		case *runtime.EventExceptionThrown:
			b.complain("exception: " + event.ExceptionDetails.Text)
		case *network.EventRequestWillBeSent:
			if to, err := url.Parse(event.Request.URL); err != nil || to.Scheme != "data" && to.Host != host.Host {
				b.complain("a request to " + event.Request.URL)
			}
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	Call(b, log.Enable, cdp.Empty{})
	Call(b, network.Enable, network.EnableParams{})
	return b
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

// Check fails if the browser complained since the last check.
func (b *Tab) Check(where string) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, problem := range b.problems {
		b.Errorf("%s: %s", where, problem)
	}
	b.problems = nil
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

// SetDark switches between light and dark.
func (b *Tab) SetDark(dark bool) {
	b.Helper()
	value := "light"
	if dark {
		value = "dark"
	}
	Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}},
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

// violation is what axe-core finds.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	} `json:"nodes"`
}

// Axe returns the source of axe-core.
func Axe(tb testing.TB) string {
	tb.Helper()
	source, err := os.ReadFile("../../bin/axe.min.js")
	if err != nil {
		require(tb, "there is no axe-core: make axe")
	}
	return string(source)
}

// IsAccessible fails if axe-core finds anything on the page.
func (b *Tab) IsAccessible(where, axe string) {
	b.Helper()
	Eval[bool](b, axe+"; true")
	found := Eval[string](b, `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`)
	var violations []violation
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		b.Fatal(err)
	}
	for _, v := range violations {
		b.Errorf("%s: %s: %s", where, v.ID, describe(&v))
	}
}

func describe(v *violation) string {
	texts := []string{v.Help}
	for i, node := range v.Nodes {
		if i == 3 {
			texts = append(texts, fmt.Sprintf("and %d more", len(v.Nodes)-i))
			break
		}
		texts = append(texts, node.HTML+": "+strings.ReplaceAll(node.FailureSummary, "\n", " "))
	}
	return strings.Join(texts, "\n  ")
}
