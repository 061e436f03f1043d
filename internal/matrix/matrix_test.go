// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func small() (*document.Document, *model.Catalog) {
	doc := &document.Document{
		Organization: "acme", Catalog: "shop", Features: []string{"chat"},
		Permissions: map[string]document.Permission{
			"b.one": {Section: "b"}, "b.two": {Section: "b", Refused: "prohibition x does not compile"}, "a.one": {Section: "a", Prohibitions: []string{"self"}},
		},
		Qualifiers:   map[string]document.Condition{"own": {Description: "one's own\nonly", Expression: "true"}, "near": {Expression: "1 < 2"}},
		Prohibitions: map[string]document.Condition{"self": {Expression: "false"}},
		Roles: map[string]document.Role{
			"clerk": {Permissions: map[string][]document.Alternative{
				"b.one": {{}},
				"a.one": {{Qualifiers: []string{"own"}}, {Qualifiers: []string{"near"}, RequiredFeatures: []string{"chat"}, RequiredEntitlements: []string{"big"}}},
			}},
			"boss": {}, "big-boss": {Permissions: map[string][]document.Alternative{"b.two": {{RequiredFeatures: []string{"gone"}}}}},
		},
	}
	catalog := &model.Catalog{Sections: []string{"b", "a"}, Permissions: []model.Permission{{Name: "a.one"}, {Name: "b.two"}, {Name: "b.one"}}}
	return doc, catalog
}

func render(t *testing.T, f func(w *bytes.Buffer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := f(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestCSV(t *testing.T) {
	doc, catalog := small()
	for _, test := range []struct {
		name    string
		options Options
		want    string
	}{
		{name: "whole", want: "section,permission,big-boss,boss,clerk\nb,b.two,feature:gone,,\nb,b.one,,,yes\na,a.one,,,own|near+feature:chat+entitlement:big\n"},
		{name: "roles in the order given, each once", options: Options{Roles: []string{"clerk", "boss", "clerk"}}, want: "section,permission,clerk,boss\nb,b.two,,\nb,b.one,yes,\na,a.one,own|near+feature:chat+entitlement:big,\n"},
		{name: "a section", options: Options{Roles: []string{"boss"}, Sections: []string{"a"}}, want: "section,permission,boss\na,a.one,\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := New(doc, catalog, nil, test.options)
			if err != nil {
				t.Fatal(err)
			}
			if got := render(t, func(w *bytes.Buffer) error { return m.CSV(w) }); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func TestUnknownNames(t *testing.T) {
	doc, catalog := small()
	for want, options := range map[string]Options{
		`there is no role "x": there are big-boss, boss, clerk`: {Roles: []string{"boss", "x"}},
		`there is no section "x": there are b, a`:               {Sections: []string{"x"}},
	} {
		if _, err := New(doc, catalog, nil, options); err == nil || err.Error() != want {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
	if _, err := New(&document.Document{}, nil, nil, Options{Roles: []string{"x"}}); err == nil || !strings.Contains(err.Error(), "the organization has none") {
		t.Errorf("error is %v", err)
	}
}

func TestEmpty(t *testing.T) {
	m, err := New(&document.Document{Organization: "acme"}, nil, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(*bytes.Buffer) error{
		"CSV": func(w *bytes.Buffer) error { return m.CSV(w) }, "table": func(w *bytes.Buffer) error { return m.Table(w, 5) },
		"Markdown": func(w *bytes.Buffer) error { return m.Markdown(w) }, "JSON": func(w *bytes.Buffer) error { return json.NewEncoder(w).Encode(m.JSON()) },
		"HTML": func(w *bytes.Buffer) error { return m.HTML(w, nil) },
	} {
		t.Run(name, func(t *testing.T) { _ = render(t, f) })
	}
}

func TestJSON(t *testing.T) {
	doc, catalog := small()
	m, err := New(doc, catalog, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got jsonMatrix
	if err := json.Unmarshal([]byte(render(t, func(w *bytes.Buffer) error { return json.NewEncoder(w).Encode(m.JSON()) })), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Permissions) != 3 || len(got.Qualifiers) != 2 || got.Qualifiers["near"].Expression != "1 < 2" || len(got.Prohibitions) != 1 {
		t.Errorf("got %+v", got)
	}
	if alternatives := got.Permissions[2].Held["clerk"]; len(alternatives) != 2 || alternatives[1].String() != "near+feature:chat+entitlement:big" {
		t.Errorf("got %+v", got.Permissions[2])
	}
}

func TestTable(t *testing.T) {
	doc, catalog := small()
	m, err := New(doc, catalog, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := render(t, func(w *bytes.Buffer) error { return m.Table(w, 26) })
	const want = `             clerk ┐
           boss ┐  │
    big-boss ┐  │  │
PERMISSION   │  │  │
b
  b.two (1)  2  ·  ·
  b.one      ·  ·  ✓
a
  a.one (3)  ·  ·  4|5+6+7

1  refused to everyone:
   prohibition x does not
   compile
2  feature gone: turned
   off in this
   organization
3  never if self: false
4  own: one's own only
5  near: 1 < 2
6  feature chat: turned on
   in this organization
7  entitlement big: the
   grant must carry it
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestTableFits: every table keeps to its width where its narrowest form can, and shows each cell once.
func TestTableFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := &document.Document{Permissions: map[string]document.Permission{}, Roles: map[string]document.Role{}}
		for i := range rapid.IntRange(0, 5).Draw(t, "permissions") {
			doc.Permissions[fmt.Sprintf("p%d", i)] = document.Permission{Section: "s"}
		}
		longest := 0
		for i, name := range rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,9}(-[a-z]{1,9}){0,3}`), 0, 30).Draw(t, "roles") {
			held := map[string][]document.Alternative{}
			if len(doc.Permissions) > 0 && i%2 == 0 {
				held["p0"] = []document.Alternative{{}}
			}
			doc.Roles[name] = document.Role{Permissions: held}
			longest = max(longest, len(name))
		}
		width := rapid.IntRange(0, 200).Draw(t, "width")
		m, err := New(doc, nil, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := m.Table(&out, width); err != nil {
			t.Fatal(err)
		}
		cells := 0
		for line := range strings.Lines(out.String()) {
			if length := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); width > 0 && length > max(width, longest+3, len(firstHeader)+3) {
				t.Fatalf("%d characters in width %d: %q", length, width, line)
			}
			cells += strings.Count(line, tick) + strings.Count(line, none)
		}
		if want := len(doc.Permissions) * len(doc.Roles); cells != want {
			t.Fatalf("%d cells, want %d in\n%s", cells, want, out.String())
		}
	})
}

// TestCSVReadsBack: what CSV says is what the document says.
func TestCSVReadsBack(t *testing.T) {
	doc, catalog := small()
	m, err := New(doc, catalog, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(render(t, func(w *bytes.Buffer) error { return m.CSV(w) }))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records[1:] {
		for i, role := range records[0][2:] {
			var want []string
			for _, alternative := range doc.Roles[role].Permissions[record[1]] {
				want = append(want, alternative.String())
			}
			if got := strings.FieldsFunc(record[i+2], func(r rune) bool { return r == '|' }); !slices.Equal(got, want) {
				t.Errorf("%s of %s is %v, want %v", record[1], role, got, want)
			}
		}
	}
}
