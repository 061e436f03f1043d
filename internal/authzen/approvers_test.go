// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"net/http"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const approvers = "/approvals/v1/route"

// TestApprovers: who would approve is what the index says, and a question that is none is refused.
func TestApprovers(t *testing.T) {
	doc := shop()
	doc.Chains = map[string]document.Chain{"refunds": {
		RequestType: "refund", When: "resource.properties.amount > 10",
		Steps: []document.Step{{Name: "check", RequiredApprovals: 1, RequiredDenials: 1, Approvers: []document.Approver{{Type: document.ApproverTypeUsers, Users: []string{"ada", "ben"}}}}},
	}}
	handler := authzen.NewHandler(tenants{{namespace: "trade", organization: "shop", index: index(t, doc)}}, authzen.Options{})
	for name, test := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"governed": {
			`{"requestType":"refund","requester":"ada","attributes":{"amount":11},"more":[{}]}`, http.StatusOK,
			`{"chain":"refunds","steps":[{"name":"check","disposition":"Asked","approvers":["ben"]}],"revision":7}`,
		},
		"for another user": {
			`{"requestType":"refund","requester":"ada","beneficiary":"ben","unit":null,"justification":"broken","grant":{"role":"clerk","durationSeconds":60,"scope":{"units":["north"]}},"attributes":{"amount":11}}`, http.StatusOK,
			`{"denied":"chain \"refunds\" gives no role: it has no grantPolicy; ask for the role where a chain gives it, or have a grantPolicy added","revision":7}`,
		},
		"not governed": {
			`{"requestType":"refund","requester":"ada","attributes":{"amount":10}}`, http.StatusOK,
			`{"denied":"no chain governs requests of type \"refund\" like this one: the condition of each is false","revision":7}`,
		},
		"not known yet": {
			`{"requestType":"return","requester":"ada"}`, http.StatusOK,
			`{"waiting":"no chain governs requests of type \"return\"","revision":7}`,
		},
		"no type":        {`{"requester":"ada"}`, http.StatusBadRequest, "requestType is missing: it must be a string"},
		"no requester":   {`{"requestType":"refund"}`, http.StatusBadRequest, "requester is missing: it must be a string"},
		"odd requester":  {`{"requestType":"refund","requester":7}`, http.StatusBadRequest, "requester must be a string"},
		"odd attributes": {`{"requestType":"refund","requester":"ada","attributes":[]}`, http.StatusBadRequest, "attributes must be an object"},
		"odd grant":      {`{"requestType":"refund","requester":"ada","grant":"yes"}`, http.StatusBadRequest, "grant must be an object"},
		"odd role":       {`{"requestType":"refund","requester":"ada","grant":{"role":7}}`, http.StatusBadRequest, "grant must be an object with a role, and may have durationSeconds, startTime, renewalOf and a scope"},
		"no role":        {`{"requestType":"refund","requester":"ada","grant":{}}`, http.StatusBadRequest, "grant must be an object with a role, and may have durationSeconds, startTime, renewalOf and a scope"},
		"no object":      {`[]`, http.StatusBadRequest, "the body is an array: it must be an object"},
		"two objects":    {`{} {}`, http.StatusBadRequest, "there is something after the JSON object, which ends after 2 bytes: remove it"},
	} {
		t.Run(name, func(t *testing.T) {
			asks(t, handler, approvers, test.body, test.status, test.want)
			asks(t, handler, "/trade/shop"+approvers, test.body, test.status, test.want)
		})
	}
}
