// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestChainsSeeTheContextThatCompiles: the context of a request that says everything has each field that a condition may read.
func TestChainsSeeTheContextThatCompiles(t *testing.T) {
	when := "has(context." + strings.Join(condition.ChainContext(), ") && has(context.") + ")"
	doc := documentOf(map[string]document.User{"u1": {}})
	doc.Chains = map[string]document.Chain{"all": {RequestType: "order", When: when}}
	x, err := engine.NewIndex(doc)
	if err != nil {
		t.Fatal(err)
	}
	input := &access.ApprovalInput{RequestType: "order", Requester: "u1", Grant: &access.ApprovalGrant{Role: "r1", StartTime: &clock, RenewalOf: "before"}}
	if name, err := x.SelectChain(input); err != nil || name != "all" {
		t.Errorf("governed by %q: %v, by %s", name, err, when)
	}
}
