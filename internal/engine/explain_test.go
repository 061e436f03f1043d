// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// explained are requests to the hospital, each for one thing that an explanation has to make clear.
var explained = []struct {
	name    string
	request *access.Request
	reason  access.Reason
}{
	{"yes, plainly", ask("ann", "chart.read", "unit", "icu"), access.ReasonGranted},
	{"yes, below the unit", ask("ann", "chart.read", "unit", "bay", "shift", "night"), access.ReasonGranted},
	{"yes, inherited through two roles", ask("ben", "chart.read"), access.ReasonGranted},
	{"yes, because the qualifier is true", ask("cem", "chart.write", "owner", "cem", "shift", "day"), access.ReasonGranted},
	{"yes, with the entitlement", ask("gus", "chart.write"), access.ReasonGranted},
	{"yes, by an override", ask("gus", "order.enter", "unit", "bay"), access.ReasonGrantedByOverride},
	{"yes, past a prohibition", ask("ben", "chart.sign", "owner", "ann"), access.ReasonGranted},
	{"no: the qualifier is false", ask("cem", "chart.write", "owner", "eve", "shift", "day"), access.ReasonNotGranted},
	{"no: the qualifier cannot be evaluated", ask("ann", "chart.write", "unit", "er"), access.ReasonNotGranted},
	{"no: the entitlement is missing", ask("ben", "chart.write", "owner", "ann"), access.ReasonNotGranted},
	{"no: the feature is missing", ask("ben", "trial.join"), access.ReasonNotGranted},
	{"no: the feature of an override is missing", ask("gus", "trial.join"), access.ReasonNotGranted},
	{"no: another unit", ask("ann", "chart.read", "unit", "main"), access.ReasonNotGranted},
	{"no: another unit and another value", ask("cem", "chart.write", "shift", "night", "owner", "cem"), access.ReasonNotGranted},
	{"no: no value", ask("cem", "chart.write", "owner", "cem"), access.ReasonNotGranted},
	{"no: outside the override", ask("gus", "order.enter", "unit", "er"), access.ReasonNotGranted},
	{"no: ended", ask("eve", "chart.read"), access.ReasonNotGranted},
	{"no: not begun, and another unit", ask("fay", "chart.read", "unit", "icu"), access.ReasonNotGranted},
	{"no: no grant", ask("hal", "chart.write"), access.ReasonNotGranted},
	{"no: no role holds it", ask("hal", "chart.archive"), access.ReasonNotGranted},
	{"no: a prohibition does not compile", ask("ben", "chart.export"), access.ReasonRefused},
	{"no: denied", ask("gus", "chart.read", "unit", "er"), access.ReasonDenied},
	{"no: a prohibition is true", ask("ben", "chart.sign", "owner", "ben"), access.ReasonRefused},
	{"no: a prohibition cannot be evaluated", ask("ben", "chart.sign"), access.ReasonRefused},
	{"no: suspended", ask("dia", "chart.read"), access.ReasonSuspended},
	{"no: not a user", ask("zoe", "chart.read"), access.ReasonUnknownUser},
	{"no: no such permission", ask("ann", "chart.burn"), access.ReasonUnknownPermission},
	{"no: no such unit", ask("ann", "chart.read", "unit", "icu2"), access.ReasonUnknownUnit},
	{"no: the unit is not a name", ask("ann", "chart.read", "unit", nil), access.ReasonUnknownUnit},
	{"no: no such value", ask("ann", "chart.read", "shift", "dusk"), access.ReasonUnknownDimensionValue},
	{"no: the value is not a name", ask("ann", "chart.read", "shift", []any{"day"}), access.ReasonUnknownDimensionValue},
}

func TestExplain(t *testing.T) {
	x := index(t, hospital(t), clock)
	var text strings.Builder
	for _, test := range explained {
		explanation := x.Explain(test.request)
		if explanation.Reason != test.reason {
			t.Errorf("%s: reason %s, want %s", test.name, explanation.Reason, test.reason)
		}
		if got := x.Check(test.request); got != explanation.Decision || got != strings.HasPrefix(test.name, "yes") {
			t.Errorf("%s: check says %v, explain %v", test.name, got, explanation.Decision)
		}
		properties, err := json.Marshal(test.request.Resource.Properties)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "# %s\n%s %s %s\n%s\n", test.name, test.request.Subject.ID, test.request.Action.Name, properties, explanation)
	}
	golden(t, "explain.golden", text.String())
}

func TestExplainJSON(t *testing.T) {
	request := ask("ben", "chart.write", "owner", "ann")
	text, err := json.MarshalIndent(index(t, hospital(t), clock).Explain(request), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "explain.golden.json", string(text)+"\n")
}

func TestExplainSubjectOfAnotherType(t *testing.T) {
	request := ask("ann", "chart.read", "unit", "icu")
	request.Subject.Type = "service"
	x := index(t, hospital(t), clock)
	explanation := x.Explain(request)
	if explanation.Reason != access.ReasonUnknownSubjectType || explanation.Decision || x.Check(request) {
		t.Errorf("got %s", explanation)
	}
}

// TestExplainManyRoles: a user without any role that holds the permission is told of some.
func TestExplainManyRoles(t *testing.T) {
	document := hospital(t)
	holds := document.Roles["reader"]
	for i := range 20 {
		document.Roles[fmt.Sprintf("role%02d", i)] = holds
	}
	explanation := index(t, document, clock).Explain(ask("hal", "chart.read"))
	want := "would be allowed with a grant of one of the roles " +
		"head, nurse, reader, role00, role01, role02, role03, role04 and 15 more in main for shift all"
	if len(explanation.Nearest) != 1 || explanation.Nearest[0] != want {
		t.Errorf("nearest is %q, want %q", explanation.Nearest, want)
	}
}
