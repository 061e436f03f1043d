// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"fmt"
	"runtime"
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
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/publish"
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
	digest := ""
	if revision == 1 {
		digest = clinic().snapshot.Digest()
	}
	s.organization.Status.Publication = &v1alpha1.Publication{Revision: revision, Digest: digest, PublishTime: metav1.NewTime(first)}
	return s
}

// having makes the process know what is published.
func (s *state) having(revision int64) *state {
	s.reporting(revision)
	s.published = &publications.Mark{Organization: s.organization.UID, ConfigMap: "1", Publication: *s.organization.Status.Publication}
	s.organization.Status.Publication = nil
	return s
}

// holding makes the cluster hold a ConfigMap, changed as given.
func (s *state) holding(configMap *corev1.ConfigMap, change func(*corev1.ConfigMap)) *state {
	s.configMap = configMap.DeepCopy()
	s.configMap.ResourceVersion, s.configMap.UID = "1", "1"
	change(s.configMap)
	return s
}

func replaceRevision(with string) func(*corev1.ConfigMap) {
	return func(c *corev1.ConfigMap) {
		c.Data["index.json"] = strings.Replace(c.Data["index.json"], `"revision": 1,`, `"revision": `+with+`,`, 1)
	}
}

func replaceTime(c *corev1.ConfigMap) {
	c.Data["index.json"] = strings.Replace(c.Data["index.json"], "2026-05-01", "2099-05-01", 1)
}

func replaceUID(c *corev1.ConfigMap) {
	c.Data["index.json"] = strings.Replace(c.Data["index.json"], `"uid": "uid"`, `"uid": "forged"`, 1)
}

