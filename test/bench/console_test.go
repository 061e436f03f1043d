// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/test/bench"
)

// consolePages are the pages of an organization, each with what takes the most work.
var consolePages = []struct{ name, path string }{
	{"organizations", "/"},
	{"platform", "/-/platform"},
	{"catalog", "/-/catalog?name=bench"},
	{"overview", "/bench/bench"},
	{"matrix", "/bench/bench/matrix"},
	{"matrix of a user", "/bench/bench/matrix?user=user-000001@example.com"},
	{"two roles", "/bench/bench/matrix?role=role-00&role=role-01&differing=yes"},
	{"roles", "/bench/bench/roles"},
	{"role", "/bench/bench/role?name=role-00"},
	{"users", "/bench/bench/users"},
	{"users, filtered", "/bench/bench/users?text=9999"},
	{"users, the last page", "/bench/bench/users?page=1000000"},
	{"user", "/bench/bench/user?id=user-000001@example.com"},
	{"administration of a user", "/bench/bench/administers?id=administrator"},
	{"units", "/bench/bench/tree"},
	{"unit", "/bench/bench/unit?name=company"},
	{"permission", "/bench/bench/permission?name=section-00.action-0"},
	{"ask", "/bench/bench/ask?user=user-000001@example.com&permission=section-00.action-0"},
	{"changes", "/bench/bench/changes"},
	{"findings", "/bench/bench/findings"},
	{"audit", "/bench/bench/audit"},
	{"audit of a user", "/bench/bench/audit?user=user-000001@example.com"},
	{"object", "/-/object?kind=Role&namespace=bench&name=role-00"},
	{"search", "/-/search?q=user-0999"},
	{"has anything changed?", "/-/live?version=1"},
}

// consoleObjects are the objects of an organization as a source reads them.
func consoleObjects(users int) *intake.Objects {
	members := bench.Members(users)
	addAdministrator(members, "administrator")
	// What approvers lack is told apart for every unit.
	chain := v1alpha1.ApprovalChain{ObjectMeta: *members.Roles[0].ObjectMeta.DeepCopy(), Spec: v1alpha1.ApprovalChainSpec{
		OrganizationRef: members.Roles[0].Spec.OrganizationRef, RequestType: "access",
		Steps: []v1alpha1.ApprovalStep{{Name: "head", Approvers: []v1alpha1.ApproverSelector{{
			Type: v1alpha1.ApproverTypeRole, Role: &v1alpha1.RoleApprovers{RoleRef: v1alpha1.RoleReference{Name: members.Roles[0].Name}},
		}}}},
	}}
	chain.Name = "access"
	members.Chains = append(members.Chains, chain)
	return objectsOf(members)
}

func objectsOf(members *intake.Members) *intake.Objects {
	return &intake.Objects{
		Catalogs: []v1alpha1.PermissionCatalog{*members.Catalog}, Organizations: []v1alpha1.Organization{*members.Organization},
		Structures: members.Structures, Roles: members.Roles, Assignments: members.Assignments, Chains: members.Chains, Requests: members.Requests,
	}
}

// consoleSource is a source of one state.
type consoleSource struct{ state *state.State }

// State implements console.Source.
func (s consoleSource) State(context.Context) (*state.State, error) { return s.state, nil }

// newConsole returns the pages of objects.
func newConsole(tb testing.TB, objects *intake.Objects) http.Handler {
	tb.Helper()
	handler, _ := newConsoleOf(tb, objects)
	return handler
}

// newConsoleOf returns the pages of objects, and their state.
func newConsoleOf(tb testing.TB, objects *intake.Objects) (http.Handler, *state.State) {
	tb.Helper()
	s, err := state.New(validation.FromObjects(*objects), "1", time.Unix(0, 0))
	if err != nil {
		tb.Fatal(err)
	}
	handler, err := console.New(console.Options{Source: consoleSource{s}})
	if err != nil {
		tb.Fatal(err)
	}
	return handler, s
}

// passOverUsers looks once at every grant of every user, which is the least that a page about all of them takes.
func passOverUsers(s *state.State) int {
	count := 0
	for _, user := range s.Organizations[0].Document.Users {
		for i := range user.Grants {
			count += len(user.Grants[i].Units)
		}
	}
	return count
}

