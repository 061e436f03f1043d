// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

var (
	key   = snapshot.Key{Namespace: "town", Name: "clinic"}
	first = time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	later = first.Add(time.Hour)
)

// clinic is what a pass starts from if nothing is published.
func clinic(units ...v1alpha1.Name) *state {
	organization := &v1alpha1.Organization{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name, UID: "uid"}}
	structures := []v1alpha1.OrganizationStructure{{Spec: v1alpha1.OrganizationStructureSpec{Units: []v1alpha1.Unit{{Name: "all"}}}}}
	for _, unit := range units {
		structures[0].Spec.Units = append(structures[0].Spec.Units, v1alpha1.Unit{Name: unit, Parent: "all"})
	}
	current := snapshot.Build(key, &intake.Members{Organization: organization, Structures: structures, Catalog: &v1alpha1.PermissionCatalog{}})
	return &state{snapshot: current, organization: organization}
}

// reporting makes the organization's status report a revision.
func (s *state) reporting(revision int64) *state {
	s.organization.Status.Publication = &v1alpha1.Publication{Revision: revision}
	return s
}

// holding makes the cluster hold a ConfigMap, changed as given.
func (s *state) holding(configMap *corev1.ConfigMap, change func(*corev1.ConfigMap)) *state {
	s.configMap = configMap.DeepCopy()
	s.configMap.ResourceVersion = "1"
	change(s.configMap)
	return s
}

func replaceRevision(with string) func(*corev1.ConfigMap) {
	return func(c *corev1.ConfigMap) {
		c.Data["index.json"] = strings.Replace(c.Data["index.json"], `"revision": 1,`, `"revision": `+with+`,`, 1)
	}
}

func TestDecideCountsRevisions(t *testing.T) {
	one, err := decide(clinic(), first)
	if err != nil || one.write == nil {
		t.Fatalf("nothing is written at first: %v", err)
	}
	same := func(*corev1.ConfigMap) {}
	for _, test := range []struct {
		name     string
		loaded   *state
		revision int64
		written  bool
	}{
		{"nothing is there", clinic(), 1, true},
		{"all is as it should be", clinic().holding(one.write, same), 1, false},
		{"all is as it should be, and the status says so", clinic().reporting(1).holding(one.write, same), 1, false},
		{"the document is another", clinic("north").reporting(1).holding(one.write, same), 2, true},
		{"the status was not written yet", clinic("north").holding(one.write, same), 2, true},
		{"the ConfigMap is gone", clinic().reporting(7), 8, true},
		{"the ConfigMap is older than the status", clinic().reporting(7).holding(one.write, same), 8, true},
		{"the ConfigMap is newer than the status", clinic().reporting(7).holding(one.write, replaceRevision("9")), 9, false},
		{"the revision cannot be", clinic().reporting(7).holding(one.write, replaceRevision("9223372036854775807")), 8, true},
		{"the index is not JSON", clinic().reporting(7).holding(one.write, func(c *corev1.ConfigMap) { c.Data["index.json"] = "{" }), 8, true},
		{"the index says something else", clinic().reporting(1).holding(one.write, func(c *corev1.ConfigMap) {
			c.Data["index.json"] = strings.Replace(c.Data["index.json"], `"users": 0`, `"users": 1`, 1)
		}), 2, true},
		{"there is binary data", clinic().reporting(1).holding(one.write, func(c *corev1.ConfigMap) { c.BinaryData = map[string][]byte{"x": {1}} }), 1, true},
		{"a label is gone", clinic().reporting(1).holding(one.write, func(c *corev1.ConfigMap) { c.Labels = nil }), 1, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			decided, err := decide(test.loaded, later)
			if err != nil {
				t.Fatal(err)
			}
			if got := decided.outcome.Publication.Revision; got != test.revision || (decided.write != nil) != test.written {
				t.Errorf("revision %d, written %v; want %d, %v", got, decided.write != nil, test.revision, test.written)
			}
			if decided.write != nil && test.loaded.configMap != nil && decided.write.ResourceVersion != test.loaded.configMap.ResourceVersion {
				t.Error("the update does not name the ConfigMap that it was decided on")
			}
		})
	}
}

func TestDecideLeavesAloneWhatIsNotOurs(t *testing.T) {
	one, err := decide(clinic(), first)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*corev1.ConfigMap){
		"it has no owner":                      func(c *corev1.ConfigMap) { c.OwnerReferences = nil },
		"its owner is Organization \"clinic\"": func(c *corev1.ConfigMap) { c.OwnerReferences[0].UID = "earlier" },
	} {
		decided, err := decide(clinic("north").holding(one.write, change), later)
		if err != nil || decided.write != nil || decided.outcome.Publication != nil {
			t.Fatalf("%s: it is written, or said to be published (%v)", name, err)
		}
		if problem := decided.outcome.Problem; problem.Reason != "ForeignConfigMap" || !strings.Contains(problem.Message, name) {
			t.Errorf("%s: %s: %s", name, problem.Reason, problem.Message)
		}
	}
}

