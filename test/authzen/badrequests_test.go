// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/rolewright/rolewright/internal/authzen"
)

// Limits of the service that the bad requests are sent to.
const (
	mostBytes       = 64 << 10
	mostDepth       = 16
	mostEvaluations = 50
	mostWait        = time.Second
)

// badRequest is a request that is to be refused, with a status and some text that says why.
type badRequest struct {
	name   string
	method string
	path   string
	header http.Header
	body   string
	status int
	text   string
}

const (
	evaluationPath  = "/access/v1/evaluation"
	evaluationsPath = "/access/v1/evaluations"
	subjectPath     = "/access/v1/search/subject"
	resourcePath    = "/access/v1/search/resource"
	actionPath      = "/access/v1/search/action"
	wellKnownPath   = "/.well-known/authzen-configuration"

	goodSubject  = `"subject":{"type":"user","id":"alice"}`
	goodAction   = `"action":{"name":"read"}`
	goodResource = `"resource":{"type":"record","id":"record-1"}`
	goodParts    = goodSubject + `,` + goodAction + `,` + goodResource
	goodBody     = `{` + goodParts + `}`
)

// asked is a bad body, sent to an endpoint.
func asked(name, path, body, text string) badRequest {
	return badRequest{name: name, method: http.MethodPost, path: path, body: body, status: http.StatusBadRequest, text: text}
}

// typed is a good body with another Content-Type.
func typed(name string, types []string, status int, text string) badRequest {
	return badRequest{name, http.MethodPost, evaluationPath, http.Header{"Content-Type": types}, goodBody, status, text}
}

func badPaths() []badRequest {
	var bad []badRequest
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, "BREW"} {
		bad = append(bad, badRequest{method + " of a question", method, evaluationPath, nil, "", http.StatusMethodNotAllowed, "use POST"})
	}
	for _, path := range []string{
		"/", "/access/v1/evaluation/", "/access/v1/Evaluation", "/access/v2/evaluation", "//access/v1/evaluation", "/authzen/access/v1/evaluation",
		"/authzen/scenario" + wellKnownPath + "/", "/authzen//access/v1/evaluation", "/authzen/scenario/x/access/v1/evaluation", "/healthz",
		"/authzen%2Fscenario%2Faccess/v1/search", "/authzen/scenario/../scenario/access/v1/evaluation",
	} {
		bad = append(bad, badRequest{"nothing at " + path, http.MethodPost, path, nil, goodBody, http.StatusNotFound, "there is nothing at"})
	}
	return append(bad,
		badRequest{"POST of metadata", http.MethodPost, wellKnownPath, nil, "{}", http.StatusMethodNotAllowed, "use GET, HEAD"},
		badRequest{"no such organization", http.MethodPost, "/authzen/other" + evaluationPath, nil, goodBody, http.StatusNotFound,
			`no organization "other" in namespace "authzen"`},
		badRequest{"no such namespace", http.MethodPost, "/other/scenario" + actionPath, nil, goodBody, http.StatusNotFound, `namespace "other"`},
		badRequest{"metadata of no such organization", http.MethodGet, wellKnownPath + "/authzen/other", nil, "", http.StatusNotFound, `organization "other"`},
		badRequest{"metadata of a namespace", http.MethodGet, wellKnownPath + "/authzen", nil, "", http.StatusNotFound, "there is nothing at"},
		badRequest{"metadata too deep", http.MethodGet, wellKnownPath + "/authzen/scenario/x", nil, "", http.StatusNotFound, "there is nothing at"},
	)
}

