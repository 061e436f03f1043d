// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/admission"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/test/bench"
)

// BenchmarkAdmission measures the webhook's answer, from the objects in the cache to the verdict: for one assignment, and for one
// role that every user holds. p50 and p99 are the times within which 50 and 99 of 100 answers are given, in milliseconds; ratio is the
// former as a multiple of resolving the organization from scratch.
func BenchmarkAdmission(b *testing.B) {
	for _, users := range sizes {
		members := governed(users)
		start := time.Now()
		current := snapshot.Build(benchKey, members)
		scratch := time.Since(start)
		for _, what := range []struct {
			name  string
			write func(i int) *admission.Write
		}{
			{"assignment", func(i int) *admission.Write { return raised(members, i) }},
			{"role", func(int) *admission.Write { return widened(members) }},
		} {
			b.Run(fmt.Sprintf("%s/users=%d", what.name, users), func(b *testing.B) {
				var took []time.Duration
				for i := 0; b.Loop(); i++ {
					write := what.write(i)
					start := time.Now()
					judge(b, current, members, write)
					took = append(took, time.Since(start))
				}
				slices.Sort(took)
				median := took[len(took)/2]
				b.ReportMetric(float64(median.Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
				b.ReportMetric(median.Seconds()/scratch.Seconds(), "ratio")
			})
		}
	}
}

func judge(b *testing.B, current *snapshot.Snapshot, members *intake.Members, write *admission.Write) {
	b.Helper()
	before, err := current.View(context.Background(), benchKey, members)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := admission.Judge(context.Background(), before, write, time.Unix(0, 0))
	if err != nil {
		b.Fatal(err)
	}
	if !answer.Allowed || len(answer.Acts) == 0 {
		b.Fatalf("%d acts: %s", len(answer.Acts), answer.Message)
	}
}

// governed is the organization with a user who may change everything of it, by a role that has all permissions of the first.
func governed(users int) *intake.Members {
	members := bench.Members(users)
	role := *members.Roles[0].DeepCopy()
	role.Name, role.UID = "administrator", "administrator"
	role.Spec.AdministrationRules = []v1alpha1.AdministrationRule{{
		Name: "everything", UserActions: []v1alpha1.UserAction{v1alpha1.UserActionGiveRoles, v1alpha1.UserActionTakeRoles},
		Roles:     &v1alpha1.AdministeredRoles{From: v1alpha1.AdministeredRolesAll},
		Resources: []v1alpha1.AdministeredResource{v1alpha1.AdministeredCustomRoles},
	}}
	members.Roles = append(members.Roles, role)
	everywhere := true
	administrator := members.Assignments[0].DeepCopy()
	administrator.Name, administrator.UID, administrator.Spec.User = "administrator", "administrator", "administrator"
	administrator.Spec.Grants = []v1alpha1.Grant{{
		Name: "administrator", RoleRef: v1alpha1.RoleReference{Name: role.Name}, Scope: &v1alpha1.Scope{Everywhere: &everywhere},
	}}
	members.Assignments = append(members.Assignments, administrator)
	return members
}

// raised is a write of the assignment of one user.
func raised(members *intake.Members, i int) *admission.Write {
	was := members.Assignments[i%(len(members.Assignments)-1)]
	is := was.DeepCopy()
	is.Spec.Grants[0].Scope.Units = []v1alpha1.Name{members.Structures[1].Spec.Units[i%len(members.Structures[1].Spec.Units)].Name}
	return &admission.Write{Actor: "administrator", Kind: model.KindAssignment, Before: was, After: is}
}

// widened is a write of a role.
func widened(members *intake.Members) *admission.Write {
	was := &members.Roles[0]
	is := was.DeepCopy()
	is.Spec.Rules = append(is.Spec.Rules, v1alpha1.Rule{Permissions: []v1alpha1.PermissionName{members.Catalog.Spec.Permissions[0].Name}})
	return &admission.Write{Actor: "administrator", Kind: model.KindRole, Before: was, After: is}
}
