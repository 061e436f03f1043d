// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

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
			{"assignment", func(i int) *admission.Write { return raised(members, "administrator", i) }},
			{"qualified", func(i int) *admission.Write { return raised(members, "qualified", i) }},
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
	before, err := viewOf(current, members, write)
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

// viewOf is what a replica makes of the objects in its cache. For the write of an assignment, it takes those of its user.
func viewOf(current *snapshot.Snapshot, members *intake.Members, write *admission.Write) (*snapshot.View, error) {
	users, only := write.Users()
	if !only {
		return current.View(context.Background(), benchKey, members)
	}
	some := *members
	some.Assignments = []*v1alpha1.UserAssignment{write.Before.(*v1alpha1.UserAssignment)}
	return current.ViewOfUsers(context.Background(), &some, users)
}

// governed is the organization in which every user holds one role more, and users may change everything: one without any condition, and
// one by a qualifier that asks the directory.
func governed(users int) *intake.Members {
	members := bench.Members(users)
	everyone := v1alpha1.Role{ObjectMeta: members.Roles[0].ObjectMeta, Spec: v1alpha1.RoleSpec{OrganizationRef: members.Roles[0].Spec.OrganizationRef}}
	everyone.Name, everyone.UID = heldByAll, heldByAll
	everyone.Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{members.Catalog.Spec.Permissions[0].Name}}}
	for _, a := range members.Assignments {
		a.Spec.Grants = append(a.Spec.Grants, v1alpha1.Grant{
			Name: heldByAll, RoleRef: v1alpha1.RoleReference{Name: heldByAll}, Scope: a.Spec.Grants[0].Scope,
		})
	}
	members.Roles = append(members.Roles, everyone)
	members.Catalog.Spec.Qualifiers = append(members.Catalog.Spec.Qualifiers, v1alpha1.Qualifier{
		Name: "not-above", Expression: "!directory.isAbove(resource.id, subject.id)",
	})
	addAdministrator(members, "administrator")
	addAdministrator(members, "qualified", "not-above")
	return members
}

// heldByAll is the role that every user holds.
const heldByAll = "everyone"

// addAdministrator adds a user with a role of the same name, by which they may give and take all roles under some qualifiers.
func addAdministrator(members *intake.Members, name string, qualifiers ...v1alpha1.Name) {
	role := *members.Roles[0].DeepCopy()
	role.Name, role.UID = name, types.UID(name)
	role.Spec.AdministrationRules = []v1alpha1.AdministrationRule{{
		Name: "everything", UserActions: []v1alpha1.UserAction{v1alpha1.UserActionGiveRoles, v1alpha1.UserActionTakeRoles},
		Roles:     &v1alpha1.AdministeredRoles{From: v1alpha1.AdministeredRolesAll},
		Resources: []v1alpha1.AdministeredResource{v1alpha1.AdministeredCustomRoles}, Qualifiers: qualifiers,
	}}
	members.Roles = append(members.Roles, role)
	everywhere := true
	administrator := members.Assignments[0].DeepCopy()
	administrator.Name, administrator.UID, administrator.Spec.User = name, types.UID(name), v1alpha1.UserID(name)
	administrator.Spec.Grants = []v1alpha1.Grant{{
		Name: "administrator", RoleRef: v1alpha1.RoleReference{Name: name}, Scope: &v1alpha1.Scope{Everywhere: &everywhere},
	}}
	members.Assignments = append(members.Assignments, administrator)
}

// raised is a write of the assignment of one user, by another one.
func raised(members *intake.Members, actor string, i int) *admission.Write {
	was := members.Assignments[i%(len(members.Assignments)-2)]
	is := was.DeepCopy()
	units := members.Structures[1].Spec.Units
	is.Spec.Grants[0].Scope.Units = []v1alpha1.Name{units[i%len(units)].Name}
	if is.Spec.Grants[0].Scope.Units[0] == was.Spec.Grants[0].Scope.Units[0] {
		is.Spec.Grants[0].Scope.Units[0] = units[(i+1)%len(units)].Name
	}
	return &admission.Write{Actor: actor, Kind: model.KindAssignment, Before: was, After: is}
}

// widened is a write of the role that every user holds.
func widened(members *intake.Members) *admission.Write {
	at := slices.IndexFunc(members.Roles, func(r v1alpha1.Role) bool { return r.Name == heldByAll })
	was := &members.Roles[at]
	is := was.DeepCopy()
	is.Spec.Rules = append(is.Spec.Rules, v1alpha1.Rule{Permissions: []v1alpha1.PermissionName{members.Catalog.Spec.Permissions[1].Name}})
	return &admission.Write{Actor: "administrator", Kind: model.KindRole, Before: was, After: is}
}