func badContent() []badRequest {
	wide := func(text string) string {
		var encoded []byte
		for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
			encoded = binary.LittleEndian.AppendUint16(encoded, unit)
		}
		return string(encoded)
	}
	long := `{"x":"` + strings.Repeat("x", mostBytes) + `"}`
	return []badRequest{
		typed("no content type", nil, 400, "Content-Type is given 0 times"),
		typed("plain text", []string{"text/plain"}, 400, `Content-Type is "text/plain": it must be application/json`),
		typed("two content types", []string{"application/json", "application/json"}, 400, "given 2 times"),
		typed("two content types in one", []string{"application/json, text/plain"}, 400, "it must be application/json"),
		typed("a content type cut short", []string{"application/"}, 400, "it must be application/json"),
		typed("a content type like JSON", []string{"application/problem+json"}, 400, "it must be application/json"),
		typed("another charset", []string{"application/json; charset=iso-8859-1"}, 400, `charset "iso-8859-1"`),
		typed("UTF-16 as declared", []string{"application/json; charset=utf-16"}, 400, `charset "utf-16"`),
		typed("broken parameters", []string{"application/json; charset"}, 400, "it must be application/json"),
		{"gzip", http.MethodPost, evaluationPath, http.Header{"Content-Encoding": {"gzip"}}, "\x1f\x8b\x08", 415, `Content-Encoding is "gzip"`},
		{"UTF-16", http.MethodPost, evaluationPath, nil, wide(goodBody), 400, "the body is not JSON"},
		{"a byte order mark", http.MethodPost, evaluationPath, nil, "\ufeff" + goodBody, 400, "the body is not JSON"},
		{"too large", http.MethodPost, evaluationPath, nil, long, 413, fmt.Sprintf("%d are allowed", mostBytes)},
		{"too large a search", http.MethodPost, "/authzen/scenario" + subjectPath, nil, long, 413, "are allowed"},
	}
}

func badJSON() []badRequest {
	property := func(name, value, text string) badRequest {
		return asked(name, evaluationPath,
			`{`+goodSubject+`,`+goodAction+`,"resource":{"type":"record","id":"record-1","properties":{"amount":`+value+`}}}`, text)
	}
	nested := func(open, inside, shut string, times int) string {
		return strings.Repeat(open, times) + inside + strings.Repeat(shut, times)
	}
	return []badRequest{
		asked("nothing", evaluationPath, "", "the body is empty"),
		asked("white space", evaluationsPath, " \n\t", "the body is empty"),
		asked("null", evaluationPath, "null", "the body is null: it must be an object"),
		asked("true", subjectPath, "true", "the body is a boolean: it must be an object"),
		asked("a number", resourcePath, "7", "the body is a number: it must be an object"),
		asked("a string", actionPath, `"x"`, "the body is a string: it must be an object"),
		asked("a list", evaluationsPath, `[`+goodBody+`]`, "the body is an array: it must be an object"),
		asked("two objects", evaluationPath, goodBody+goodBody, fmt.Sprintf("there is something after the JSON object, which ends after %d bytes: remove it", len(goodBody))),
		asked("garbage behind", evaluationPath, goodBody+"\n}", "there is something after"),
		asked("a zero behind", evaluationPath, goodBody+"\x00", "there is something after"),
		asked("cut short", evaluationPath, goodBody[:len(goodBody)-1], "it ends after"),
		asked("cut in a string", evaluationPath, `{"subject":{"type":"us`, "it ends after"),
		asked("single quotes", evaluationPath, `{'subject':1}`, "not JSON"),
		asked("a comment", evaluationPath, `{/* who */`+goodParts+`}`, "not JSON"),
		asked("a comma too many", evaluationPath, `{`+goodParts+`,}`, "not JSON"),
		asked("no colon", evaluationPath, `{"subject" "alice"}`, "not JSON"),
		asked("a name that is no string", evaluationPath, `{1:2}`, "not JSON"),
		asked("YAML", evaluationPath, "subject: {type: user}", "not JSON"),
		asked("a form", evaluationPath, "subject=alice&action=read", "not JSON"),
		property("not a number", `NaN`, "not JSON"),
		property("infinity", `Infinity`, "not JSON"),
		property("a number with a plus", `+1`, "not JSON"),
		property("a number with a zero before it", `01`, "not JSON"),
		property("a number without a zero before the dot", `.5`, "not JSON"),
		property("a hexadecimal number", `0x10`, "not JSON"),
		property("a number too large", `1e999`, "the number 1e999 is larger than an IEEE 754 double can be, at /resource/properties/amount"),
		property("a number too small", `-1e999`, "larger than an IEEE 754 double can be"),
		property("an integer that would change", `9007199254740993`, "does not hold the number 9007199254740993 exactly, at /resource/properties/amount: send it as a string"),
		property("a long integer that would change", `-`+strings.Repeat("9", 300), "does not hold the number"),
		property("an integer too long", strings.Repeat("9", 400), "larger than an IEEE 754 double can be"),
		property("invalid UTF-8", "\"\xff\"", "UTF-8"),
		property("invalid UTF-8 in a name", "{\"a\xc3\":1}", "UTF-8"),
		property("an overlong encoding", "\"\xc0\xaf\"", "UTF-8"),
		property("a surrogate in UTF-8", "\"\xed\xa0\x80\"", "UTF-8"),
		property("half a surrogate pair", `"\ud800"`, "surrogate"),
		property("a surrogate pair the wrong way round", `"\udc00\ud800"`, "surrogate"),
		property("an escape that is none", `"\x41"`, "not JSON"),
		property("a line break in a string", "\"a\nb\"", "not JSON"),
		property("arrays too deep", nested("[", "", "]", mostDepth), fmt.Sprintf("more than %d deep", mostDepth)),
		property("objects too deep", nested(`{"a":`, "1", "}", mostDepth), fmt.Sprintf("more than %d deep", mostDepth)),
		property("arrays beyond all depth", nested("[", "", "]", 20_000), "deep"),
		asked("too deep where nothing counts", evaluationPath, `{`+goodParts+`,"x":`+nested("[", "", "]", mostDepth)+`}`, "deep"),
		asked("an unknown field that is broken", evaluationPath, `{`+goodParts+`,"x":1e999}`, "larger than"),
	}
}