// openPage asks for a page, and returns how many bytes it has.
func openPage(tb testing.TB, handler http.Handler, path string) int {
	tb.Helper()
	return len(pageText(tb, handler, path))
}

// pageText asks for a page, and returns it.
func pageText(tb testing.TB, handler http.Handler, path string) string {
	tb.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	r.Host = "localhost"
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK && w.Code != http.StatusNoContent {
		tb.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// BenchmarkConsole measures the server's time and the bytes of each page, beside one pass over all grants in the same run.
func BenchmarkConsole(b *testing.B) {
	for _, users := range []int{1_000, 100_000} {
		handler, s := newConsoleOf(b, consoleObjects(users))
		for _, page := range consolePages {
			openPage(b, handler, page.path)
			b.Run(fmt.Sprintf("users=%d/%s", users, strings.ReplaceAll(page.name, " ", "-")), func(b *testing.B) {
				benchmarkPage(b, handler, s, page.path)
			})
		}
	}
}

// benchmarkPage opens a page, beside one pass over all grants in the same run.
func benchmarkPage(b *testing.B, handler http.Handler, s *state.State, path string) {
	b.Helper()
	size, passes, looked := 0, time.Duration(0), 0
	for b.Loop() {
		size = openPage(b, handler, path)
		b.StopTimer()
		start := time.Now()
		looked += passOverUsers(s)
		passes += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(float64(size)/1024, "KiB/page")
	b.ReportMetric(float64(b.Elapsed())/float64(passes), "x-pass")
	runtime.KeepAlive(looked)
}

// changingSource is a source of states that follow each other.
type changingSource struct {
	consoleSource
	builder state.Builder
	objects *intake.Objects
	changed int
}

// change gives a user the grants of another one, and makes the state that follows from it.
func (s *changingSource) change(tb testing.TB) {
	tb.Helper()
	all := slices.Clone(s.objects.Assignments)
	at := s.changed % len(all)
	next := all[at].DeepCopy()
	next.Generation++
	next.Spec.Grants = all[(at+1)%len(all)].Spec.Grants
	all[at], s.changed, s.objects.Assignments = next, s.changed+1, all
	var err error
	if s.state, err = s.builder.Build(validation.FromObjects(*s.objects), strconv.Itoa(s.changed), time.Unix(0, 0)); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkConsoleFirst measures the server's time of the first visit to each page of a state, beside one pass over all grants in the same
// run: what is made once for each state is made then.
func BenchmarkConsoleFirst(b *testing.B) {
	source := &changingSource{objects: consoleObjects(100_000)}
	handler, err := console.New(console.Options{Source: source})
	if err != nil {
		b.Fatal(err)
	}
	source.change(b)
	for _, page := range consolePages {
		b.Run(strings.ReplaceAll(page.name, " ", "-"), func(b *testing.B) {
			var passes time.Duration
			looked := 0
			for b.Loop() {
				b.StopTimer()
				source.change(b)
				start := time.Now()
				looked += passOverUsers(source.state)
				passes += time.Since(start)
				b.StartTimer()
				openPage(b, handler, page.path)
			}
			b.ReportMetric(float64(b.Elapsed())/float64(passes), "x-pass")
			runtime.KeepAlive(looked)
		})
	}
}

// BenchmarkConsoleMemory compares the live memory of the objects that a console reads and of an index with that of the console once each
// of its pages was opened.
func BenchmarkConsoleMemory(b *testing.B) {
	for _, users := range sizes {
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			for b.Loop() {
				var objects *intake.Objects
				var index *engine.Index
				floor := heap(func() {
					objects = consoleObjects(users)
					members := intake.ByOrganization(objects)[benchKey]
					world := intake.World(benchKey.Namespace, benchKey.Name, members)
					var err error
					if index, err = engine.NewIndex(resolve.Organization(&world).Document); err != nil {
						b.Fatal(err)
					}
				})
				runtime.KeepAlive(index)
				runtime.KeepAlive(objects)
				index, objects = nil, nil
				var handler http.Handler
				kept := heap(func() {
					handler = newConsole(b, consoleObjects(users))
					for _, page := range consolePages {
						openPage(b, handler, page.path)
					}
				})
				b.ReportMetric(float64(kept)/float64(users), "B/user")
				b.ReportMetric(float64(kept)/float64(floor), "x-index-and-cache")
				runtime.KeepAlive(handler)
			}
		})
	}
}
