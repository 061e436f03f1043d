// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestNothingStaysOfAQuestionForApprovers: what one question names does not count for the next, which reuses its memory.
func TestNothingStaysOfAQuestionForApprovers(t *testing.T) {
	doc := shop()
	doc.Chains = map[string]document.Chain{"refunds": {
		RequestType: "refund", When: "!has(resource.properties.amount) || resource.properties.amount > 10",
		Steps: []document.Step{{Name: "check", RequiredApprovals: 1, RequiredDenials: 1, Approvers: []document.Approver{{Type: document.ApproverTypeUsers, Users: []string{"ada", "ben"}}}}},
	}}
	handler := authzen.NewHandler(tenants{{namespace: "trade", organization: "shop", index: index(t, doc)}}, authzen.Options{})
	for range 50 {
		asks(t, handler, approvers, `{"requestType":"refund","requester":"ada","beneficiary":"ben","unit":"north","grant":null,"attributes":{"amount":11}}`,
			http.StatusOK, `{"chain":"refunds","steps":[{"name":"check","disposition":"Asked","replaced":"ben"}],"revision":7}`)
		asks(t, handler, approvers, `{"requestType":"refund","requester":"ada"}`,
			http.StatusOK, `{"chain":"refunds","steps":[{"name":"check","disposition":"Asked","approvers":["ben"]}],"revision":7}`)
		asks(t, handler, approvers, `{"requester":"ada"}`, http.StatusBadRequest, "requestType is missing: it must be a string")
	}
}

// TestLimitsExactlyMet: what comes up to a limit is answered, and one more is not.
func TestLimitsExactlyMet(t *testing.T) {
	body := `{` + adaSells + `,"context":{"a":[[1]]}}`
	handler := authzen.NewHandler(oneShop(t), authzen.Options{MaxDepth: 4, MaxEvaluations: 2, MaxBytes: int64(len(body))})
	nested := func(inner string) string { return `{` + adaSells + `,"context":{"a":` + inner + `}}` }
	asks(t, handler, evaluation, nested(`[[1]]`), http.StatusOK, yes)
	asks(t, handler, evaluation, nested(`[{}]`), http.StatusOK, yes)
	asks(t, handler, evaluation, nested(`[[[]]]`), http.StatusRequestEntityTooLarge,
		fmt.Sprintf("the body has %d bytes: %d are allowed", len(body)+1, len(body)))

	roomy := authzen.NewHandler(oneShop(t), authzen.Options{MaxDepth: 4, MaxEvaluations: 2})
	for inner, at := range map[string]string{`[[[]]]`: "/context/a/0/0", `[[1,{}]]`: "/context/a/0/1", `[0,[{}]]`: "/context/a/1/0"} {
		asks(t, roomy, evaluation, nested(inner), http.StatusBadRequest, "objects and arrays are nested more than 4 deep, at "+at)
	}
	asks(t, roomy, evaluations, `{`+adaSells+`,"evaluations":[{},{}]}`, http.StatusOK, answers(yes, yes))
	asks(t, roomy, evaluations, `{`+adaSells+`,"evaluations":[{},{},{}]}`, http.StatusBadRequest,
		"evaluations holds more than 2 evaluations, which are allowed in one request")
}

// TestBodiesOfUnknownLength: the limit counts what arrives where the client does not say how much it will be.
func TestBodiesOfUnknownLength(t *testing.T) {
	body := `{` + adaSells + `}`
	for limit, want := range map[int]reply{
		len(body):     {status: http.StatusOK, body: yes},
		len(body) - 1: {status: http.StatusRequestEntityTooLarge, body: fmt.Sprintf("the body has more than %d bytes, which are allowed", len(body)-1)},
	} {
		handler := authzen.NewHandler(oneShop(t), authzen.Options{MaxBytes: int64(limit)})
		r := httptest.NewRequest(http.MethodPost, "https://pdp.example.com"+evaluation, io.MultiReader(strings.NewReader(body)))
		r.Header.Set("Content-Type", "application/json")
		if got := do(handler, r); got.status != want.status || got.body != want.body {
			t.Errorf("at most %d bytes: %d %s", limit, got.status, got.body)
		}
	}
}

