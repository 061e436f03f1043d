// SPDX-License-Identifier: Apache-2.0

package console_test

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

// browser is a tab of Chromium, and what it complained about.
type browser struct {
	*testing.T
	ctx  context.Context
	root string

	mu       sync.Mutex
	problems []string
}

// require skips a test that lacks something, unless nothing may be lacking.
func require(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("ROLEWRIGHT_BROWSER") == "required" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// chromium returns the path of the browser.
func chromium(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("ROLEWRIGHT_CHROMIUM"); path != "" {
		return path
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		require(t, "there is no Chromium: apt-get install chromium, or name one in ROLEWRIGHT_CHROMIUM")
	}
	return path
}

// newBrowser opens a tab for a console at an address.
func newBrowser(t *testing.T, root string) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true))
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b := &browser{T: t, ctx: ctx, root: root}
	host, err := url.Parse(root)
	if err != nil {
		t.Fatal(err)
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
		t.Fatal(err)
	}
	call(b, log.Enable, cdp.Empty{})
	call(b, network.Enable, network.EnableParams{})
	return b
}

// call sends a command of the DevTools protocol.
func call[P, R any](b *browser, command cdp.Command[P, R], parameters P) {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, command, parameters); err != nil {
		b.Fatal(err)
	}
}

func (b *browser) complain(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, what)
}

// check fails if the browser complained since the last check.
func (b *browser) check(where string) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, problem := range b.problems {
		b.Errorf("%s: %s", where, problem)
	}
	b.problems = nil
}

// run does some steps.
func (b *browser) run(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	get(b, chromedp.Steps(steps...))
}

// get does a step that has a result.
func get[T any](b *browser, step chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, timeout)
	defer cancel()
	result, err := chromedp.Run(ctx, step)
	if err != nil {
		b.Fatal(err)
	}
	return result
}

// visit opens a page in a window of a width.
func (b *browser) visit(path string, width int64) {
	b.Helper()
	b.run(chromedp.EmulateViewport(width, 900), chromedp.Navigate(b.root+path), chromedp.WaitReady("#main"))
}

// setDark switches between light and dark.
func (b *browser) setDark(dark bool) {
	b.Helper()
	value := "light"
	if dark {
		value = "dark"
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}},
	})
}

// eval evaluates an expression in the page.
func eval[T any](b *browser, expression string) T {
	b.Helper()
	return get(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// waitFor waits until an expression is true in the page.
func (b *browser) waitFor(expression string) {
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

// fits fails if a page is wider than its window.
func (b *browser) fits(where string) {
	b.Helper()
	sizes := eval[[]int](b, `[document.documentElement.scrollWidth, document.documentElement.clientWidth]`)
	if sizes[0] > sizes[1] {
		wide := eval[[]string](b, `[...document.querySelectorAll("main *, header *, nav *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .matrix-scroll, .tabs, figure")).slice(0, 5).map(e => e.tagName + "." + e.className)`)
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

// axe returns the source of axe-core.
func axe(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../../bin/axe.min.js")
	if err != nil {
		require(t, "there is no axe-core: make axe")
	}
	return string(source)
}

// isAccessible fails if axe-core finds anything on the page.
func (b *browser) isAccessible(where, axe string) {
	b.Helper()
	eval[bool](b, axe+"; true")
	found := eval[string](b, `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`)
	var violations []violation
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		b.Fatal(err)
	}
	for _, v := range violations {
		b.Errorf("%s: %s: %s", where, v.ID, describe(&v))
	}
}

func describe(v *violation) string {
	text := v.Help
	for i, node := range v.Nodes {
		if i == 3 {
			text += fmt.Sprintf("\n  and %d more", len(v.Nodes)-i)
			break
		}
		text += "\n  " + node.HTML + ": " + strings.ReplaceAll(node.FailureSummary, "\n", " ")
	}
	return text
}
