// SPDX-License-Identifier: Apache-2.0

package apisource_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	namespace    = "town"
	organization = "library"
	// timeout bounds waiting for what is certain to happen.
	timeout = 30 * time.Second
)

// published is one state of the library: the ConfigMap that publishes it, and those of its further parts.
type published struct {
	index *corev1.ConfigMap
	parts []*corev1.ConfigMap
}

// state returns the library at a revision, whose users may read. Each user is in a part of their own.
func state(t *testing.T, revision int64, users ...string) published {
	t.Helper()
	return stateWith(t, revision, "read", users...)
}

// stateWith returns the library with a permission by which its users may read, which is in the part that all others rest on.
func stateWith(t *testing.T, revision int64, permission string, users ...string) published {
	t.Helper()
	doc := document.Document{
		Schema: document.Schema, Namespace: namespace, Organization: organization, Catalog: organization,
		Permissions: map[string]document.Permission{permission: {}}, Units: map[string]document.Unit{"main": {}},
		Roles: map[string]document.Role{"reader": {Permissions: map[string][]document.Alternative{permission: {{}}}}},
	}
	base, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	publication := document.Publication{
		Schema: document.PublicationSchema, Namespace: namespace, Organization: organization, UID: "1", Revision: revision,
		Parts: []document.Part{{Name: "base.json", Digest: document.Digest(base), Bytes: len(base)}},
	}
	var p published
	for _, user := range users {
		text := fmt.Appendf(nil, `{"users":{%q:{"grants":[{"role":"reader","everywhere":true}]}}}`, user)
		name := organization + "-" + user
		publication.Parts = append(publication.Parts,
			document.Part{ConfigMap: name, Name: document.PartKey, Digest: document.Digest(text), Bytes: len(text)})
		p.parts = append(p.parts, configMap(name, map[string]string{document.PartKey: string(text)}))
	}
	index, err := json.Marshal(publication)
	if err != nil {
		t.Fatal(err)
	}
	p.index = configMap(organization+document.ConfigMapSuffix,
		map[string]string{document.PublicationKey: string(index), "base.json": string(base)})
	return p
}

// foreign returns the ConfigMap of a state that says that it is of another organization.
func foreign(p published) *corev1.ConfigMap {
	p.index.Data[document.PublicationKey] = strings.Replace(p.index.Data[document.PublicationKey], `"organization":"library"`, `"organization":"archive"`, 1)
	return p.index
}

func configMap(name string, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Data: data}
}

// cluster is a fake API server that counts reads of ConfigMaps.
type cluster struct {
	*fake.Clientset

	mutex sync.Mutex
	reads map[string]int
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{Clientset: fake.NewClientset(), reads: map[string]int{}}
	c.PrependWatchReactor("configmaps", func(action clienttesting.Action) (bool, watch.Interface, error) {
		if options := action.(clienttesting.WatchActionImpl).ListOptions; options.SendInitialEvents != nil {
			// The fake sends no initial events: let the reflector list, as it does with older API servers.
			return true, nil, apierrors.NewBadRequest("sendInitialEvents is not supported")
		}
		return false, nil, nil
	})
	c.PrependReactor("list", "configmaps", func(action clienttesting.Action) (bool, runtime.Object, error) {
		// The fake knows selectors of labels alone.
		only := action.(clienttesting.ListAction).GetListRestrictions().Fields
		all, err := c.Tracker().List(action.GetResource(), corev1.SchemeGroupVersion.WithKind("ConfigMap"), action.GetNamespace())
		if list, ok := all.(*corev1.ConfigMapList); ok {
			list.Items = slices.DeleteFunc(list.Items, func(m corev1.ConfigMap) bool {
				return !only.Matches(fields.Set{metav1.ObjectNameField: m.Name})
			})
		}
		return true, all, err
	})
	c.PrependReactor("get", "configmaps", func(action clienttesting.Action) (bool, runtime.Object, error) {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.reads[action.(clienttesting.GetAction).GetName()]++
		return false, nil, nil
	})
	return c
}

func (c *cluster) readsOf(name string) int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.reads[name]
}

