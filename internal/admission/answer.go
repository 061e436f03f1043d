// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/change/authority"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// Answer says whether a write is allowed.
type Answer struct {
	Allowed bool
	// ByRBAC is set if no administration rule is about the organization, so that Kubernetes RBAC alone decides.
	ByRBAC bool
	// Acts of the write, each with the rule that allows it or what stands in the way.
	Acts []authority.Act
	// Message says why the write is refused.
	Message string
}

// Judge says whether a write is allowed, at a moment, where the organization resolves to something before it. The error is that
// of the context.
func Judge(ctx context.Context, before *snapshot.View, write *Write, now time.Time) (*Answer, error) {
	members := write.applied(before.Members)
	if !couldBeAdministered(before.Members) && (before.Members.Organization != nil || !couldBeAdministered(members)) {
		return &Answer{Allowed: true, ByRBAC: true}, nil
	}
	if before.Members.Organization == nil && members.Organization == nil {
		return refused("organization %q does not exist in namespace %q, so nobody has authority in it: it takes the verb administer on "+
			"organizations of rolewright.dev, in Kubernetes RBAC", before.Key.Name, before.Key.Namespace), nil
	}
	if fields := write.metadata(); len(fields) > 0 {
		return refused("%s %s: administration rules do not cover what deletes objects or keeps them from being deleted: it takes the verb "+
			"administer on organizations of rolewright.dev, in Kubernetes RBAC", write.Ref(), strings.Join(fields, ", ")), nil
	}
	after, err := write.resolve(ctx, before, members)
	if err != nil {
		return nil, err
	}
	verdict, err := authority.Judge(write.Actor, stateOf(before), stateOf(after), now)
	if err != nil {
		return refused("%v", err), nil
	}
	answer := &Answer{Allowed: verdict.Allowed(), Acts: verdict.Acts}
	if !answer.Allowed {
		answer.Message = explain(verdict)
	}
	return answer, nil
}

// resolve resolves the organization after the write.
func (w *Write) resolve(ctx context.Context, before *snapshot.View, members *intake.Members) (*snapshot.View, error) {
	if users, only := w.Users(); only {
		return before.WithAssignments(ctx, members, users)
	}
	return before.With(ctx, members)
}

func refused(format string, args ...any) *Answer {
	return &Answer{Message: fmt.Sprintf(format, args...)}
}

func stateOf(view *snapshot.View) *authority.State {
	return &authority.State{Members: view.Members, Resolution: view.Resolution}
}

// couldBeAdministered reports whether administration rules are about an organization. One that does not exist could get the roles
// of any catalog.
func couldBeAdministered(members *intake.Members) bool {
	return authority.IsAdministered(members) || members.Organization == nil && slices.ContainsFunc(members.PlatformRoles,
		func(r v1alpha1.PlatformRole) bool { return len(r.Spec.AdministrationRules) > 0 })
}

// maxNamed is how many refused acts a message names.
const maxNamed = 3

// explain says which acts are refused, and why.
func explain(verdict *authority.Verdict) string {
	all := verdict.Refused()
	texts := make([]string, 0, maxNamed)
	for i := range all[:min(maxNamed, len(all))] {
		texts = append(texts, all[i].String())
	}
	message := fmt.Sprintf("%q may not make this change: %s", verdict.Actor, strings.Join(texts, "; "))
	if more := len(all) - len(texts); more > 0 {
		message += fmt.Sprintf("; and %s more", english.Count(more, "act"))
	}
	return english.Printable(message)
}

// Rules returns the rules that allow the acts, sorted.
func (a *Answer) Rules() []string {
	var rules []string
	for i := range a.Acts {
		if a.Acts[i].Rule != nil {
			rules = append(rules, a.Acts[i].Rule.String())
		}
	}
	slices.Sort(rules)
	return slices.Compact(rules)
}