// large is an organization that does not fit into one ConfigMap, and what the cluster holds once it is published.
func large(t *testing.T) *state {
	t.Helper()
	loaded := clinic()
	users := make([]*v1alpha1.UserAssignment, 6000)
	for i := range users {
		users[i] = &v1alpha1.UserAssignment{}
		users[i].Name = fmt.Sprintf("user-%d", i)
		users[i].Spec.User = v1alpha1.UserID(strings.Repeat("u", 200) + users[i].Name)
	}
	loaded.snapshot = snapshot.Build(key, &intake.Members{Organization: loaded.organization, Catalog: &v1alpha1.PermissionCatalog{}, Assignments: users})
	decided, err := decide(loaded, first)
	if err != nil || len(decided.shards) < 4 || decided.write == nil {
		t.Fatalf("it is published by %d shards: %v", len(decided.shards), err)
	}
	for _, shard := range decided.shards {
		configMap := configmap.Shard(key, shard)
		configMap.OwnerReferences = []metav1.OwnerReference{ownerReference(loaded.organization)}
		configMap.UID = types.UID(shard.Part.ConfigMap)
		reduced, err := configmap.Reduce(configMap)
		if err != nil {
			t.Fatal(err)
		}
		loaded.shards = append(loaded.shards, *reduced.(*corev1.ConfigMap))
	}
	return loaded.holding(decided.write, func(*corev1.ConfigMap) {})
}

func TestDecideWritesTheShardsThatAreMissing(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(s *state)
		missing int
	}{
		"all are there":            {func(*state) {}, 0},
		"one is gone":              {func(s *state) { s.shards = s.shards[1:] }, 1},
		"all are gone":             {func(s *state) { s.shards = nil }, -1},
		"one holds something else": {func(s *state) { s.shards[1].Data = map[string]string{"part.json": "{}"} }, 1},
		"one holds nothing":        {func(s *state) { s.shards[1].Data = nil }, 1},
		"one has another owner":    {func(s *state) { s.shards[1].OwnerReferences = nil }, 1},
		"one has lost a label":     {func(s *state) { s.shards[1].Labels = nil }, 1},
		"all lack an annotation": {func(s *state) {
			s.organization.Spec.Publishing = &v1alpha1.Publishing{Annotations: map[string]v1alpha1.AnnotationValue{"replicate": "yes"}}
		}, -1},
		"there are others beside it": {func(s *state) { s.shards = append(s.shards, corev1.ConfigMap{}) }, 0},
	} {
		loaded := large(t)
		if test.missing < 0 {
			test.missing = len(loaded.shards)
		}
		test.change(loaded)
		decided, err := decide(loaded, later)
		written := loaded.organization.Spec.Publishing != nil
		if err != nil || len(decided.shards) != test.missing || (decided.write != nil) != written || decided.outcome.Publication.Revision != 1 {
			t.Errorf("%s: %d shards are written, want %d, and the index: %v (%v)", name, len(decided.shards), test.missing, decided.write != nil, err)
		}
	}
}

func TestIdleAreTheShardsThatTheIndexDoesNotName(t *testing.T) {
	loaded := large(t)
	index := configmap.Index(loaded.configMap)
	if idle := loaded.unreferencedShards(index); len(idle) != 0 {
		t.Errorf("%d of those that it names are idle", len(idle))
	}
	former := index.Parts[1].ConfigMap
	index.Parts = slices.Delete(index.Parts, 1, 2)
	if idle := loaded.unreferencedShards(index); len(idle) != 1 || idle[0].Name != former {
		t.Errorf("%d are idle, want %s", len(idle), former)
	}
	if idle := loaded.unreferencedShards(nil); len(idle) != 0 {
		t.Error("where nobody can tell, some are idle")
	}
	for i := range loaded.shards {
		loaded.shards[i].OwnerReferences = nil
	}
	if idle := loaded.unreferencedShards(index); len(idle) != 0 {
		t.Error("a shard of another owner is unreferenced")
	}
}

func TestIdleShardsStayForTheGracePeriod(t *testing.T) {
	idle := func(uids ...types.UID) (shards []corev1.ConfigMap) {
		for _, uid := range uids {
			shards = append(shards, corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{UID: uid}})
		}
		return shards
	}
	const grace = time.Hour
	var since unreferencedSince
	for i, step := range []struct {
		idle  []corev1.ConfigMap
		after time.Duration
		due   int
		next  time.Duration
	}{
		{idle("a"), 0, 0, grace},
		{idle("a", "b"), grace / 2, 0, grace / 2},
		{idle("a", "b"), grace - 1, 0, 1},
		{idle("a", "b"), grace, 1, grace / 2},
		// The period starts again for a shard that was referenced in between, and for a new one of the same name.
		{nil, grace + 1, 0, 0},
		{idle("b", "c"), grace + 2, 0, grace},
		{idle("b"), 2*grace + 2, 1, 0},
		// A clock that was set back keeps nothing for longer.
		{idle("d"), 9 * grace, 0, grace},
		{idle("d"), 0, 0, grace},
	} {
		now := first.Add(step.after)
		var due []corev1.ConfigMap
		due, since = expired(step.idle, since, now, grace)
		if next := since.next(now, grace); len(due) != step.due || next != step.next {
			t.Errorf("step %d: %d are due and the next in %v; want %d, %v", i, len(due), next, step.due, step.next)
		}
	}
}
