// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestUserColumn: a user holds what grants give, where and when they give it, and not what is taken from them.
func TestUserColumn(t *testing.T) {
	doc, catalog := small()
	at := time.Date(2030, time.June, 1, 0, 0, 0, 0, time.UTC)
	north := document.Scope{Units: []string{"north"}}
	doc.Permissions["b.two"] = document.Permission{Section: "b"}
	doc.Users = map[string]document.User{
		"=ann": {
			Grants: []document.Grant{
				{Role: "clerk", Scope: north},
				{Role: "clerk", Scope: document.Scope{Everywhere: true}, Window: document.Window{EndTime: new(at)}},
			},
			Overrides: []document.Override{
				{Permission: "b.two", Scope: document.Scope{Everywhere: true}},
				{Permission: "b.one", Deny: true, Scope: document.Scope{Units: []string{"south"}}},
			},
		},
		"bob": {Suspended: true, Grants: []document.Grant{{Role: "clerk", Scope: north}}},
	}
	csv := func(user string) string {
		t.Helper()
		m, err := New(doc, catalog, nil, Options{Roles: []string{"clerk"}, User: user, At: at})
		if err != nil {
			t.Fatal(err)
		}
		return render(t, func(w *bytes.Buffer) error { return m.CSV(w) })
	}
	want := "section,permission,clerk,'=ann\nb,b.two,,yes\nb,b.one,yes,yes in north|not in south\n" +
		"a,a.one,own|near+feature:chat+entitlement:big,own in north\n"
	if got := csv("=ann"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := csv("bob"); strings.Contains(got, "north") {
		t.Errorf("a suspended user holds\n%s", got)
	}
	if _, err := New(doc, catalog, nil, Options{User: "carl"}); err == nil || !strings.Contains(err.Error(), `no user "carl"`) {
		t.Errorf("nobody has a column: %v", err)
	}
	m, err := New(doc, catalog, nil, Options{User: "=ann", At: at})
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.page(nil, Links{})
	if err != nil {
		t.Fatal(err)
	}
	var classes []string
	for _, section := range p.Sections {
		for _, row := range section.Rows {
			classes = append(classes, row.Name+":"+row.User.Class)
		}
	}
	if got := strings.Join(classes, " "); got != "b.two:yes b.one:if a.one:if" {
		t.Errorf("the column looks like %s", got)
	}
	html := render(t, func(w *bytes.Buffer) error { return m.HTML(w, nil) })
	for _, wanted := range []string{"=ann", "<strong>in north</strong>", "<strong>taken in south</strong>"} {
		if !strings.Contains(html, wanted) {
			t.Errorf("the page lacks %s", wanted)
		}
	}
}

// TestAbout: a page says of which state it is, who holds its roles, and what is wrong with them.
func TestAbout(t *testing.T) {
	doc, catalog := small()
	m, err := New(doc, catalog, nil, Options{Roles: []string{"clerk"}})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2030, time.June, 1, 8, 30, 0, 0, time.UTC)
	html := render(t, func(w *bytes.Buffer) error {
		return m.HTML(w, &About{
			Time: at, Revision: 7, PublishTime: at.Add(-time.Hour), Holders: map[string]int{"clerk": 42}, Omitted: 3,
			Findings: []Finding{{Severity: "Error", Subject: "Role/clerk", Message: nasty}},
		})
	})
	for _, wanted := range []string{
		`Revision 7, published <time datetime="2030-06-01T07:30:00Z" title="2030-06-01T07:30:00Z">2030-06-01 07:30 UTC</time>`,
		`as of <time datetime="2030-06-01T08:30:00Z" title="2030-06-01T08:30:00Z">2030-06-01 08:30 UTC</time>`, ">42<", "Role/clerk", "&lt;script&gt;", "3 more",
	} {
		if !strings.Contains(html, wanted) {
			t.Errorf("the page lacks %s", wanted)
		}
	}
}
