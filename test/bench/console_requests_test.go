// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"fmt"
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
	"github.com/rolewright/rolewright/internal/validation"
)

// requestPages are the pages of requests, as one of their approvers opens them.
var requestPages = []struct{ name, path string }{
	{"inbox", "/-/requests"},
	{"inbox, the last page", "/-/requests?page=1000000"},
	{"all requests", "/bench/bench/requests?tab=all"},
	{"all requests, filtered", "/bench/bench/requests?tab=all&text=access-499"},
	{"request", "/bench/bench/request?name=access-0"},
	{"decide", "/-/decide?request=bench/access-0&verdict=Approve"},
	{"decide, ten at once", "/-/decide?verdict=Approve" + requestsOfTen()},
	{"ask for something", "/bench/bench/new-request"},
	{"ask for a role", "/bench/bench/new-request?type=access&role=role-03&scope=section-00&duration=1h"},
}

func requestsOfTen() string {
	var all strings.Builder
	for i := range 10 {
		_, _ = fmt.Fprintf(&all, "&request=bench/access-%d", i*5)
	}
	return all.String()
}

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
	at := slices.IndexFunc(a.members.Assignments, func(u *v1alpha1.UserAssignment) bool {
		return slices.ContainsFunc(u.Spec.Grants, func(g v1alpha1.Grant) bool {
			return g.RoleRef.Name == "role-01" && g.Scope != nil && len(g.Scope.Units) > 0
		})
	})
	if at < 0 {
		tb.Fatal("nobody holds the role of the approvers")
	}
	return &approver{console.Person{User: a.members.Assignments[at].Spec.User, Client: c, Session: "bench"}}
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
	handler, err := console.New(console.Options{
		Source: consoleSource{s}, People: newApprover(b, a), Clock: func() time.Time { return a.now.Add(time.Hour) },
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, page := range requestPages {
		openPage(b, handler, page.path)
		b.Run(strings.ReplaceAll(page.name, " ", "-"), func(b *testing.B) {
			benchmarkPage(b, handler, s, page.path)
		})
	}
}
