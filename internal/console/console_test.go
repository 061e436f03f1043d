// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
)

// now is the time of the pages.
var now = time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)

// source is a source of one state.
type source struct {
	state *state.State
	err   error
}

func (s source) State(context.Context) (*state.State, error) { return s.state, s.err }

// stateOf returns the state of manifests in files.
func stateOf(t *testing.T, paths ...string) *state.State {
	t.Helper()
	input, err := validation.Load(&manifests.Reader{Namespace: "default"}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	s, err := state.New(input, "1", now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pagesOf returns a console of a state.
func pagesOf(t *testing.T, of source) http.Handler {
	t.Helper()
	handler, err := console.New(console.Options{Source: of, Clock: func() time.Time { return now }, Footer: "Test"})
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func get(handler http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	r.Host = "localhost:8421"
	handler.ServeHTTP(w, r)
	return w
}

var links = regexp.MustCompile(`(?:href|src|hx-get|action)="([^"]*)"`)

// TestEveryLinkLeadsSomewhere follows every link of every page of all samples.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "../../config/samples")})
	known, waiting := map[string]bool{"/": true}, []string{"/"}
	kinds := map[string]int{}
	for len(waiting) > 0 {
		path := waiting[0]
		waiting = waiting[1:]
		w := get(handler, path)
		if w.Code != http.StatusOK && (w.Code != http.StatusNoContent || !strings.HasPrefix(path, "/-/live")) {
			t.Errorf("%s: %d %s", path, w.Code, between(w.Body.String(), `role="alert">`, "</p>"))
		}
		kinds[strings.Split(path[strings.LastIndex(path, "/")+1:], "?")[0]]++
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue
		}
		if mayLeadAway(w) {
			t.Errorf("%s leads away by itself", path)
		}
		for _, match := range links.FindAllStringSubmatch(w.Body.String(), -1) {
			link, fragment, _ := strings.Cut(html.UnescapeString(match[1]), "#")
			switch {
			case link == "" && fragment != "" && !strings.Contains(w.Body.String(), ` id="`+html.EscapeString(fragment)+`"`):
				t.Errorf("%s: #%s leads nowhere", path, fragment)
			case link != "" && !strings.HasPrefix(link, "/"):
				t.Errorf("%s: %q leads out of the console", path, link)
			case link != "" && !known[link]:
				known[link] = true
				waiting = append(waiting, link)
			}
		}
	}
	for _, page := range []string{"matrix", "roles", "role", "users", "user", "tree", "unit", "permission", "without", "ask", "findings", "changes", "object", "audit", "matrix.csv"} {
		if kinds[page] == 0 {
			t.Errorf("no link leads to a page %s", page)
		}
	}
}

func between(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	inner, _, _ := strings.Cut(rest, to)
	return inner
}

// nasty is markup in every text that people may write: a script, and what leads a browser away, which no policy forbids.
var nasty = []string{`"><script>alert(1)</script><img src=x onerror=alert(1)>'`, `"><meta http-equiv=refresh content=0;url=//evil.example>'`}

// TestTextsAreEscaped writes markup wherever a manifest takes text, and looks at every page for it.
func TestTextsAreEscaped(t *testing.T) {
	text, err := os.ReadFile("testdata/nasty.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, markup := range nasty {
		file := t.TempDir() + "/nasty.yaml"
		quoted := strings.ReplaceAll(strings.ReplaceAll(markup, `\`, `\\`), `"`, `\"`)
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(text), "NASTY", quoted)), 0o600); err != nil {
			t.Fatal(err)
		}
		handler, in, seen := pagesOf(t, source{state: stateOf(t, file)}), url.QueryEscape(markup), 0
		for _, path := range []string{
			"/", "/nasty/nasty", "/nasty/nasty/matrix", "/nasty/nasty/matrix?user=ann", "/nasty/nasty/roles", "/nasty/nasty/role?name=clerk",
			"/nasty/nasty/users", "/nasty/nasty/user?id=ann", "/nasty/nasty/tree", "/nasty/nasty/unit?name=nasty", "/nasty/nasty/permission?name=do",
			"/nasty/nasty/findings", "/nasty/nasty/audit?user=" + in + "&from=" + in, "/nasty/nasty/changes", "/nasty/nasty/without?role=clerk&as=" + in,
			"/nasty/nasty/ask?user=" + in + "&permission=" + in + "&properties=" + in, "/nasty/nasty/roles?text=" + in,
			"/nasty/nasty/matrix?role=" + in, "/nasty/nasty/role?name=" + in, "/-/search?q=" + in, "/-/search?q=n",
			"/-/object?kind=Role&namespace=nasty&name=clerk", "/-/object?kind=" + in, "/" + url.PathEscape(markup) + "/" + url.PathEscape(markup),
		} {
			w := get(handler, path)
			body := w.Body.String()
			if strings.Contains(body, "<script>alert") || strings.Contains(body, "<img") || mayLeadAway(w) {
				t.Errorf("%s: markup is not escaped", path)
			}
			if strings.Contains(body, "ZgotmplZ") {
				t.Errorf("%s: a value is filtered", path)
			}
			seen += strings.Count(body, html.EscapeString(markup[2:20]))
		}
		if seen < 20 {
			t.Errorf("%s is seen %d times", markup, seen)
		}
	}
}

// equivalent is an element that means what a header does.
var equivalent = regexp.MustCompile(`(?i)<meta[^>]*http-equiv`)

// mayLeadAway reports whether a browser may leave a page by itself. No page does that to those who need not log in.
func mayLeadAway(w *httptest.ResponseRecorder) bool {
	return equivalent.MatchString(w.Body.String()) || w.Header().Get("Refresh") != ""
}

func TestWhatBrowsersMayDo(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "../../config/samples/quickstart")})
	policy := get(handler, "/").Header().Get("Content-Security-Policy")
	for _, wanted := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} {
		if !strings.Contains(policy, wanted) {
			t.Errorf("the policy lacks %s: %s", wanted, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("the policy is %s", policy)
	}
	for name, test := range map[string]struct {
		host, method, site string
		want               int
	}{
		"this machine":                     {"localhost:8421", http.MethodGet, "", http.StatusOK},
		"its address":                      {"127.0.0.1:8421", http.MethodGet, "", http.StatusOK},
		"the other address":                {"[::1]:8421", http.MethodGet, "", http.StatusOK},
		"a name that leads to this one":    {"evil.example:8421", http.MethodGet, "", http.StatusMisdirectedRequest},
		"an address of another":            {"192.0.2.1", http.MethodGet, "", http.StatusMisdirectedRequest},
		"a form of this site":              {"localhost:8421", http.MethodPost, "same-origin", http.StatusOK},
		"a form of another site":           {"localhost:8421", http.MethodPost, "cross-site", http.StatusForbidden},
		"a form of another port":           {"localhost:8421", http.MethodPost, "same-site", http.StatusForbidden},
		"a link on another site to a page": {"localhost:8421", http.MethodGet, "cross-site", http.StatusOK},
	} {
		path := "/"
		if test.method == http.MethodPost {
			path = "/quickstart/quickstart/changes"
		}
		r := httptest.NewRequest(test.method, path, strings.NewReader("manifests="))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Host = test.host
		if test.site != "" {
			r.Header.Set("Sec-Fetch-Site", test.site)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != test.want {
			t.Errorf("%s: %d, want %d", name, w.Code, test.want)
		}
	}
}

// TestHTMX holds the one library that pages load to what was published as version 4.0.1.
func TestHTMX(t *testing.T) {
	content, err := os.ReadFile("static/htmx-4.0.1.min.js")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	if got := hex.EncodeToString(sum[:]); got != "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130" {
		t.Errorf("its digest is %s", got)
	}
}

func TestLive(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "../../config/samples/quickstart")})
	if w := get(handler, "/-/live?version=1"); w.Code != http.StatusNoContent || w.Header().Get("HX-Trigger") != "" {
		t.Errorf("the same version: %d %v", w.Code, w.Header())
	}
	if w := get(handler, "/-/live?version=0"); w.Header().Get("HX-Trigger") != "state-changed" {
		t.Errorf("another version: %v", w.Header())
	}
}

