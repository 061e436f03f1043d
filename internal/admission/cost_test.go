// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/admission"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// TestAnAnswerCostsWhatItsUserCosts: however many users an organization has, the write of an assignment is judged with the same memory, by
// rules with qualifiers too.
func TestAnAnswerCostsWhatItsUserCosts(t *testing.T) {
	const few, many = 500, 10_000
	small, large := bytesOfAnswer(t, few), bytesOfAnswer(t, many)
	if large > 2*small {
		t.Errorf("an answer takes %d bytes with %d users, and %d with %d", small, few, large, many)
	}
}

// bytesOfAnswer returns how much memory is allocated for one answer.
func bytesOfAnswer(t *testing.T, users int) uint64 {
	t.Helper()
	key := snapshot.Key{Namespace: "trade", Name: "shop"}
	members := crowded(users)
	current := snapshot.Build(key, members)
	judge := func() { judgeUser(t, current, members, users/2) }
	const rounds = 10
	judge() // what answers have in common is made once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range rounds {
		judge()
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / rounds
}

// judgeUser judges that the admin takes the role of a user, by what a replica knows of that user alone.
func judgeUser(t *testing.T, current *snapshot.Snapshot, members *intake.Members, user int) {
	t.Helper()
	was := members.Assignments[user]
	is := was.DeepCopy()
	is.Spec.Grants = nil
	write := &admission.Write{Actor: "admin", Kind: model.KindAssignment, Before: was, After: is}
	some := *members
	some.Assignments = []*v1alpha1.UserAssignment{was}
	view, err := current.ViewOfUsers(context.Background(), &some, []string{string(was.Spec.User)})
	if err != nil || view == nil {
		t.Errorf("view %v: %v", view, err)
		return
	}
	answer, err := admission.Judge(context.Background(), view, write, time.Unix(0, 0))
	if err != nil || !answer.Allowed || len(answer.Acts) == 0 {
		t.Errorf("%+v, %v", answer, err)
	}
}

// TestAnswersAtOnce: answers that have what they share in use at the same time do not disturb each other.
func TestAnswersAtOnce(t *testing.T) {
	const users = 40
	members := crowded(users)
	current := snapshot.Build(snapshot.Key{Namespace: "trade", Name: "shop"}, members)
	var all sync.WaitGroup
	for user := 1; user <= users; user++ {
		all.Go(func() { judgeUser(t, current, members, user) })
	}
	all.Wait()
}

// crowded is an organization of clerks, and of an admin who may take their role if they do not stand above the admin.
func crowded(users int) *intake.Members {
	everywhere, ref := true, v1alpha1.OrganizationReference{Name: "shop"}
	meta := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: "trade", Name: name, UID: types.UID(name), Generation: 1}
	}
	role := func(name string, rules ...v1alpha1.AdministrationRule) v1alpha1.Role {
		r := v1alpha1.Role{ObjectMeta: meta(name), Spec: v1alpha1.RoleSpec{OrganizationRef: ref}}
		r.Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{"buy"}}}
		r.Spec.AdministrationRules = rules
		return r
	}
	assignment := func(user, role string) *v1alpha1.UserAssignment {
		return &v1alpha1.UserAssignment{ObjectMeta: meta("user-" + user), Spec: v1alpha1.UserAssignmentSpec{
			OrganizationRef: ref, User: v1alpha1.UserID(user), Grants: []v1alpha1.Grant{{
				Name: "own", RoleRef: v1alpha1.RoleReference{Name: role}, Scope: &v1alpha1.Scope{Everywhere: &everywhere},
			}},
		}}
	}
	members := &intake.Members{
		Organization: &v1alpha1.Organization{ObjectMeta: meta("shop"), Spec: v1alpha1.OrganizationSpec{CatalogRef: v1alpha1.CatalogReference{Name: "trading"}}},
		Catalog: &v1alpha1.PermissionCatalog{ObjectMeta: meta("trading"), Spec: v1alpha1.PermissionCatalogSpec{
			Sections: []v1alpha1.Section{{Name: "money"}}, Permissions: []v1alpha1.Permission{{Name: "buy", Section: "money"}},
			Qualifiers: []v1alpha1.Qualifier{{Name: "not-above", Expression: "!directory.isAbove(resource.id, subject.id)"}},
		}},
		Roles: []v1alpha1.Role{role("clerk"), role("administrator", v1alpha1.AdministrationRule{
			Name: "clerks", UserActions: []v1alpha1.UserAction{v1alpha1.UserActionTakeRoles}, Qualifiers: []v1alpha1.Name{"not-above"},
			Roles: &v1alpha1.AdministeredRoles{From: v1alpha1.AdministeredRolesAll},
		})},
		Assignments: []*v1alpha1.UserAssignment{assignment("admin", "administrator")},
	}
	for i := range users {
		members.Assignments = append(members.Assignments, assignment(fmt.Sprint(i), "clerk"))
	}
	return members
}
