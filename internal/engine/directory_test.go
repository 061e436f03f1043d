// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"fmt"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// managed is a document in which each user, by name, has a manager.
func managed(managers map[string]string) *document.Document {
	doc := &document.Document{Schema: document.Schema, Users: map[string]document.User{}}
	for user, manager := range managers {
		doc.Users[user] = document.User{Manager: manager}
	}
	return doc
}

func TestLineOfManagers(t *testing.T) {
	x := index(t, managed(map[string]string{
		"a": "b", "b": "c", "c": "", // a line
		"d": "e", "e": "f", "f": "e", // a line that runs into a circle
		"g": "g",          // nobody is their own manager
		"h": "ghost",      // the directory does not know the manager
		"i": "d", "j": "", // below the circle, and alone
	}), clock)
	above := map[string]bool{
		"b>a": true, "c>a": true, "c>b": true,
		"e>d": true, "f>d": true, "f>e": true, "e>f": true,
		"d>i": true, "e>i": true, "f>i": true,
	}
	manager := map[string]bool{"b>a": true, "c>b": true, "e>d": true, "f>e": true, "e>f": true, "d>i": true, "ghost>h": true}
	users := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "ghost", ""}
	for _, a := range users {
		for _, b := range users {
			key := a + ">" + b
			if got := x.IsAbove(a, b); got != above[key] {
				t.Errorf("%q above %q: %v", a, b, got)
			}
			if got := x.IsManager(a, b); got != manager[key] {
				t.Errorf("%q manager of %q: %v", a, b, got)
			}
		}
	}
}

// TestLongLines: lines and circles of every length end, and hold exactly who is in them.
func TestLongLines(t *testing.T) {
	for tail := range 6 {
		for circle := range 9 {
			managers := map[string]string{"outside": ""}
			for i := range tail + circle {
				managers[fmt.Sprint(i)] = fmt.Sprint(i + 1)
			}
			managers[fmt.Sprint(tail+circle)] = fmt.Sprint(tail)
			x := index(t, managed(managers), clock)
			for i := range tail + circle + 1 {
				if got := x.IsAbove(fmt.Sprint(i), "0"); got != (i > 0) {
					t.Errorf("tail %d, circle %d: %d above 0: %v", tail, circle+1, i, got)
				}
			}
			if x.IsAbove("outside", "0") {
				t.Errorf("tail %d, circle %d: a user outside is above 0", tail, circle+1)
			}
		}
	}
}

// TestDirectoryWins: what the directory knows wins over what the caller sends, and the caller may add the rest.
func TestDirectoryWins(t *testing.T) {
	x := index(t, hospital(t), clock)
	level := func(user string, level any) *access.Request {
		request := ask(user, "order.enter", "unit", "icu")
		request.Subject.Properties = props("level", level)
		return request
	}
	ward := func(id string, properties map[string]any) *access.Request {
		request := ask("ann", "chart.read")
		request.Resource = access.Resource{Type: "ward", ID: id, Properties: properties}
		return request
	}
	for name, test := range map[string]struct {
		request *access.Request
		want    bool
	}{
		"the directory's attribute":                   {ask("cem", "order.enter"), true},
		"the directory's attribute over the caller's": {level("cem", 1.0), true},
		"the caller's attribute":                      {level("ann", 3.0), true},
		"nobody's attribute":                          {ask("ann", "order.enter", "unit", "icu"), false},
		"an odd attribute":                            {level("ann", "high"), false},
		"a unit that the directory says is closed":    {ward("er", props("open", true)), false},
		"a unit that the directory says is open":      {ward("icu", props("open", false)), true},
		"in a unit that the directory says is closed": {ask("ann", "chart.read", "unit", "er"), false},
		"in that unit, open by itself":                {ask("ann", "chart.read", "unit", "er", "open", true), true},
	} {
		if got := x.Check(test.request); got != test.want {
			t.Errorf("%s: %v, want %v\n%s", name, got, test.want, x.Explain(test.request))
		}
	}
}

// TestUnknownAttributes: what the directory holds for unknown is missing, whatever the caller says.
func TestUnknownAttributes(t *testing.T) {
	doc := hospital(t)
	ann, icu := doc.Users["ann"], doc.Units["icu"]
	ann.UnknownAttributes, icu.UnknownAttributes, icu.Attributes = document.SetOf("level"), []string{"open"}, nil
	ann.Grants = ann.Grants[1:]
	doc.Users["ann"], doc.Units["icu"] = ann, icu
	x := index(t, doc, clock)

	senior := ask("ann", "order.enter", "unit", "icu")
	senior.Subject.Properties = props("level", 3.0, "other", 1.0)
	ward := ask("ann", "chart.read")
	ward.Resource = access.Resource{Type: "ward", ID: "icu", Properties: props("open", true)}
	for _, request := range []*access.Request{senior, ward, ask("ann", "chart.read", "unit", "icu")} {
		if x.Check(request) {
			t.Errorf("what the caller says counts: %s", x.Explain(request))
		}
	}
	if chart := ask("ann", "chart.read", "unit", "icu", "open", true); !x.Check(chart) {
		t.Errorf("what the caller says of a chart does not count: %s", x.Explain(chart))
	}
}