func TestFailures(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "../../config/samples/quickstart")})
	for path, want := range map[string]string{
		"/quickstart/other":                       "no organization quickstart/other",
		"/quickstart/quickstart/role?name=x":      "no role of that name",
		"/quickstart/quickstart/user?id=x":        "no user of that name",
		"/quickstart/quickstart/unit":             "no unit of that name",
		"/quickstart/quickstart/tree?unit=x":      "no unit of that name",
		"/quickstart/quickstart/without?role=x":   "no role of that name",
		"/quickstart/quickstart/administers?id=x": "no user or unit of that name",
		"/quickstart/quickstart/permission":       "no permission of that name",
		"/quickstart/quickstart/nothing":          "no page at this address",
		"/-/object?kind=Role&name=x":              "no Role/x",
		"/quickstart/quickstart/matrix.csv?role=": "section,permission",
	} {
		w := get(handler, path)
		if !strings.Contains(w.Body.String(), want) || strings.HasPrefix(want, "no ") && w.Code != http.StatusNotFound {
			t.Errorf("%s: %d, without %q", path, w.Code, want)
		}
	}
	w := get(pagesOf(t, source{err: errors.New("the cluster is away")}), "/")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "the cluster is away") {
		t.Errorf("without a state: %d %s", w.Code, w.Body.String())
	}
}