func badNames() []badRequest {
	return []badRequest{
		asked("a name twice", evaluationPath, `{`+goodParts+`,"subject":{"type":"user","id":"bob"}}`, `the body has the member "subject" twice`),
		asked("a name twice, once written otherwise", evaluationPath, `{`+goodParts+`,"\u0073ubject":{"type":"user","id":"bob"}}`, `"subject" twice`),
		asked("an id twice", evaluationPath, `{"subject":{"type":"user","id":"alice","id":"bob"},`+goodAction+`,`+goodResource+`}`,
			`the body has the member "id" twice, at /subject`),
		asked("a property twice", evaluationPath,
			`{`+goodSubject+`,`+goodAction+`,"resource":{"type":"record","id":"record-1","properties":{"status":1,"status":2}}}`, `"status" twice, at /resource/properties`),
		asked("a name twice, deep down", evaluationPath, `{`+goodParts+`,"context":{"a":[{"b":{"c":1,"d":2,"c":3}}]}}`, `"c" twice, at /context/a/0/b`),
		asked("a name twice where nothing counts", evaluationPath, `{`+goodParts+`,"x":{"y":1,"y":1}}`, `"y" twice, at /x`),
		asked("a name twice in an evaluation", evaluationsPath, `{`+goodParts+`,"evaluations":[{},{`+goodAction+`,`+goodAction+`}]}`, `"action" twice, at /evaluations/1`),
		asked("evaluations twice", evaluationsPath, `{`+goodParts+`,"evaluations":[{}],"evaluations":[]}`, `"evaluations" twice`),
		asked("an option twice", evaluationsPath, `{`+goodParts+`,"options":{"explain":true,"explain":false}}`, `"explain" twice, at /options`),
		asked("a token twice", subjectPath, `{`+goodParts+`,"page":{"token":"a","token":"b"}}`, `"token" twice, at /page`),
	}
}

