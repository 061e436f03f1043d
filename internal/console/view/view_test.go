// SPDX-License-Identifier: Apache-2.0

package view

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

var now = time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)

// readAll returns the state of manifests with any number of organizations.
func readAll(t *testing.T, paths ...string) *state.State {
	t.Helper()
	input, err := validation.Load(&manifests.Reader{Namespace: "default"}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	s, err := state.New(input, "1", now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// read returns the only organization of manifests.
func read(t *testing.T, paths ...string) *state.Organization {
	t.Helper()
	s := readAll(t, paths...)
	if len(s.Organizations) != 1 {
		t.Fatalf("there are %d organizations", len(s.Organizations))
	}
	return s.Organizations[0]
}

// TestPages: the pages of a list show each row once, in order, and every number leads to one of them.
func TestPages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := make([]int, rapid.IntRange(0, 5*PageSize).Draw(t, "rows"))
		for i := range all {
			all[i] = i
		}
		var seen []int
		for number := "1"; number != ""; {
			rows, paging := paginate(all, number)
			if len(rows) > PageSize || paging.Total != len(all) || paging.Last-paging.First+1 != len(rows) && len(rows) > 0 {
				t.Fatalf("page %s has %d rows: %+v", number, len(rows), paging)
			}
			seen = append(seen, rows...)
			number = paging.Next
		}
		if len(seen) != len(all) {
			t.Fatalf("%d of %d rows are shown", len(seen), len(all))
		}
		for i := range seen {
			if seen[i] != i {
				t.Fatalf("row %d is %d", i, seen[i])
			}
		}
		odd := rapid.SampledFrom([]string{"", "0", "-1", "x", "1e3", "99999999999999999999", strconv.Itoa(1 << 40)}).Draw(t, "number")
		if rows, _ := paginate(all, odd); len(all) > 0 && len(rows) == 0 {
			t.Fatalf("page %q is empty", odd)
		}
	})
}

// TestGraph: heirs stand above what they inherit, no two roles overlap, and a circle ends.
func TestGraph(t *testing.T) {
	roles := []string{"a", "b", "c", "d", "e", "f"}
	rapid.Check(t, func(t *rapid.T) {
		around, missing, edges := map[string]bool{}, map[string]bool{}, map[string][]Parent{}
		for _, role := range roles {
			around[role] = true
			for _, parent := range rapid.SliceOfNDistinct(rapid.SampledFrom(roles), 0, 3, rapid.ID).Draw(t, role) {
				edges[role] = append(edges[role], Parent{Key: parent})
			}
		}
		g := layOut("a", around, missing, edges)
		if len(g.Nodes) != len(roles) {
			t.Fatalf("%d roles are drawn", len(g.Nodes))
		}
		for i, node := range g.Nodes {
			if node.X < 0 || node.X+node.Width > g.Width || node.Y+node.Height() > g.Height {
				t.Fatalf("%s lies outside: %+v of %dx%d", node.Key, node, g.Width, g.Height)
			}
			if i > 0 && g.Nodes[i-1].Y == node.Y && g.Nodes[i-1].X+g.Nodes[i-1].Width > node.X {
				t.Fatalf("%s overlaps %s", node.Key, g.Nodes[i-1].Key)
			}
		}
	})
	o := read(t, "../../../config/samples/performance")
	g := NewRole(o, "manager", "").Graph
	at := map[string]int{}
	for _, node := range g.Nodes {
		at[node.Key] = node.Y
	}
	if !(at["admin"] < at["divisional-admin"] && at["divisional-admin"] < at["manager"] && at["manager"] < at["employee"]) {
		t.Errorf("the roles stand at %v", at)
	}
}

func TestTimeLine(t *testing.T) {
	grant := func(start, end time.Duration) GrantRow {
		g := &document.Grant{}
		if start != 0 {
			g.StartTime = new(now.Add(start))
		}
		if end != 0 {
			g.EndTime = new(now.Add(end))
		}
		return GrantRow{Grant: g}
	}
	if newTimeLine([]GrantRow{grant(0, 0)}, now) != nil {
		t.Error("what is held for ever has a time line")
	}
	line := newTimeLine([]GrantRow{grant(-2*time.Hour, -time.Hour), grant(-time.Hour, time.Hour), grant(time.Hour, 0), grant(0, 0)}, now)
	if len(line.Bars) != 3 {
		t.Fatalf("there are %d bars", len(line.Bars))
	}
	past, current, future := line.Bars[0], line.Bars[1], line.Bars[2]
	if !past.Past || past.X+past.Width > line.Now || current.Past || current.X > line.Now || current.X+current.Width < line.Now ||
		!future.Future || !future.OpenEnd || future.X < line.Now || future.X+future.Width > line.Width {
		t.Errorf("now is at %d, the bars are %+v", line.Now, line.Bars)
	}
}

// TestAskAnswersAsCheck asks every question that names a user, a permission and a unit of a sample, and compares with the index.
func TestAskAnswersAsCheck(t *testing.T) {
	for _, sample := range []string{"contracts", "staffing", "performance", "workorders"} {
		o := read(t, "../../../config/samples/"+sample)
		index, err := o.IndexAt(now)
		if err != nil {
			t.Fatal(err)
		}
		asked, allowed := 0, 0
		for _, user := range o.Users() {
			for permission := range o.Document.Permissions {
				for unit := range o.Document.Units {
					answer := NewAsk(o, Question{User: user, Permission: permission, Unit: unit, Properties: "owner=" + user}, now)
					want := index.Check(&access.Request{
						Subject: access.Subject{Type: access.SubjectTypeUser, ID: user}, Action: access.Action{Name: permission},
						Resource: access.Resource{Properties: map[string]any{access.PropertyUnit: unit, "owner": user}},
					})
					asked++
					if answer.Explanation.Decision != want || !answer.Asked {
						t.Fatalf("%s %s in %s: %t, %q, want %t", user, permission, unit, answer.Explanation.Decision, answer.Wrong, want)
					}
					if want {
						allowed++
					}
				}
			}
		}
		if allowed == 0 || allowed == asked {
			t.Errorf("%s: %d of %d are allowed", sample, allowed, asked)
		}
	}
}

func TestAskRefusesWhatItCannotRead(t *testing.T) {
	o := read(t, "../../../config/samples/quickstart")
	for wanted, q := range map[string]Question{
		"write NAME=VALUE":    {User: "a", Permission: "b", Properties: "x"},
		"given twice":         {User: "a", Permission: "b", Context: "x=1\nx=2"},
		"unit is given twice": {User: "a", Permission: "b", Unit: "hill", Properties: "unit=hill"},
		"write a date":        {User: "a", Permission: "b", At: "soon"},
	} {
		if a := NewAsk(o, q, now); a.Asked || !strings.Contains(a.Wrong, wanted) {
			t.Errorf("%+v: %q, want %q", q, a.Wrong, wanted)
		}
	}
	if a := NewAsk(o, Question{}, now); a.Asked || a.Wrong != "" {
		t.Errorf("nothing is asked: %+v", a)
	}
}