// broken is a body that ends in an error.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// TestBodiesThatCannotBeRead: the answer says whether it came too late.
func TestBodiesThatCannotBeRead(t *testing.T) {
	handler := authzen.NewHandler(oneShop(t), authzen.Options{})
	for _, c := range []struct {
		err    error
		status int
		want   string
	}{
		{os.ErrDeadlineExceeded, http.StatusRequestTimeout, "the body did not arrive in time: 4 bytes did"},
		{errors.New("reset"), http.StatusBadRequest, "the body cannot be read: reset"},
	} {
		r := httptest.NewRequest(http.MethodPost, "https://pdp.example.com"+evaluation, io.MultiReader(bytes.NewBufferString(`{"a"`), broken{c.err}))
		r.Header.Set("Content-Type", "application/json")
		if got := do(handler, r); got.status != c.status || got.body != c.want {
			t.Errorf("%v: %d %s", c.err, got.status, got.body)
		}
	}
}

// TestContentTypes: a body must be said to be JSON, once, and to be as it is.
func TestContentTypes(t *testing.T) {
	handler := authzen.NewHandler(oneShop(t), authzen.Options{})
	for _, c := range []struct {
		types    []string
		encoding string
		status   int
		want     string
	}{
		{[]string{"application/json"}, "", http.StatusOK, yes},
		{[]string{"application/json"}, "Identity", http.StatusOK, yes},
		{[]string{"Application/JSON; charset=UTF-8"}, "", http.StatusOK, yes},
		{[]string{"application/json; v=1"}, "", http.StatusOK, yes},
		{[]string{"application/json; charset=latin1"}, "", http.StatusBadRequest, `Content-Type has the charset "latin1": JSON is always UTF-8`},
		{[]string{"text/json"}, "", http.StatusBadRequest, `Content-Type is "text/json": it must be application/json`},
		{[]string{"application/json; v"}, "", http.StatusBadRequest, `Content-Type is "application/json; v": it must be application/json`},
		{[]string{";"}, "", http.StatusBadRequest, `Content-Type is ";": it must be application/json`},
		{nil, "", http.StatusBadRequest, "Content-Type is given 0 times: it must be given once, as application/json"},
		{
			[]string{"application/json", "application/json"}, "", http.StatusBadRequest,
			"Content-Type is given 2 times: it must be given once, as application/json",
		},
		{
			[]string{"application/json"}, "gzip", http.StatusUnsupportedMediaType,
			`Content-Encoding is "gzip": send the body as it is, without one`,
		},
	} {
		r := httptest.NewRequest(http.MethodPost, "https://pdp.example.com"+evaluation, strings.NewReader(`{`+adaSells+`}`))
		if r.Header["Content-Type"] = c.types; c.encoding != "" {
			r.Header.Set("Content-Encoding", c.encoding)
		}
		got := do(handler, r)
		if got.status != c.status || got.body != c.want || (got.header.Get("Accept-Encoding") != "") != (c.encoding == "gzip") {
			t.Errorf("%q, %q: %d %s", c.types, c.encoding, got.status, got.body)
		}
	}
}

// TestNumbers: an integer that a double does not hold exactly is refused, and so is what is no double; all others are taken.
func TestNumbers(t *testing.T) {
	handler := authzen.NewHandler(oneShop(t), authzen.Options{})
	for number, want := range map[string]string{
		"0": "", "-0.5": "", "1e3": "", "999999999999999": "", "9007199254740992": "", "-9007199254740992": "", "0.1234567890123456789": "",
		"1e308": "", "1E22": "", "100000000000000000000": "",
		"9007199254740993":      "an IEEE 754 double does not hold the number 9007199254740993 exactly, at /context/n: send it as a string",
		"-9007199254740993":     "an IEEE 754 double does not hold the number -9007199254740993 exactly, at /context/n: send it as a string",
		"100000000000000000001": "an IEEE 754 double does not hold the number 100000000000000000001 exactly, at /context/n: send it as a string",
		"1e309":                 "the number 1e309 is larger than an IEEE 754 double can be, at /context/n",
		"-1e999":                "the number -1e999 is larger than an IEEE 754 double can be, at /context/n",
		"9007199254740993" + strings.Repeat("0", 24): "an IEEE 754 double does not hold the number 9007199254740993" +
			strings.Repeat("0", 24) + " exactly, at /context/n: send it as a string",
		"9007199254740993" + strings.Repeat("0", 25): "an IEEE 754 double does not hold the number 9007199254740993" +
			strings.Repeat("0", 24) + "… exactly, at /context/n: send it as a string",
	} {
		status, body := http.StatusBadRequest, want
		if want == "" {
			status, body = http.StatusOK, yes
		}
		asks(t, handler, evaluation, `{`+adaSells+`,"context":{"n":`+number+`}}`, status, body)
	}
}

