// SPDX-License-Identifier: Apache-2.0

package decisionlog

import (
	"testing"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/test/schemas"
)

// TestSchema: lines are as their schema says, which describes each field and no other.
func TestSchema(t *testing.T) {
	schema := schemas.Read(t, "../../../docs/schema/decision-log.schema.json")
	none := 0
	full := decision("r1")
	full.Problem, full.Results, full.Request.Action.Properties = "UnknownRoute: no route", &none, map[string]any{"amount": 3.0}
	described := map[string]bool{}
	for name := range schema.Properties {
		described[name] = true
	}
	for name, c := range map[string]struct {
		decision Decision
		masks    []string
	}{
		"whole":    {decision: full},
		"masked":   {decision: full, masks: []string{"subject", "action", "resource", "context", "caller"}},
		"in part":  {decision: full, masks: []string{"subject.id", "subject.properties", "action.name", "resource.properties.unit"}},
		"a search": {decision: Decision{Time: time.Unix(1e9, 0), Endpoint: "access/v1/search/subject", Results: &none, Request: access.Request{Subject: access.Subject{Type: "user"}}}},
		"nothing":  {decision: Decision{Time: time.Unix(1e9, 0), Endpoint: "ext_authz/http"}},
	} {
		masks, err := NewMasks(c.masks, nil)
		if err != nil {
			t.Fatal(err)
		}
		line, err := masks.appendLine(nil, &c.decision)
		if err != nil {
			t.Fatal(err)
		}
		value := schemas.Value(t, line)
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v\n%s", name, err, line)
		}
		if name != "whole" {
			continue
		}
		for field := range value.(map[string]any) {
			if !described[field] {
				t.Errorf("the schema does not describe %s", field)
			}
			delete(described, field)
		}
	}
	for field := range described {
		t.Errorf("the schema describes %s, which no line has", field)
	}
}
