// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/fromfiles"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/test/browser"
)

// hostile is markup that a fault of the console would let a stranger write into a page. OTHER is the address of their server.
const hostile = `
<form id="away" method="post" action="OTHER/form"><input name="secret" value="kept"><button>Go on</button></form>
<form id="turned" method="post" action="/-/decide"><button formaction="OTHER/formaction">Go on</button></form>
<script>window.ran = (window.ran ?? []).concat("inline script")</script>
<script src="OTHER/script.js"></script>
<img src="OTHER/image.png" onerror="window.ran = (window.ran ?? []).concat('handler of an event')">
<a id="link" href="javascript:window.ran = (window.ran ?? []).concat('address')">Go on</a>
<style>#styled { position: absolute; left: 12345px }</style>
<p id="styled" style="top: 12345px">styled</p>
<link rel="stylesheet" href="OTHER/style.css">
<iframe src="OTHER/frame"></iframe>
<object data="OTHER/object"></object>
<audio src="OTHER/audio.ogg"></audio>
<link rel="manifest" href="OTHER/app.json">
<base href="OTHER/">
<a id="ping" href="#main" ping="OTHER/ping">Go on</a>
<div id="evaluated" hx-on:click="window.ran = (window.ran ?? []).concat('attribute of htmx')">Go on</div>
`

// stranger is a server of someone else, and what browsers asked it for.
type stranger struct {
	*httptest.Server
	mutex sync.Mutex
	asked map[string]bool
}

func newStranger(t *testing.T) *stranger {
	t.Helper()
	s := &stranger{asked: map[string]bool{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.asked[r.URL.Path] = true
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "*")
		if r.URL.Path == "/script.js" {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte(`window.ran = (window.ran ?? []).concat("script of another")`))
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// paths returns what was asked for.
func (s *stranger) paths() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Sorted(maps.Keys(s.asked))
}

// injected serves a console into whose pages a stranger has got markup, with its policy or without.
func injected(t *testing.T, markup string, protected bool) string {
	t.Helper()
	source, err := fromfiles.New(t.Context(), []string{"../../config/samples/quickstart"}, &manifests.Reader{Namespace: "default"}, logr.Discard())
	if err != nil {
		t.Fatal(err)
	}
	pages, err := console.New(console.Options{Source: source})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := httptest.NewRecorder()
		pages.ServeHTTP(got, r)
		maps.Copy(w.Header(), got.Header())
		if !protected {
			w.Header().Del("Content-Security-Policy")
		}
		w.WriteHeader(got.Code)
		_, _ = w.Write([]byte(strings.Replace(got.Body.String(), "</h1>", "</h1>"+markup, 1)))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// noting keeps what the policy of a page has blocked.
const noting = `window.blocked = [];
document.addEventListener("securitypolicyviolation", e => window.blocked.push(e.effectiveDirective + " " + e.blockedURI))`

// TestPolicy: whatever gets into a page, the browser runs none of it, asks no other host for anything, and sends no form there. Without the
// policy it does all of that, so it is the policy that prevents it.
func TestPolicy(t *testing.T) {
	chromium := browser.Start(t)
	for name, protected := range map[string]bool{"with the policy": true, "without it": false} {
		t.Run(name, func(t *testing.T) {
			other := newStranger(t)
			root := injected(t, strings.ReplaceAll(hostile, "OTHER", other.URL), protected)
			b := chromium.Open(t, root, other.URL)
			browser.Call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: noting})
			b.Visit("/", 1280)
			// The style sheet of the console has been applied, and htmx has run.
			b.WaitFor(`document.readyState === "complete" && getComputedStyle(document.querySelector("h1")).margin !== "" && "htmx" in window`)
			b.Run(chromedp.Click("#evaluated"))
			b.TabTo("#link")
			b.Press(kb.Enter)

			wanted := []string{"address", "attribute of htmx", "handler of an event", "inline script", "script of another"}
			ran := `(window.ran ?? []).toSorted().join()`
			styled := `getComputedStyle(document.querySelector("#styled")).left === "12345px" && getComputedStyle(document.querySelector("#styled")).top === "12345px"`
			if !protected {
				b.WaitFor(ran + ` === "` + strings.Join(wanted, ",") + `"`)
				b.WaitFor(styled)
			} else {
				b.WaitFor(`window.blocked.some(b => b.startsWith("script-src-attr"))`)
				if got := browser.Eval[string](b, ran); got != "" {
					t.Errorf("the page ran %s", got)
				}
				if browser.Eval[bool](b, `getComputedStyle(document.querySelector("#styled")).left === "12345px" || getComputedStyle(document.querySelector("#styled")).top === "12345px"`) {
					t.Error("the page is styled by what was written into it")
				}
			}
			b.TabTo("#ping")
			b.Press(kb.Enter)
			if !protected {
				// The base of the page makes the fragment an address of the other host.
				b.WaitFor(`location.href.startsWith("` + other.URL + `")`)
				b.Visit("/", 1280)
			}
			for i, form := range []string{"away", "turned"} {
				b.TabTo("#" + form + " button")
				b.Press(kb.Enter)
				if protected {
					b.WaitFor(fmt.Sprintf(`window.blocked.filter(b => b.startsWith("form-action")).length > %d`, i))
				} else {
					b.WaitFor(`location.href.startsWith("` + other.URL + `")`)
					b.Visit("/", 1280)
				}
			}
			_ = b.Problems() // The log of the browser says what it blocked.
			if !protected {
				for _, path := range []string{"/form", "/formaction", "/script.js", "/image.png", "/style.css", "/frame", "/object", "/audio.ogg", "/ping"} {
					if !slices.Contains(other.paths(), path) {
						t.Errorf("without the policy, the browser does not ask for %s: the test shows nothing of it", path)
					}
				}
				return
			}
			if got := other.paths(); len(got) > 0 {
				t.Errorf("the browser asked another host for %v", got)
			}
			blocked := browser.Eval[[]string](b, `window.blocked`)
			for _, directive := range []string{
				"form-action", "script-src-elem inline", "script-src-attr inline", "script-src-elem http", "img-src http", "style-src-elem inline",
				"style-src-attr inline", "style-src-elem http", "frame-src", "object-src", "media-src", "base-uri", "connect-src",
			} {
				if !slices.ContainsFunc(blocked, func(text string) bool { return strings.HasPrefix(text, directive) }) {
					t.Errorf("nothing says that %s was blocked: %v", directive, blocked)
				}
			}
		})
	}
}