// apply creates or replaces ConfigMaps.
func (c *cluster) apply(t *testing.T, configMaps ...*corev1.ConfigMap) {
	t.Helper()
	client := c.CoreV1().ConfigMaps(namespace)
	for _, configMap := range configMaps {
		if _, err := client.Update(t.Context(), configMap, metav1.UpdateOptions{}); err == nil {
			continue
		}
		if _, err := client.Create(t.Context(), configMap, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

// follower is an updater on a running queue, with the errors of its updates.
type follower struct {
	*apisource.Updater

	source  *permissions.Source
	updates chan error
}

func follow(t *testing.T, c *cluster) *follower {
	t.Helper()
	return followWith(t, c, permissions.NewSource(permissions.WithOrganization(namespace, organization)))
}

func followWith(t *testing.T, c *cluster, source *permissions.Source) *follower {
	t.Helper()
	f := &follower{source: source, updates: make(chan error, 100)}
	queue := apisource.NewQueue()
	f.Updater = queue.NewUpdater(c.CoreV1(), namespace, organization, f.source, func(err error) { f.updates <- err })
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		queue.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return f
}

// update waits for the next update, whose error must contain a text; an empty one stands for no error.
func (f *follower) update(t *testing.T, want string) {
	t.Helper()
	select {
	case err := <-f.updates:
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Fatalf("the update ended with %v; want %q", err, want)
		}
	case <-time.After(timeout):
		t.Fatalf("no update within %s; the state is %+v", timeout, f.source.State())
	}
}

func mayRead(source *permissions.Source, user string) bool {
	return source.Index().Check(&access.Request{
		Subject: access.Subject{Type: access.SubjectTypeUser, ID: user}, Action: access.Action{Name: "read"},
	})
}

// TestDamagedPartIsRetried: a part that is damaged or missing is read again, without another event of the watch.
func TestDamagedPartIsRetried(t *testing.T) {
	for name, test := range map[string]struct {
		damage func(part *corev1.ConfigMap) []*corev1.ConfigMap
		want   string
	}{
		"damaged": {func(part *corev1.ConfigMap) []*corev1.ConfigMap {
			damaged := part.DeepCopy()
			damaged.Data[document.PartKey] = strings.Replace(damaged.Data[document.PartKey], "ann", "bob", 1)
			return []*corev1.ConfigMap{damaged}
		}, "it is damaged"},
		"missing": {func(*corev1.ConfigMap) []*corev1.ConfigMap { return nil }, "not found"},
		"without the key": {func(part *corev1.ConfigMap) []*corev1.ConfigMap {
			return []*corev1.ConfigMap{configMap(part.Name, nil)}
		}, "ConfigMap town/library-ann has no key"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t)
			f := follow(t, c)
			p := state(t, 1, "ann")
			c.apply(t, test.damage(p.parts[0])...)
			f.Observe(p.index)
			f.update(t, test.want)
			if mayRead(f.source, "ann") || mayRead(f.source, "bob") {
				t.Error("a damaged publication was accepted")
			}
			c.apply(t, p.parts...)
			for f.source.State().Revision == 0 {
				select {
				case err := <-f.updates:
					t.Logf("an update ended with %v", err)
				case <-time.After(timeout):
					t.Fatalf("not retried within %s: %+v", timeout, f.source.State())
				}
			}
			if !mayRead(f.source, "ann") || f.source.State().Refusal != nil {
				t.Errorf("the repaired part is not used: %+v", f.source.State())
			}
		})
	}
}

// TestRefusalsThatLastAreNotRetried: what is refused for what it is stays refused until something else is published.
func TestRefusalsThatLastAreNotRetried(t *testing.T) {
	c := newCluster(t)
	f := follow(t, c)
	second := state(t, 2, "ann")
	c.apply(t, second.parts...)
	f.Observe(second.index)
	f.update(t, "")
	f.Observe(foreign(state(t, 3, "ann")))
	f.update(t, "the publication is of organization town/archive; this source reads town/library")
	select {
	case err := <-f.updates:
		t.Errorf("another organization's publication was retried: %v", err)
	case <-time.After(2 * time.Second):
	}
}

// TestWhatIsObservedLaterIsFollowed: the order of the watch counts, and not what publications say of themselves. The source need not
// have been told whose publications it reads.
func TestWhatIsObservedLaterIsFollowed(t *testing.T) {
	c := newCluster(t)
	f := followWith(t, c, permissions.NewSource())
	published := state(t, 3, "ann")
	c.apply(t, published.parts...)
	c.apply(t, state(t, 3, "eve").parts...)
	for _, forged := range []string{`"revision":9007199254740992`, `"revision":1`, `"revision":3`, `"uid":"forged"`, `"uid":""`} {
		name, _, _ := strings.Cut(forged, ":")
		index := state(t, 3, "eve").index
		index.Data[document.PublicationKey] = regexp.MustCompile(name+`:("[^"]*"|\d+)`).ReplaceAllString(index.Data[document.PublicationKey], forged)
		f.Observe(index)
		f.update(t, "")
		f.Observe(published.index)
		f.update(t, "")
		if state := f.source.State(); !mayRead(f.source, "ann") || mayRead(f.source, "eve") || state.Revision != 3 || state.UID != "1" {
			t.Errorf("after %s the source has %+v", forged, state)
		}
	}
	f.Observe(foreign(state(t, 4, "eve")))
	f.update(t, "this source reads town/library")
}