// badFields are each field, missing, null and of the wrong type, wherever it is needed.
func badFields() []badRequest {
	whole := map[string]map[string]string{
		"subject": {"type": `"user"`, "id": `"alice"`}, "action": {"name": `"read"`}, "resource": {"type": `"record"`, "id": `"record-1"`},
	}
	body := func(entity, member, value string) string {
		var parts []string
		for _, name := range []string{"subject", "action", "resource"} {
			var members []string
			for _, key := range []string{"type", "id", "name"} {
				text, has := whole[name][key]
				if name == entity && key == member {
					text, has = value, value != ""
				}
				if has {
					members = append(members, `"`+key+`":`+text)
				}
			}
			text := "{" + strings.Join(members, ",") + "}"
			if name == entity && member == "" {
				text = value
			}
			if text != "" {
				parts = append(parts, `"`+name+`":`+text)
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	searched := map[string]string{subjectPath: "subject.id", resourcePath: "resource.id", actionPath: "action.name"}
	var bad []badRequest
	for _, path := range []string{evaluationPath, evaluationsPath, subjectPath, resourcePath, actionPath} {
		for _, field := range []string{
			"subject", "subject.type", "subject.id", "action", "action.name", "resource", "resource.type", "resource.id",
		} {
			if field == searched[path] {
				continue
			}
			entity, member, _ := strings.Cut(field, ".")
			wanted := "a string"
			if member == "" {
				wanted = "an object"
			}
			for value, is := range map[string]string{"": "missing", "null": "null", "7": "a number", "[]": "an array", "true": "a boolean"} {
				if path == actionPath && field == "action" && is == "missing" {
					continue
				}
				bad = append(bad, asked(field+" is "+is, path, body(entity, member, value), field+" is "+is+": it must be "+wanted))
			}
		}
		for _, field := range []string{"subject", "action", "resource"} {
			text := strings.Replace(goodBody, `"`+field+`":{`, `"`+field+`":{"properties":"x",`, 1)
			bad = append(bad, asked("properties of "+field, path, text, field+".properties is a string: it must be an object"))
		}
		bad = append(bad, asked("context", path, `{`+goodParts+`,"context":[]}`, "context is an array: it must be an object"))
	}
	return bad
}

func badOptions() []badRequest {
	var bad []badRequest
	for _, path := range []string{subjectPath, resourcePath, actionPath} {
		for value, text := range map[string]string{
			`7`: "page is a number: it must be an object", `{"token":7}`: "page.token is 7: it must be a string",
			`{"token":"x"}`: "page.token is not a next_token of this service", `{"limit":-1}`: "page.limit is -1: it must be a whole number",
			`{"limit":1.5}`: "page.limit is 1.5", `{"limit":"1"}`: `page.limit is "1"`, `{"limit":1e999}`: "larger than",
			`{"limit":[]}`: "page.limit is an array",
		} {
			bad = append(bad, asked("page "+value, path, `{`+goodParts+`,"page":`+value+`}`, text))
		}
	}
	return append(bad,
		asked("options", evaluationsPath, `{`+goodParts+`,"options":[]}`, "options is an array: it must be an object"),
		asked("explain", evaluationsPath, `{`+goodParts+`,"options":{"explain":"yes"}}`, `options.explain is "yes": it must be true or false`),
		asked("an unknown semantic", evaluationsPath, `{`+goodParts+`,"options":{"evaluations_semantic":"first"},"evaluations":[{}]}`,
			`options.evaluations_semantic is "first": it must be "execute_all", "deny_on_first_deny" or "permit_on_first_permit"`),
		asked("a semantic that is a number", evaluationsPath, `{`+goodParts+`,"options":{"evaluations_semantic":1},"evaluations":[{}]}`, "evaluations_semantic is 1"),
		asked("evaluations", evaluationsPath, `{`+goodParts+`,"evaluations":{}}`, "evaluations is an object: it must be an array"),
		asked("too many evaluations", evaluationsPath, `{`+goodParts+`,"evaluations":[{}`+strings.Repeat(",{}", mostEvaluations)+`]}`,
			fmt.Sprintf("more than %d evaluations", mostEvaluations)),
		asked("a broken default", evaluationsPath, `{"subject":{"type":"user"},`+goodAction+`,"evaluations":[{`+goodSubject+`,`+goodResource+`},{`+goodResource+`}]}`,
			"subject.id is missing"),
	)
}

// record is a log that may be read while it is written.
type record struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (r *record) Write(text []byte) (int, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.text.Write(text)
}

func (r *record) String() string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.text.String()
}

// limited runs the service with limits. It fails the test if the service panics.
func limited(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(authzen.NewHandler(&scenario{index: fixture(t)}, authzen.Options{
		MaxBytes: mostBytes, MaxDepth: mostDepth, MaxEvaluations: mostEvaluations,
	}))
	logged := &record{}
	server.Config.ErrorLog = log.New(logged, "", 0)
	server.Config.ReadTimeout = mostWait
	server.Start()
	t.Cleanup(func() {
		server.Close()
		if text := logged.String(); strings.Contains(text, "panic") {
			t.Errorf("the service panics: %s", text)
		}
	})
	return server
}

// TestBadRequests: each is refused with its status and with text that says what is wrong; the service decides all the same.
func TestBadRequests(t *testing.T) {
	server := limited(t)
	count := 0
	for _, group := range [][]badRequest{badPaths(), badContent(), badJSON(), badNames(), badFields(), badOptions()} {
		for _, bad := range group {
			count++
			t.Run(bad.name, func(t *testing.T) { refused(t, server, &bad) })
		}
	}
	if count < 60 {
		t.Errorf("%d bad requests are sent", count)
	}
	stillRight(t, server)
}

func refused(t *testing.T, server *httptest.Server, bad *badRequest) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), bad.method, server.URL, strings.NewReader(bad.body))
	if err != nil {
		t.Fatal(err)
	}
	// The path goes out as it is written.
	request.URL.Opaque = strings.TrimPrefix(server.URL, "http:") + bad.path
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Request-Id", "bad-7")
	maps.Copy(request.Header, bad.header)
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	told := strings.Contains(string(text), bad.text) || bad.method == http.MethodHead
	if response.StatusCode != bad.status || !told {
		t.Errorf("%s %s %.200q: status %d, %q; expected %d, %q", bad.method, bad.path, bad.body, response.StatusCode, text, bad.status, bad.text)
	}
	if media := response.Header.Get("Content-Type"); !strings.HasPrefix(media, "text/plain") {
		t.Errorf("the error is said as %s", media)
	}
	if id := response.Header.Get("X-Request-ID"); id != "bad-7" && bad.header["X-Request-Id"] == nil {
		t.Errorf("X-Request-ID is %q", id)
	}
	if bad.status == http.StatusMethodNotAllowed && response.Header.Get("Allow") == "" {
		t.Error("the answer does not say which method is allowed")
	}
}