// TestWhatIsNoJSON: the answer says what is wrong with a body, and where.
func TestWhatIsNoJSON(t *testing.T) {
	handler := authzen.NewHandler(oneShop(t), authzen.Options{})
	for body, want := range map[string]string{
		``:                               "the body is empty: it must be a JSON object",
		` `:                              "the body is empty: it must be a JSON object",
		`{"context":{"a":1`:              "the body is not JSON: it ends after 17 bytes, in the middle, at /context",
		`{"context":{"a":1,"a":2}}`:      `the body has the member "a" twice, at /context: each name may stand once in an object`,
		`{"context":{},"context":{}}`:    `the body has the member "context" twice: each name may stand once in an object`,
		`{"context":{"\u0061":1,"a":2}}`: `the body has the member "a" twice, at /context: each name may stand once in an object`,
		`{` + adaSells + `} {}`:          fmt.Sprintf("there is something after the JSON object, which ends after %d bytes: remove it", len(adaSells)+2),
		`null`:                           "the body is null: it must be an object",
		`"x"`:                            "the body is a string: it must be an object",
		`7`:                              "the body is a number: it must be an object",
		`true`:                           "the body is a boolean: it must be an object",
		`[]`:                             "the body is an array: it must be an object",
	} {
		asks(t, handler, evaluation, body, http.StatusBadRequest, want)
	}
	for body, want := range map[string]string{
		`{"options":{"explain":1}}`:        "options.explain is 1: it must be true or false",
		`{"options":{"explain":"yes"}}`:    `options.explain is "yes": it must be true or false`,
		`{"options":{"explain":{"a":[]}}}`: "options.explain is an object: it must be true or false",
		`{"options":{"properties":[1]}}`:   "options.properties is an array: it must be true or false",
		`{"options":[]}`:                   "options is an array: it must be an object",
	} {
		asks(t, handler, evaluations, body, http.StatusBadRequest, want)
	}
	// Only requests for several evaluations have options in the standard.
	for _, options := range []string{`[]`, `"x"`, `7`, `null`, `{"explain":"yes"}`, `{"explain":null,"evaluations_semantic":7}`, `{"x":{"y":[]}}`} {
		asks(t, handler, evaluation, `{`+adaSells+`,"options":`+options+`}`, http.StatusOK, yes)
		asks(t, handler, searchSubject, `{`+adaSells+`,"options":`+options+`}`, http.StatusOK, `{"results":[{"type":"user","id":"ada"},{"type":"user","id":"ben"},{"type":"user","id":"dé"}]}`)
	}
	const semantics = `: it must be "execute_all", "deny_on_first_deny" or "permit_on_first_permit"`
	for value, want := range map[string]string{
		`"all"`: `"all"`, `7`: "7", `false`: "false",
		`"` + strings.Repeat("x", 100) + `"`: `"` + strings.Repeat("x", 100) + `"`,
		`"` + strings.Repeat("x", 101) + `"`: `"` + strings.Repeat("x", 100) + `"…`,
	} {
		asks(t, handler, evaluations, `{`+adaSells+`,"options":{"evaluations_semantic":`+value+`}}`, http.StatusBadRequest,
			"options.evaluations_semantic is "+want+semantics)
	}
	asks(t, handler, evaluations, `{`+adaSells+`,"options":{"evaluations_semantic":null,"explain":null},"evaluations":[{}]}`, http.StatusOK, answers(yes))
	for page, want := range map[string]string{
		`{"token":7}`:     "page.token is 7: it must be a string",
		`{"limit":"7"}`:   `page.limit is "7": it must be a whole number, 0 or more`,
		`{"limit":-1}`:    "page.limit is -1: it must be a whole number, 0 or more",
		`{"limit":1.5}`:   "page.limit is 1.5: it must be a whole number, 0 or more",
		`7`:               "page is a number: it must be an object",
		`{"limit":1,"x":`: "the body is not JSON: missing value after object name after 116 bytes, at /page/x",
	} {
		asks(t, handler, searchSubject, `{"subject":{"type":"user"},"action":{"name":"sell"},`+inSouth+`,"page":`+page+`}`, http.StatusBadRequest, want)
	}
	// Where there are no pages, what is called so is passed over.
	asks(t, handler, evaluation, `{`+adaSells+`,"page":7,"evaluations":8}`, http.StatusOK, yes)
}
