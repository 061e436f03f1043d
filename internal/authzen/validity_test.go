// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestValidityOfAnswers: an answer says until when it holds if that is asked, beside the reason if that is asked too, one by one of several.
func TestValidityOfAnswers(t *testing.T) {
	doc := shop()
	end := time.Date(2199, time.January, 1, 0, 0, 0, 0, time.UTC)
	ada := doc.Users["ada"]
	ada.Grants[0].Window = document.Window{EndTime: &end}
	doc.Users["ada"] = ada
	doc.Qualifiers["strong"] = document.Condition{Expression: "now.getFullYear() > 2000"}
	handler := authzen.NewHandler(tenants{{namespace: "trade", organization: "shop", index: index(t, doc)}}, authzen.Options{})
	const question = `"subject":{"type":"user","id":"ada"},"resource":{"type":"order","id":"1"}`
	asks(t, handler, "/access/v1/evaluation", `{`+question+`,"action":{"name":"sell"},"options":{"validity":true}}`, http.StatusOK,
		`{"decision":true,"context":{"validity":{"revision":7,"until":"2199-01-01T00:00:00Z"}}}`)
	asks(t, handler, "/access/v1/evaluation", `{`+question+`,"action":{"name":"report"},"options":{"validity":true}}`, http.StatusOK,
		`{"decision":true,"context":{"validity":{"revision":7,"unknown":"the condition strong reads the time"}}}`)
	asks(t, handler, "/access/v1/evaluation", `{`+question+`,"action":{"name":"sell"},"options":{"validity":false}}`, http.StatusOK,
		`{"decision":true}`)
	asks(t, handler, "/access/v1/evaluations", `{`+question+`,"options":{"validity":true},"evaluations":[{"action":{"name":"sell"}},{"action":{"name":"x"}}]}`,
		http.StatusOK, `{"evaluations":[{"decision":true,"context":{"validity":{"revision":7,"until":"2199-01-01T00:00:00Z"}}},`+
			`{"decision":false,"context":{"validity":{"revision":7}}}]}`)
	asks(t, handler, "/access/v1/evaluations", `{`+question+`,"action":{"name":"sell"},"options":{"validity":1}}`, http.StatusBadRequest,
		"options.validity is 1: it must be true or false")
	both := post(handler, "/access/v1/evaluation", `{`+question+`,"action":{"name":"sell"},"options":{"validity":true,"explain":true}}`)
	for _, want := range []string{`"reason":"Granted"`, `"validity":{"revision":7,"until":"2199-01-01T00:00:00Z"}`} {
		if !strings.Contains(both.body, want) {
			t.Errorf("%s\nlacks %s", both.body, want)
		}
	}
}