// stillRight asks what has an answer.
func stillRight(t *testing.T, server *httptest.Server) {
	t.Helper()
	for _, good := range []struct{ path, media, body, want string }{
		{evaluationPath, "application/json", goodBody, `{"decision":true}`},
		{evaluationPath, "Application/JSON; Charset=UTF-8", strings.Replace(goodBody, "alice", "eve", 1), `{"decision":false}`},
		{evaluationsPath, "application/json", `{` + goodParts + `,"evaluations":[{},{"action":{"name":"fly"}}]}`, `{"evaluations":[{"decision":true},{"decision":false}]}`},
		{subjectPath, "application/json", goodBody, `{"results":[{"type":"user","id":"alice"},{"type":"user","id":"bob"}]}`},
		{evaluationPath, "application/json", `{` + goodParts + `,"context":{"n":[9007199254740992,18014398509481984,-0,0.1,1e308]}}`, `{"decision":true}`},
		{evaluationPath, "application/json", `{` + goodParts + `,"x":` + strings.Repeat("[", mostDepth-1) + strings.Repeat("]", mostDepth-1) + `}`, `{"decision":true}`},
	} {
		response, err := server.Client().Post(server.URL+good.path, good.media, strings.NewReader(good.body))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK || string(text) != good.want {
			t.Errorf("%s %s: %d %s, expected %s (%v)", good.path, good.body, response.StatusCode, text, good.want, err)
		}
	}
}
