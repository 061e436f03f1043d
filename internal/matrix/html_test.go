// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// nasty is a text that would be markup if it were not escaped.
const nasty = `</th><script>alert("x")</script><a href='javascript:y'>&`

func TestHTML(t *testing.T) {
	doc, catalog := small()
	doc.Organization = nasty
	doc.Qualifiers["own"] = document.Condition{Description: nasty, Expression: nasty}
	doc.Permissions["b.two"] = document.Permission{Section: "b", Refused: nasty}
	text := Text{DisplayName: nasty, Description: nasty}
	m, err := New(doc, catalog, &Texts{
		Organization: nasty, Catalog: nasty, Sections: map[string]Text{"a": text}, Permissions: map[string]Text{"a.one": text},
		Features: map[string]Text{"chat": text}, Roles: map[string]RoleText{"clerk": {Text: text, Category: nasty}},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := render(t, func(w *bytes.Buffer) error { return m.HTML(w, nil) })
	for _, banned := range []string{"<script", "src=", "url(", "@import", "<link", "http:", "https:", "href=\"javascript", "ZgotmplZ"} {
		if strings.Contains(got, banned) {
			t.Errorf("the page holds %s", banned)
		}
	}
	ids := map[string]int{}
	for _, match := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		ids[match[1]]++
	}
	for id, count := range ids {
		if count > 1 {
			t.Errorf("the id %s stands %d times", id, count)
		}
	}
	links := regexp.MustCompile(` href="([^"]*)"`).FindAllStringSubmatch(got, -1)
	if len(links) < 10 {
		t.Errorf("there are %d links", len(links))
	}
	for _, match := range links {
		if id, local := strings.CutPrefix(match[1], "#"); !local || ids[id] == 0 {
			t.Errorf("the link %s leads nowhere", match[1])
		}
	}
	for _, tag := range []string{"table", "thead", "tbody", "tr", "th", "td", "span", "sup", "a", "code", "li", "ol", "dl", "div", "section"} {
		opened, closed := len(regexp.MustCompile(`<`+tag+`[ >]`).FindAllString(got, -1)), strings.Count(got, "</"+tag+">")
		if opened != closed {
			t.Errorf("%s is opened %d times and closed %d times", tag, opened, closed)
		}
	}
}

// TestHTMLCells: what a cell looks like tells what it means.
func TestHTMLCells(t *testing.T) {
	doc, catalog := small()
	doc.Roles["both"] = document.Role{Permissions: map[string][]document.Alternative{
		"a.one": {{RequiredFeatures: []string{"gone"}}, {Qualifiers: []string{"own"}}}, "b.one": {{RequiredFeatures: []string{"chat"}}}, "b.two": {{RequiredFeatures: []string{"gone"}}},
	}}
	m, err := New(doc, catalog, nil, Options{Roles: []string{"clerk", "both"}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.page(nil, Links{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, section := range p.Sections {
		for _, row := range section.Rows {
			got = append(got, row.Name+":"+row.Cells[0].Class+","+row.Cells[1].Class)
		}
	}
	if want := "b.two:no,off b.one:yes,if a.one:if,if"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
