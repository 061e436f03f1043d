// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestEncode: the hospital's file is what Encode writes, to the byte.
func TestEncode(t *testing.T) {
	text, err := publish.Text(hospital(t))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, enginetest.HospitalJSON) {
		t.Errorf("got\n%s", text)
	}
}

// TestEncodeOddText: quotes, brackets and backslashes in names do not move the lines.
func TestEncodeOddText(t *testing.T) {
	doc := managed(map[string]string{`a"{,}:[]\`: `b\"`, "<&>": "", "\u2028": ""})
	text, err := publish.Text(doc)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "odd.golden.json", string(text))
	read, err := document.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if read.Users[`a"{,}:[]\`].Manager != `b\"` || len(read.Users) != 3 {
		t.Errorf("read back as %v", read.Users)
	}
}

func TestEncodeWhatIsNotJSON(t *testing.T) {
	doc := managed(map[string]string{"a": ""})
	doc.Users["a"] = document.User{Attributes: map[string]any{"level": math.Inf(1)}}
	if _, err := publish.Text(doc); err == nil || !strings.Contains(err.Error(), "cannot be written as JSON") {
		t.Errorf("error %v", err)
	}
}

func TestParseDocument(t *testing.T) {
	for text, want := range map[string]string{
		``:   "not valid JSON of schema rolewright.dev/permissions/v2",
		`[]`: "not valid JSON",
		`{}`: `schema is ""; this reader knows "rolewright.dev/permissions/v2" and "rolewright.dev/permissions/v3"`,
		`{"schema":"rolewright.dev/permissions/v4"}`:                                               `schema is "rolewright.dev/permissions/v4"`,
		`{"schema":"rolewright.dev/permissions/v1","users":[]}`:                                    `schema is "rolewright.dev/permissions/v1"; this reader knows "rolewright.dev/permissions/v2"`,
		`{"users":[],"schema":"rolewright.dev/permissions/v1"}`:                                    `schema is "rolewright.dev/permissions/v1"`,
		`{"schema":"rolewright.dev/permissions/v2","users":[]}`:                                    "not valid JSON",
		`{"schema":"rolewright.dev/permissions/v2"} {"schema":1}`:                                  "not valid JSON",
		`{"schema":"rolewright.dev/permissions/v2","users":{"a":{"manager":1}}}`:                   "not valid JSON",
		`{"schema":"rolewright.dev/permissions/v2","users":{"a":{"grants":[{"endTime":"soon"}]}}}`: "not valid JSON",
	} {
		if _, err := document.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

// TestParseLaterDocument: fields of later releases are passed over.
func TestParseLaterDocument(t *testing.T) {
	later := strings.Replace(string(enginetest.HospitalJSON), `"schema"`, `"tomorrow":{"a":[1]},"schema"`, 1)
	doc, err := document.Parse([]byte(later))
	if err != nil {
		t.Fatal(err)
	}
	if !index(t, doc, clock).Check(ask("ben", "chart.read")) {
		t.Error("the rest of the document is lost")
	}
}

func TestNewIndexOfAnotherSchema(t *testing.T) {
	if _, err := engine.NewIndex(&document.Document{Schema: "v2"}); err == nil || !strings.Contains(err.Error(), `"v2"`) {
		t.Errorf("error %v", err)
	}
}

// TestIndexOfWhatCannotBeUnderstood: a document that names what it does not declare, as resolve never writes one, grants
// nothing by it.
func TestIndexOfWhatCannotBeUnderstood(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(d *document.Document)
		request *access.Request
	}{
		"a grant of a missing role": {func(d *document.Document) { delete(d.Roles, "head") }, ask("ben", "chart.read")},
		"a missing qualifier":       {func(d *document.Document) { delete(d.Qualifiers, "own") }, ask("cem", "chart.write", "owner", "cem", "shift", "day")},
		"a broken qualifier": {func(d *document.Document) { d.Qualifiers["own"] = document.Condition{Expression: "("} },
			ask("cem", "chart.write", "owner", "cem", "shift", "day")},
		"a missing prohibition": {func(d *document.Document) { delete(d.Prohibitions, "not-own-chart") }, ask("ben", "chart.sign", "owner", "ann")},
		"a broken prohibition": {func(d *document.Document) {
			d.Prohibitions["not-own-chart"] = document.Condition{Expression: "subject.nme == ''"}
		}, ask("ben", "chart.sign", "owner", "ann")},
		"a missing unit":       {func(d *document.Document) { delete(d.Units, "icu") }, ask("ann", "chart.read", "unit", "icu")},
		"a missing permission": {func(d *document.Document) { delete(d.Permissions, "chart.read") }, ask("ben", "chart.read")},
		"a dimension that a grant does not name": {func(d *document.Document) { d.Dimensions["phase"] = []string{"one"} },
			ask("ben", "chart.read")},
		"an override of a missing permission": {func(d *document.Document) { delete(d.Permissions, "order.enter") },
			ask("gus", "order.enter", "unit", "icu")},
		"a group of missing units": {func(d *document.Document) { d.UnitGroups["acute"] = []string{"gone"} },
			ask("ann", "chart.read", "unit", "er", "open", true)},
	} {
		if !index(t, hospital(t), clock).Check(test.request) {
			t.Errorf("%s: the answer is no from the start", name)
		}
		doc := hospital(t)
		test.change(doc)
		x := index(t, doc, clock)
		if explanation := x.Explain(test.request); explanation.Decision || x.Check(test.request) {
			t.Errorf("%s: %s", name, explanation)
		}
	}
}
