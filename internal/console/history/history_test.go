// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/console/history"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
)

func saved(t *testing.T) *state.State {
	t.Helper()
	input, err := validation.Load(&manifests.Reader{Namespace: "default"}, "../testdata/saved.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(input.Rejected) > 0 {
		t.Fatalf("the API server would reject %v", input.Rejected)
	}
	s, err := state.New(input, "1", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// everything is what has happened, the newest first.
var everything = []string{
	"04T10:00:00 RoleEnded access-1 by ben",
	"04T09:00:21 Published office by ",
	"04T09:00:20 RequestEnded access-1 by ",
	"04T09:00:20 RoleGiven access-1 by ",
	"04T09:00:20 StepEnded access-1 by ",
	"04T09:00:19 DecisionMade access-1-ben by ben",
	"04T09:00:01 StepOpened access-1 by ",
	"04T09:00:00 RequestMade access-1 by ann",
	"02T10:11:12 Updated approver by =kubectl-edit",
	"01T08:00:03 Created ann by ",
	"01T08:00:03 Created ben by ",
	"01T08:00:02 Created approver by argocd",
	"01T08:00:01 Created office by argocd",
	"01T08:00:00 Created desk by ",
}

func TestOf(t *testing.T) {
	s := saved(t)
	day := func(n int) time.Time { return time.Date(2030, time.March, n, 0, 0, 0, 0, time.UTC) }
	has := func(parts ...string) func(string) bool {
		return func(line string) bool {
			return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(line, part) })
		}
	}
	for name, test := range map[string]struct {
		filter history.Filter
		keeps  func(line string) bool
	}{
		"all":         {history.Filter{}, has(" ")},
		"a user":      {history.Filter{User: "ann"}, has("access-1", "Created ann")},
		"a decider":   {history.Filter{User: "ben"}, has("DecisionMade", "Created ben")},
		"a role":      {history.Filter{Role: "approver"}, has("access-1", "approver", "Created ben")},
		"by a user":   {history.Filter{By: "BEN"}, has("by ben")},
		"by a client": {history.Filter{By: "argo"}, has("argocd")},
		"one event":   {history.Filter{What: history.Created}, has("Created")},
		"since":       {history.Filter{From: day(2)}, has("04T", "02T")},
		"until":       {history.Filter{Until: day(2)}, has("01T")},
		"a day":       {history.Filter{From: day(2), Until: day(3)}, has("02T")},
		"nothing":     {history.Filter{User: "an"}, has("\x00")},
	} {
		var want []string
		for _, line := range everything {
			if test.keeps(line) {
				want = append(want, line)
			}
		}
		for _, wanted := range []int{100, 3, 0} {
			events, total := history.Of(s.Organizations[0], s.Decisions, test.filter, wanted)
			var got []string
			for _, e := range events {
				got = append(got, fmt.Sprintf("%s %s %s by %s%s", e.Time.Format("02T15:04:05"), e.What, e.Object.Name, e.By, e.Client))
			}
			if total != len(want) || !slices.Equal(got, want[:min(wanted, len(want))]) {
				t.Errorf("%s, %d of %d events:\n%s\nwant\n%s", name, wanted, total, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

// TestWhoWroteForWhom: a user who acted through a service account is told apart from it.
func TestWhoWroteForWhom(t *testing.T) {
	s := saved(t)
	events, _ := history.Of(s.Organizations[0], s.Decisions, history.Filter{What: "RoleEnded"}, 10)
	if len(events) != 1 || events[0].By != "ben" || events[0].Via != "system:serviceaccount:office:portal" || !slices.Contains(events[0].Roles, "approver") {
		t.Errorf("the end of the role is %+v", events)
	}
}