func immutable(c *corev1.ConfigMap) { c.Immutable = new(true) }

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
		{"the ConfigMap is newer than this process says", clinic().having(7).holding(one.write, replaceRevision("9")), 10, true},
		{"the ConfigMap is far newer than the status", clinic().reporting(7).holding(one.write, replaceRevision("1048583")), 1048583, false},
		{"the ConfigMap is too far above the status", clinic().reporting(7).holding(one.write, replaceRevision("1048584")), 8, true},
		{"the ConfigMap has the greatest revision", clinic().reporting(7).holding(one.write, replaceRevision("9007199254740992")), 8, true},
		{"the revision cannot be", clinic().reporting(7).holding(one.write, replaceRevision("9223372036854775807")), 8, true},
		{"the status has the greatest revision", clinic("north").reporting(1<<53).holding(one.write, same), 1, true},
		{"the status says something else than this process", clinic("north").having(7).holding(one.write, same), 8, true},
		{"the time is another", clinic().having(1).holding(one.write, replaceTime), 2, true},
		{"the uid is another", clinic().having(1).holding(one.write, replaceUID), 2, true},
		{"it is immutable", clinic().reporting(1).holding(one.write, immutable), 1, true},
		{"it is immutable, and a finalizer holds it", clinic().reporting(1).holding(one.write, func(c *corev1.ConfigMap) {
			immutable(c)
			c.Finalizers = []string{"example.org/hold"}
		}), 1, false},
		{"it has no owner", clinic().reporting(1).holding(one.write, func(c *corev1.ConfigMap) { c.OwnerReferences = nil }), 1, true},
		{"another object owns it, too", clinic().reporting(1).holding(one.write, func(c *corev1.ConfigMap) {
			c.OwnerReferences = append(c.OwnerReferences, metav1.OwnerReference{APIVersion: "v1", Kind: "Secret", Name: "keeps", UID: "2"})
		}), 1, true},
		{"it is labelled as a shard", clinic().reporting(1).holding(one.write, func(c *corev1.ConfigMap) { c.Labels["rolewright.dev/part"] = "users" }), 1, true},
		{"the index is not JSON", clinic().reporting(7).holding(one.write, func(c *corev1.ConfigMap) { c.Data["index.json"] = "{" }), 8, true},
		{"the index says something else", clinic().reporting(1).holding(one.write, func(c *corev1.ConfigMap) {
			c.Data["index.json"] = strings.Replace(c.Data["index.json"], `"users": 0`, `"users": 1`, 1)
		}), 2, true},
		{"there is binary data", clinic().reporting(1).holding(one.write, func(c *corev1.ConfigMap) { c.BinaryData = map[string][]byte{"x": {1}} }), 2, true},
		{"a label is gone", clinic().reporting(1).holding(one.write, func(c *corev1.ConfigMap) { c.Labels = nil }), 1, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			decided, err := decide(test.loaded, later)
			if err != nil {
				t.Fatal(err)
			}
			// What the cache holds is enough to notice that there is nothing to do; finalizers are looked up.
			if !test.written && len(test.loaded.configMap.Finalizers) == 0 {
				if again, err := decide(test.loaded.reduced(t), later); err != nil || !again.isFinal() {
					t.Errorf("reduced, it does not seem to be as it should be (%v)", err)
				}
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

// reduced is the same with what the cache holds of the ConfigMap.
func (s *state) reduced(t *testing.T) *state {
	t.Helper()
	cached := *s
	object, err := configmap.Reduce(s.configMap.DeepCopy())
	if err != nil {
		t.Fatal(err)
	}
	cached.configMap = object.(*corev1.ConfigMap)
	return &cached
}

// TestDecideLeavesAloneWhatIsNotOurs: neither the owner says that it is ours, nor what it holds, nor did this process write it.
func TestDecideLeavesAloneWhatIsNotOurs(t *testing.T) {
	one, err := decide(clinic(), first)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*corev1.ConfigMap){
		"it has no owner":                      func(c *corev1.ConfigMap) { c.OwnerReferences, c.Data = nil, nil },
		"its owner is Organization \"clinic\"": func(c *corev1.ConfigMap) { c.OwnerReferences[0].UID, c.Data = "earlier", nil },
		"it has no owner (": func(c *corev1.ConfigMap) {
			c.OwnerReferences = nil
			c.Data["index.json"] = strings.Replace(c.Data["index.json"], `"namespace": "town"`, `"namespace": "city"`, 1)
		},
	} {
		name, _, _ = strings.Cut(name, " (")
		foreign := clinic("north").reporting(7).holding(one.write, change)
		decided, err := decide(foreign, later)
		if err != nil || decided.write != nil || decided.outcome.Publication != nil || decided.outcome.Last.Revision != 7 {
			t.Fatalf("%s: it is written, or said to be published, or the revision is lost (%v)", name, err)
		}
		if problem := decided.outcome.Problem; problem.Reason != "ForeignConfigMap" || !strings.Contains(problem.Message, name) {
			t.Errorf("%s: %s: %s", name, problem.Reason, problem.Message)
		}
		foreign.having(7)
		if decided, err := decide(foreign, later); err != nil || decided.write == nil || decided.outcome.Publication.Revision != 8 {
			t.Errorf("%s: this process wrote it, and leaves it as it is (%v)", name, err)
		}
	}
}

// large is an organization that does not fit into one ConfigMap, and what the cluster holds once it is published.
func large(t *testing.T) *state {
	t.Helper()
	return ofUsers(t, 6000)
}

// ofUsers is such an organization of so many users.
func ofUsers(t *testing.T, n int) *state {
	t.Helper()
	loaded := clinic()
	users := make([]*v1alpha1.UserAssignment, n)
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
		configmap.Mark(configMap, loaded.owner(), nil, configMap.Labels)
		configMap.UID = types.UID(shard.Part.ConfigMap)
		reduced, err := configmap.Reduce(configMap)
		if err != nil {
			t.Fatal(err)
		}
		loaded.shards = append(loaded.shards, *reduced.(*corev1.ConfigMap))
	}
	loaded.organization.Status.Publication = decided.outcome.Last
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
		"one has no owner":         {func(s *state) { s.shards[1].OwnerReferences = nil }, 1},
		"one is not immutable":     {func(s *state) { s.shards[1].Immutable = nil }, 1},
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

// TestNoTextIsReadToSeeThatShardsAreThere: those of a large organization are kept compressed.
func TestNoTextIsReadToSeeThatShardsAreThere(t *testing.T) {
	loaded := ofUsers(t, publish.UnpackedUsers+1)
	texts := 0
	for i := range loaded.snapshot.Encoded.Shards {
		texts += loaded.snapshot.Encoded.Shards[i].Part.Bytes
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if missing := loaded.missingShards(); len(missing) != 0 {
		t.Errorf("%d are missing", len(missing))
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > uint64(texts)/4 {
		t.Errorf("that takes %d bytes, where all texts are %d", took, texts)
	}
}

func TestIdleAreTheShardsThatTheIndexDoesNotName(t *testing.T) {
	loaded := large(t)
	parts := slices.Clone(loaded.snapshot.Encoded.Parts())
	if idle := loaded.unreferencedShards(parts); len(idle) != 0 {
		t.Errorf("%d of those that it names are idle", len(idle))
	}
	former := parts[1].ConfigMap
	parts = slices.Delete(parts, 1, 2)
	for range 2 {
		if idle := loaded.unreferencedShards(parts); len(idle) != 1 || idle[0].Name != former {
			t.Errorf("%d are idle, want %s", len(idle), former)
		}
		// What holds what its name says is ours without an owner.
		for i := range loaded.shards {
			loaded.shards[i].OwnerReferences = nil
		}
	}
	for i := range loaded.shards {
		loaded.shards[i].Data = map[string]string{"theirs": "untouched"}
	}
	if idle := loaded.unreferencedShards(parts); len(idle) != 0 {
		t.Error("a ConfigMap of another owner is unreferenced")
	}
}

// TestStandingIsWhatReadersSee: while nothing new can be published, the last publication stands only if all of it is there.
func TestStandingIsWhatReadersSee(t *testing.T) {
	for name, test := range map[string]struct {
		change func(s *state)
		stands bool
	}{
		"all is there":             {func(*state) {}, true},
		"it is gone":               {func(s *state) { s.configMap = nil }, false},
		"another revision":         {func(s *state) { replaceRevision("2")(s.configMap) }, false},
		"not JSON":                 {func(s *state) { s.configMap.Data["index.json"] = "{" }, false},
		"a shard is gone":          {func(s *state) { s.shards = s.shards[1:] }, false},
		"a shard holds else":       {func(s *state) { s.shards[0].Data = nil }, false},
		"nothing was published":    {func(s *state) { s.organization.Status.Publication = nil }, false},
		"a label is gone":          {func(s *state) { s.configMap.Labels = nil }, true},
		"the organization is gone": {func(s *state) { s.organization = nil }, false},
	} {
		loaded := large(t)
		test.change(loaded)
		if got := loaded.unpublished("TooLarge", "").outcome; (got.Publication != nil) != test.stands {
			t.Errorf("%s: it stands: %v", name, !test.stands)
		}
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

// TestNamesOfPlatformDocuments: an organization is not published under one, and a catalog under one that can be a label.
func TestNamesOfPlatformDocuments(t *testing.T) {
	for _, test := range []struct {
		name      string
		ofCatalog bool
		problem   string
	}{
		{"clinic", false, ""},
		{"platform.town", false, "the name begins with platform."},
		{"platform.town", true, ""},
		{"platform." + strings.Repeat("c", 54), true, ""},
		{"platform." + strings.Repeat("c", 55), true, "has more than 63 characters"},
	} {
		loaded := clinic()
		loaded.organization = loaded.organization.DeepCopy()
		loaded.organization.Name = test.name
		if test.ofCatalog {
			loaded.catalog = &v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: "town", UID: loaded.organization.UID}}
		}
		decided, err := decide(loaded, first)
		if err != nil {
			t.Fatal(err)
		}
		problem := decided.outcome.Problem
		if (problem != nil) != (test.problem != "") || problem != nil && !strings.Contains(problem.Message, test.problem) {
			t.Errorf("%s: the problem is %v", test.name, problem)
		}
		if (decided.write != nil) != (test.problem == "") {
			t.Errorf("%s: written is %v", test.name, decided.write)
		}
		if kind := map[bool]string{false: "Organization", true: "PermissionCatalog"}[test.ofCatalog]; decided.write != nil && decided.write.OwnerReferences[0].Kind != kind {
			t.Errorf("%s: the owner is %v", test.name, decided.write.OwnerReferences)
		}
	}
}