// TestAskAsksForWhatConditionsRead: what a condition reads and the question lacks has a field, and what is written there counts.
func TestAskAsksForWhatConditionsRead(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "../../config/samples/quickstart")})
	const path = "/quickstart/quickstart/ask?user=rosa@library.example&permission=loans.view"
	body := get(handler, path).Body.String()
	if !strings.Contains(body, `<input name="resource.properties.borrower"`) || !strings.Contains(body, "<h2>No</h2>") {
		t.Errorf("the page does not ask for the borrower: %s", between(body, "<h1>", "<footer"))
	}
	body = get(handler, path+"&resource.properties.borrower=rosa@library.example").Body.String()
	if !strings.Contains(body, "<h2>Yes</h2>") || !strings.Contains(body, "borrower=rosa@library.example</textarea>") {
		t.Errorf("the borrower does not count: %s", between(body, "<h1>", "<footer"))
	}
	if body := get(handler, path+"&x.y=1&resource.properties.=1&context.a.b=2").Body.String(); !strings.Contains(body, "<h2>No</h2>") {
		t.Errorf("paths that no question states: %s", between(body, "<h1>", "<footer"))
	}
}

// TestSearchFinds finds whatever has a name, and a part of a message of a finding, in whatever case.
func TestSearchFinds(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "testdata/saved.yaml", "../../config/samples/contracts")})
	for text, want := range map[string]string{
		"ACCESS-1":          "<h2>Requests</h2>",
		"ben":               "<h2>Users</h2>",
		"contract-author":   "<h2>Roles</h2>",
		"hospital 1":        "<h2>Units</h2>",
		"contracts.create":  "<h2>Permissions</h2>",
		"only one approver": "<h2>Findings</h2>",
		"office/office":     "<h2>Organizations</h2>",
		"hospitäl":          "Nothing has it in its name",
		"desk":              `name="q" value="desk"`,
	} {
		if body := get(handler, "/-/search?q="+url.QueryEscape(text)).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%q: no %s in %s", text, want, between(body, "<h1>", "<footer"))
		}
	}
}

// TestPublished: pages say when the revision was published that the manager names, not when there was first one.
func TestPublished(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "testdata/saved.yaml")})
	for _, page := range []string{"/", "/office/office"} {
		body := get(handler, page).Body.String()
		if !strings.Contains(body, "revision 12") || !strings.Contains(body, "2030-03-04 09:00") {
			t.Errorf("%s: %s", page, between(body, "<h1>", "<footer"))
		}
	}
}
