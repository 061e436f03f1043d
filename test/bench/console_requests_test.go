// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/requests"
	"github.com/rolewright/rolewright/internal/validation"
)

// requestPages are the pages of requests, as one of their approvers opens them, for whom some wait.
func requestPages(waiting []string) []struct{ name, path string } {
	one, ten := waiting[0], strings.Join(waiting[:10], "&request=bench/")
	return []struct{ name, path string }{
		{"inbox", "/-/requests"},
		{"inbox, the last page", "/-/requests?page=1000000"},
		{"all requests", "/bench/bench/requests?tab=all"},
		{"all requests, filtered", "/bench/bench/requests?tab=all&text=access-499"},
		{"request", "/bench/bench/request?name=" + one},
		{"decide", "/-/decide?verdict=Approve&request=bench/" + one},
		{"decide, ten at once", "/-/decide?verdict=Approve&request=bench/" + ten},
		{"ask for something", "/bench/bench/new-request"},
		{"ask for a role", "/bench/bench/new-request?type=access&role=role-03&scope=section-00&duration=1h"},
	}
}

// gains marks what a user would gain by an approval, and showGains names the pages that must show it, so that it is that which is
// measured.
const gains = `<span class="badge ok">&#43;</span>`

var showGains = []string{"request", "decide", "decide, ten at once"}

// approver is who opens the pages.
type approver struct{ person console.Person }

// Person implements console.People.
func (a *approver) Person(context.Context) (*console.Person, error) { return &a.person, nil }

// newApprover returns a user whom a role makes an approver, and whose client answers out of memory.
func newApprover(tb testing.TB, a *approvals) *approver {
	tb.Helper()
	scheme := apiruntime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		tb.Fatal(err)
	}
	all := make([]client.Object, len(a.requests))
	for i := range a.requests {
		all[i] = &a.requests[i]
	}
	c := fake.NewClientBuilder().WithScheme(scheme).WithObjects(all...).
		WithIndex(&v1alpha1.ApprovalDecision{}, "spec.requestRef.name", func(client.Object) []string { return nil }).Build()
	return &approver{console.Person{User: mostAsked(a), Client: c, Session: "bench"}}
}

// mostAsked returns the user for whom most requests wait.
func mostAsked(a *approvals) v1alpha1.UserID {
	counts := map[v1alpha1.Observed]int{}
	for i := range a.requests {
		if a.requests[i].Spec.Grant == nil {
			continue
		}
		for _, user := range a.requests[i].Status.Steps[0].WaitingFor {
			counts[user]++
		}
	}
	users := slices.Collect(maps.Keys(counts))
	return v1alpha1.UserID(slices.MaxFunc(users, func(x, y v1alpha1.Observed) int {
		return cmp.Or(cmp.Compare(counts[x], counts[y]), cmp.Compare(x, y))
	}))
}

// waitingFor returns the names of the requests for a role that wait for a user.
func waitingFor(a *approvals, user v1alpha1.UserID) []string {
	var names []string
	for i := range a.requests {
		if request := &a.requests[i]; request.Spec.Grant != nil && len(requests.OpenSteps(request, user)) > 0 {
			names = append(names, request.Name)
		}
	}
	return names
}

// BenchmarkConsoleRequests measures the server's time and the bytes of each page of requests, of which 5,000 are open, beside one pass
// over all grants in the same run. What the API server takes to answer is not in it.
func BenchmarkConsoleRequests(b *testing.B) {
	a := openApprovals(b, 100_000, openRequests)
	a.members.Requests = a.requests
	s, err := state.New(validation.FromObjects(*objectsOf(a.members)), "1", a.now)
	if err != nil {
		b.Fatal(err)
	}
	who := newApprover(b, a)
	handler, err := console.New(console.Options{
		Source: consoleSource{s}, People: who, Clock: func() time.Time { return a.now.Add(time.Hour) },
	})
	if err != nil {
		b.Fatal(err)
	}
	waiting := waitingFor(a, who.person.User)
	if len(waiting) < 10 {
		b.Fatalf("%d requests wait for one user", len(waiting))
	}
	for _, page := range requestPages(waiting) {
		if text := pageText(b, handler, page.path); slices.Contains(showGains, page.name) && !strings.Contains(text, gains) {
			b.Fatalf("%s shows no difference: %s", page.path, text)
		}
		b.Run(strings.ReplaceAll(page.name, " ", "-"), func(b *testing.B) {
			benchmarkPage(b, handler, s, page.path)
		})
	}
}
