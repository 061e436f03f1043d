// SPDX-License-Identifier: Apache-2.0

package condition

import (
	"fmt"
	"strings"
	"testing"
)

// TestFacts: what the directory knows is read by name wherever it can be told, and whole where it cannot.
func TestFacts(t *testing.T) {
	for expression, want := range map[string]string{
		"true":                             "",
		"resource.id == subject.id":        "",
		"context.mfa":                      "",
		"subject.properties.level > 1":     "subject level",
		"subject.properties['level'] == 1": "subject level",
		"has(subject.properties.level) && !has(subject.properties.rank)": "subject level rank",
		"'level' in subject.properties":                                  "subject level",
		"context.name in subject.properties":                             "subject *",
		"subject.properties[context.name] == 1":                          "subject *",
		"subject.properties.list[0] == 1":                                "subject list",
		"subject.properties.map.key == 1":                                "subject map",
		"subject.properties.size() > 1":                                  "subject *",
		"[subject.properties].size() > 1":                                "subject *",
		"subject == subject":                                             "subject *",
		"resource == resource":                                           "unit * resource *",
		"resource.unit.open && resource.properties.open":                 "unit open resource open",
		".resource.unit.open":                                            "unit open",
		"resource.unit[resource.type] == 1":                              "unit *",
		"subject.properties.list.exists(x, x == resource.unit.open)":     "subject list unit open",
		"{'a': subject.properties.level}['a'] == 1":                      "subject level",
		"directory.isManager(subject.id, resource.id)":                   "isManager subject ·",
		"directory.isAbove(resource.properties.owner, subject.id)":       "resource owner isAbove · subject",
		"directory.isAbove(resource.id, subject.properties.boss)":        "subject boss isAbove · ·",
		"[directory].size() == 1":                                        "? · ·",
		"context.ids.exists(id, directory.isManager(subject.id, id))":    "isManager subject ·",
	} {
		program, err := Compile(expression)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		if got := writtenFacts(program.Facts()); got != want {
			t.Errorf("%s reads %q, not %q", expression, got, want)
		}
	}
}

func writtenFacts(f Facts) string {
	var words []string
	add := func(what string, a Attributes) {
		if a.All {
			words = append(words, what, "*")
		} else if len(a.Names) > 0 {
			words = append(append(words, what), a.Names...)
		}
	}
	add("subject", f.Subject)
	add("unit", f.Unit)
	add("resource", f.Resource)
	side := map[bool]string{true: "subject", false: "·"}
	for _, q := range f.Questions {
		if q.Function == "" {
			q.Function = "?"
		}
		words = append(words, fmt.Sprintf("%s %s %s", q.Function, side[q.OfSubject], side[q.AboutSubject]))
	}
	return strings.Join(words, " ")
}
