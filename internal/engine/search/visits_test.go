// SPDX-License-Identifier: Apache-2.0

package search

import (
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/decide"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	userCount = 100_000
	pageSize  = 50
)

func userID(i int) string { return fmt.Sprintf("user-%06d", i) }

// largeDocument is an organization of 100,000 users: each works in one of 1,000 teams, every thousandth audits everywhere, and
// everybody reads everywhere what is open, and keeps what is theirs.
func largeDocument() *document.Document {
	d := &document.Document{
		Schema:      document.Schema,
		Permissions: map[string]document.Permission{"audit": {}, "sell": {}, "read": {}, "work": {}, "lent": {}, "keep": {}, "tend": {}, "nothing": {}},
		Qualifiers: map[string]document.Condition{
			"own":  {Expression: "resource.properties.owner == subject.id"},
			"open": {Expression: "resource.properties.open == true"},
		},
		Units: map[string]document.Unit{"company": {}},
		Users: make(map[string]document.User, userCount),
		Roles: map[string]document.Role{
			"auditor": {Permissions: map[string][]document.Alternative{"audit": {{}}, "work": {{}}}},
			"worker":  {Permissions: map[string][]document.Alternative{"work": {{}}, "tend": {{Qualifiers: []string{"own"}}}}},
			"reader": {Permissions: map[string][]document.Alternative{
				"read": {{Qualifiers: []string{"open"}}, {Qualifiers: []string{"open", "own"}}}, "keep": {{Qualifiers: []string{"own"}}},
			}},
		},
	}
	for i := range 10 {
		d.Units[fmt.Sprintf("division-%d", i)] = document.Unit{Parent: "company"}
		for j := range 100 {
			d.Units[fmt.Sprintf("team-%d-%02d", i, j)] = document.Unit{Parent: fmt.Sprintf("division-%d", i)}
		}
	}
	for i := range userCount {
		user := document.User{Grants: []document.Grant{
			{Role: "reader", Scope: document.Scope{Everywhere: true}},
			{Role: "worker", Scope: document.Scope{Units: []string{fmt.Sprintf("team-%d-%02d", i%10, i/10%100)}}},
		}}
		switch i % 1000 {
		case 17:
			user.Grants = append(user.Grants, document.Grant{Role: "auditor", Scope: document.Scope{Everywhere: true}})
		case 18:
			user.Overrides = []document.Override{{Permission: "lent", Scope: document.Scope{Units: []string{"division-3"}}}}
		}
		d.Users[userID(i)] = user
	}
	return d
}

// largeIndex is compiled once for all tests.
var largeIndex = sync.OnceValues(func() (*compiled.Index, error) { return compiled.New(largeDocument()) })

// TestFewAreVisited: a page of users does not ask everybody, neither at the begin nor in the middle, and one that none is
// on asks nobody.
func TestFewAreVisited(t *testing.T) {
	x, err := largeIndex()
	if err != nil {
		t.Fatal(err)
	}
	request := func(permission string, properties map[string]any) *access.Request {
		return &access.Request{Subject: access.Subject{Type: access.SubjectTypeUser}, Action: access.Action{Name: permission}, Resource: access.Resource{Properties: properties}}
	}
	for _, test := range []struct {
		name    string
		request *access.Request
		after   string
		first   string
		found   int
		visited int
	}{
		{"of all", request("read", map[string]any{"open": true}), "", userID(0), pageSize, pageSize},
		{"of all, in the middle", request("read", map[string]any{"open": true}), userID(50_000), userID(50_001), pageSize, pageSize},
		{"of all, at the end", request("read", map[string]any{"open": true}), userID(userCount - 3), userID(userCount - 2), 2, 2},
		{"of a team", request("work", map[string]any{"unit": "team-3-07"}), "", userID(17), pageSize, pageSize},
		{"of a team, in the middle", request("work", map[string]any{"unit": "team-3-07"}), userID(50_000), userID(50_017), pageSize, pageSize},
		{"of few", request("audit", nil), "", userID(17), pageSize, pageSize},
		{"of few, in the middle", request("audit", nil), userID(80_000), userID(80_017), 20, 20},
		{"by override", request("lent", map[string]any{"unit": "team-3-07"}), userID(50_000), userID(50_018), pageSize, pageSize},
		{"by override, elsewhere", request("lent", map[string]any{"unit": "team-4-07"}), "", "", 0, 100},
		{"of the owner", request("keep", map[string]any{"owner": userID(70_003)}), "", userID(70_003), 1, 1},
		{"after the owner", request("keep", map[string]any{"owner": userID(70_003)}), userID(70_003), "", 0, 0},
		{"of the owner in a team", request("tend", map[string]any{"unit": "team-3-07", "owner": userID(70_073)}), "", userID(70_073), 1, 1},
		{"of an owner in another team", request("tend", map[string]any{"unit": "team-3-07", "owner": userID(70_003)}), "", "", 0, 0},
		{"of an owner who is no user", request("keep", map[string]any{"owner": "nobody"}), "", "", 0, 0},
		{"of no owner", request("keep", nil), "", "", 0, 0},
		{"of none, whatever the user", request("read", map[string]any{"open": false}), "", "", 0, 0},
		{"of what nobody holds", request("nothing", nil), "", "", 0, 0},
		{"of nothing that there is", request("fly", nil), "", "", 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			visited := 0
			s := newSearch(x, test.request, condition.ReadsSubject)
			var page []string
			for id := range s.confirmed(counted(s.candidates(test.after), &visited)) {
				if page = append(page, id); len(page) == pageSize {
					break
				}
			}
			if len(page) != test.found || visited != test.visited || len(page) > 0 && page[0] != test.first {
				t.Errorf("%d users from %v on, of %d visited; want %d from %s on, of %d", len(page), page[:min(1, len(page))], visited, test.found, test.first, test.visited)
			}
			next, stop := iter.Pull(WhoCan(x, test.request, test.after))
			defer stop()
			for i, id := range page {
				if got, _ := next(); got != id {
					t.Fatalf("user %d of the page is %s, of the search %s", i, id, got)
				}
			}
		})
	}
}

// TestPagesAddUp: the pages together are what one run finds, and what every user's check says.
func TestPagesAddUp(t *testing.T) {
	x, err := largeIndex()
	if err != nil {
		t.Fatal(err)
	}
	request := &access.Request{
		Subject: access.Subject{Type: access.SubjectTypeUser}, Action: access.Action{Name: "work"}, Resource: access.Resource{Properties: map[string]any{"unit": "team-3-07"}},
	}
	var all, paged, checked []string
	all = slices.Collect(WhoCan(x, request, ""))
	for after := ""; ; {
		before := len(paged)
		for id := range WhoCan(x, request, after) {
			if paged = append(paged, id); len(paged)-before == 7 {
				break
			}
		}
		if len(paged) == before {
			break
		}
		after = paged[len(paged)-1]
	}
	for i := range userCount {
		asked := *request
		if asked.Subject.ID = userID(i); decide.Check(x, &asked) {
			checked = append(checked, asked.Subject.ID)
		}
	}
	if len(all) != 200 || !slices.Equal(all, paged) || !slices.Equal(all, checked) {
		t.Errorf("one run finds %d, pages %d, checks %d; want 200 by each", len(all), len(paged), len(checked))
	}
}

func counted(numbers iter.Seq2[uint32, bool], count *int) iter.Seq2[uint32, bool] {
	return func(yield func(uint32, bool) bool) {
		for number, certain := range numbers {
			*count++
			if !yield(number, certain) {
				return
			}
		}
	}
}