// TestPartsAreReadOnce: a part that is the same as before is not read again, not even to build the index from scratch.
func TestPartsAreReadOnce(t *testing.T) {
	c := newCluster(t)
	f := follow(t, c)
	states := []published{state(t, 1, "ann", "bob"), state(t, 2, "ann", "cem"), state(t, 3, "cem", "dan")}
	for _, p := range states {
		c.apply(t, p.parts...)
		f.Observe(p.index)
		f.update(t, "")
	}
	// What all rest on is another: the source builds its index from scratch, also where something was refused in between.
	refused := state(t, 1, "eve")
	c.apply(t, refused.parts...)
	f.Observe(foreign(refused))
	f.update(t, "this source reads town/library")
	f.Observe(stateWith(t, 4, "write", "cem", "dan").index)
	f.update(t, "")
	f.Observe(state(t, 5, "cem", "dan").index)
	f.update(t, "")
	// So may it be where the organization was deleted and created again.
	again := state(t, 1, "cem", "dan")
	again.index.Data[document.PublicationKey] = strings.Replace(again.index.Data[document.PublicationKey], `"uid":"1"`, `"uid":"2"`, 1)
	f.Observe(again.index)
	f.update(t, "")
	for _, user := range []string{"ann", "bob", "cem", "dan"} {
		if reads := c.readsOf(organization + "-" + user); reads != 1 {
			t.Errorf("the part of %s was read %d times; want 1", user, reads)
		}
	}
	// A part that is no longer named is forgotten, and read when it is named again.
	last := state(t, 2, "ann")
	last.index.Data[document.PublicationKey] = strings.Replace(last.index.Data[document.PublicationKey], `"uid":"1"`, `"uid":"2"`, 1)
	f.Observe(last.index)
	f.update(t, "")
	if reads := c.readsOf(organization + "-ann"); reads != 2 {
		t.Errorf("the part of ann was read %d times; want 2", reads)
	}
}

// TestDeletionAndCreation: what was read stays while the ConfigMap is gone, and the next one is followed.
func TestDeletionAndCreation(t *testing.T) {
	c := newCluster(t)
	f := follow(t, c)
	first := state(t, 1, "ann")
	c.apply(t, first.parts...)
	f.Observe(first.index)
	f.update(t, "")
	f.Observe(nil)
	f.update(t, "ConfigMap town/library-permissions is not there")
	if s := f.source.State(); s.Err == nil || !mayRead(f.source, "ann") {
		t.Errorf("after the deletion: %+v", s)
	}
	second := state(t, 2, "bob")
	c.apply(t, second.parts...)
	f.Observe(second.index)
	f.update(t, "")
	if s := f.source.State(); s.Err != nil || mayRead(f.source, "ann") || !mayRead(f.source, "bob") {
		t.Errorf("after the creation: %+v", s)
	}
}

// TestMarkFresh: what was read is fresh while the API server has nothing newer, and only then.
func TestMarkFresh(t *testing.T) {
	c := newCluster(t)
	f := follow(t, c)
	p := state(t, 1, "ann")
	c.apply(t, p.parts...)
	marks := func() bool {
		before := f.source.State()
		f.MarkFresh()
		after := f.source.State()
		return after.FreshAt.After(before.FreshAt)
	}
	f.MarkFresh()
	if !f.source.State().FreshAt.IsZero() {
		t.Error("fresh before anything was read")
	}
	f.Observe(p.index)
	f.update(t, "")
	if !marks() {
		t.Error("not fresh although nothing is newer")
	}
	f.Observe(configMap(p.index.Name, map[string]string{"other": "x"}))
	f.update(t, "has no key index.json")
	if marks() || f.source.State().Err == nil {
		t.Error("fresh although what is published is no publication")
	}
	f.Observe(p.index)
	f.update(t, "")
	if !marks() {
		t.Error("not fresh although it is published again")
	}
	f.Observe(nil)
	f.update(t, "is not there")
	if marks() || f.source.State().Err == nil {
		t.Error("fresh although nothing is published")
	}
	f.Observe(state(t, 2, "nobody").index)
	f.update(t, "not found")
	if marks() {
		t.Error("fresh although something newer is waiting to be read")
	}
}

// TestRun watches the ConfigMap through the API.
func TestRun(t *testing.T) {
	c := newCluster(t)
	source := permissions.NewSource()
	feeder := apisource.New(c.CoreV1(), namespace, organization, source)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- feeder.Run(ctx) }()
	for revision, user := range []string{"", "ann", "bob", "cem"} {
		if revision == 0 {
			continue
		}
		p := state(t, int64(revision), user)
		c.apply(t, append(p.parts, p.index)...)
		waiting, stop := context.WithTimeout(ctx, timeout)
		index, err := source.AtLeast(waiting, int64(revision))
		stop()
		if err != nil || index == nil || !mayRead(source, user) {
			t.Fatalf("revision %d: %v, state %+v", revision, err, source.State())
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run returned %v", err)
	}
}
