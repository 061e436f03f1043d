// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestRejected: anyone who asks for the reason is told what is written and counts for nothing, and who holds a permission on
// conditions.
func TestRejected(t *testing.T) {
	doc := shop()
	finding := func(reason string) []document.Finding {
		return []document.Finding{{Reason: reason, Message: "it is misspelt"}}
	}
	ben := doc.Users["ben"]
	ben.Flaws = map[string]document.Flaw{
		"b2": {Role: "laed", Scope: document.Scope{Everywhere: true}, Rejected: true, Findings: finding("UnknownRole")},
		"b3": {Permission: "reprot", Scope: document.Scope{Units: []string{"all"}}, Rejected: true, Findings: finding("UnknownPermission")},
	}
	doc.Users["ben"] = ben
	h := authzen.NewHandler(tenants{{namespace: "trade", organization: "shop", index: index(t, doc)}}, authzen.Options{})
	const (
		grants    = `"rejectedGrants":[{"source":"b2","role":"laed","scope":"everywhere","covers":false,"rejected":true,"findings":[{"reason":"UnknownRole","message":"it is misspelt"}]}]`
		overrides = `"rejectedOverrides":[{"source":"b3","permission":"reprot","scope":"all","covers":false,"rejected":true,"findings":[{"reason":"UnknownPermission","message":"it is misspelt"}]}]`
		explain   = `,"options":{"explain":true}`
		refunds   = `{"action":{"name":"refund"},` + inNorth + explain
	)
	asks(t, h, evaluation, `{`+benSells+`,`+inNorth+explain+`}`, 200,
		`{"decision":true,"context":{"reason":"Granted","message":"role seller gives sell to ben in north",`+grants+`,`+overrides+`,"revision":7}}`)
	asks(t, h, evaluation, `{"subject":{"type":"user","id":"ben"},"action":{"name":"report"},`+inNorth+explain+`}`, 200,
		`{"decision":false,"context":{"reason":"NotGranted","message":"nothing gives report to ben in north","nearest":["grant b2 of role laed counts for nothing as it is written: it is misspelt"],`+
			grants+`,`+overrides+`,"revision":7}}`)
	asks(t, h, searchAction, `{"subject":{"type":"user","id":"ben"},`+inNorth+explain+`}`, 200,
		`{"context":{"revision":7,`+grants+`,`+overrides+`},"results":[{"name":"sell"}]}`)
	asks(t, h, searchResource, `{`+benSells+`,"resource":{"type":"branch"}`+explain+`}`, 200,
		`{"context":{"revision":7,`+grants+`,`+overrides+`},"results":[{"type":"branch","id":"north"}]}`)
	asks(t, h, searchSubject, refunds+`,"subject":{"type":"user"}}`, 200,
		`{"context":{"revision":7,"unmet":{"notMet":0,"notEvaluated":2}},"results":[{"type":"user","id":"ada"}]}`)
}
