// SPDX-License-Identifier: Apache-2.0

package judge_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/admission"
	"github.com/rolewright/rolewright/internal/change/authority"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/test/property"
)

var key = snapshot.Key{Namespace: "n", Name: "org"}

// TestWritesAreJudgedAsChanges: the webhook, which resolves again what a write changes, answers what `rolewright authorize` says of
// the same change of manifests, which are resolved from scratch.
func TestWritesAreJudgedAsChanges(t *testing.T) {
	var allowed, refused, updated int
	property.Check(t, func(t *rapid.T) {
		was := administered(t)
		cached := stored(was)
		current := snapshot.Build(key, cached)
		for range 5 {
			is, actor := copied(was), one(t, []string{"ada", "ada", "ada", "bob"})
			alter(t, is)
			write := writeOf(actor, cached, is)
			if write == nil {
				continue
			}
			want, err := authority.Judge(actor, authority.NewState(key, was), authority.NewState(key, is), clock)
			if err != nil {
				t.Fatal(err)
			}
			got := answered(t, current, cached, write)
			if got.Allowed != want.Allowed() || got.ByRBAC != want.LeftToRBAC || !reflect.DeepEqual(got.Acts, want.Acts) {
				t.Fatalf("%s writes %s; the webhook: %t\n%v\nauthorize: %t\n%v\nbefore %s\nafter %s",
					actor, write.Ref(), got.Allowed, got.Acts, want.Allowed(), want.Acts, asYAML(was), asYAML(is))
			}
			if write.Kind == model.KindAssignment {
				updated++
			}
			if got.Allowed {
				allowed++
			} else {
				refused++
			}
		}
	}, func() string {
		if allowed < 50 || refused < 50 || updated < 50 {
			return fmt.Sprintf("%d writes allowed and %d refused, %d of assignments", allowed, refused, updated)
		}
		return ""
	})
}

// TestWritesInTurnGiveNoMore: what anyone gains by several writes that are each allowed, their writer could have given them before the
// first, and the writer's own authority is no wider after the last.
func TestWritesInTurnGiveNoMore(t *testing.T) {
	gained, sequences := 0, 0
	property.Check(t, func(t *rapid.T) {
		first := administered(t)
		last, actor, writes := first, one(t, []string{"ada", "ada", "bob"}), 0
		for range 8 {
			is := copied(last)
			alter(t, is)
			cached := stored(last)
			if write := writeOf(actor, cached, is); write != nil && answered(t, snapshot.Build(key, cached), cached, write).Allowed {
				last = is
				writes++
			}
		}
		if writes < 2 {
			return
		}
		sequences++
		c := judged(t, actor, first, last)
		g, _ := c.compare(t)
		gained += g
	}, func() string {
		if gained < 50 || sequences < 20 {
			return fmt.Sprintf("%d requests gained in %d sequences", gained, sequences)
		}
		return ""
	})
}

// answered is what the webhook answers where a replica knows an organization.
func answered(t *rapid.T, current *snapshot.Snapshot, cached *intake.Members, write *admission.Write) *admission.Answer {
	view, err := current.View(context.Background(), key, cached)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := admission.Judge(context.Background(), view, write, clock)
	if err != nil {
		t.Fatal(err)
	}
	if users, only := write.Users(); only && current.Resolution.Document != nil {
		if alone := answeredOfUsers(t, current, cached, write, users); !reflect.DeepEqual(alone, answer) {
			t.Fatalf("%s writes %s; by its users alone:\n%v\nby all:\n%v", write.Actor, write.Ref(), alone, answer)
		}
	}
	return answer
}

// answeredOfUsers is what the webhook answers where a replica reads some users again, and no others.
func answeredOfUsers(
	t *rapid.T, current *snapshot.Snapshot, cached *intake.Members, write *admission.Write, users []string,
) *admission.Answer {
	some := *cached
	some.Assignments = nil
	for _, a := range cached.Assignments {
		if slices.Contains(users, string(a.Spec.User)) {
			some.Assignments = append(some.Assignments, a)
		}
	}
	view, err := current.ViewOfUsers(context.Background(), &some, users)
	if err != nil || view == nil {
		t.Fatalf("view %v: %v", view, err)
	}
	answer, err := admission.Judge(context.Background(), view, write, clock)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// stored returns the objects of an organization as the API server has them.
func stored(m *intake.Members) *intake.Members {
	c := copied(m)
	identify := func(o metav1.Object, kind string) {
		o.SetUID(types.UID(kind + "/" + o.GetName()))
		o.SetGeneration(1)
	}
	c.Catalog = m.Catalog.DeepCopy()
	identify(c.Catalog, model.KindCatalog)
	identify(c.Organization, model.KindOrganization)
	for i := range c.Structures {
		identify(&c.Structures[i], model.KindStructure)
	}
	for i := range c.Roles {
		identify(&c.Roles[i], model.KindRole)
	}
	for i := range c.Groups {
		identify(&c.Groups[i], model.KindGroup)
	}
	for i := range c.Chains {
		identify(&c.Chains[i], model.KindChain)
	}
	for _, a := range c.Assignments {
		identify(a, model.KindAssignment)
	}
	return c
}

// writeOf returns the write of the one object that differs from what is stored; nil if none or several do.
func writeOf(actor string, was, is *intake.Members) *admission.Write {
	is = stored(is)
	var writes []*admission.Write
	compare := func(kind string, before, after map[string]admission.Object) {
		for name, o := range before {
			write := &admission.Write{Actor: actor, Kind: kind, Before: o, After: after[name]}
			if !write.ChangesNothing() {
				writes = append(writes, write)
			}
		}
		for name, o := range after {
			if before[name] == nil {
				writes = append(writes, &admission.Write{Actor: actor, Kind: kind, After: o})
			}
		}
	}
	for kind, of := range objectsOf {
		compare(kind, of(was), of(is))
	}
	if len(writes) != 1 {
		return nil
	}
	return writes[0]
}

// objectsOf are the objects of an organization by kind and name.
var objectsOf = map[string]func(*intake.Members) map[string]admission.Object{
	model.KindOrganization: func(m *intake.Members) map[string]admission.Object {
		return map[string]admission.Object{m.Organization.Name: m.Organization}
	},
	model.KindStructure: func(m *intake.Members) map[string]admission.Object { return byName(pointersTo(m.Structures)) },
	model.KindRole:      func(m *intake.Members) map[string]admission.Object { return byName(pointersTo(m.Roles)) },
	model.KindGroup:     func(m *intake.Members) map[string]admission.Object { return byName(pointersTo(m.Groups)) },
	model.KindChain:     func(m *intake.Members) map[string]admission.Object { return byName(pointersTo(m.Chains)) },
	model.KindAssignment: func(m *intake.Members) map[string]admission.Object {
		return byName(m.Assignments)
	},
}

func byName[T admission.Object](list []T) map[string]admission.Object {
	found := map[string]admission.Object{}
	for _, o := range list {
		found[o.GetName()] = o
	}
	return found
}

func pointersTo[T any](list []T) []*T {
	all := make([]*T, len(list))
	for i := range list {
		all[i] = &list[i]
	}
	return all
}
