// SPDX-License-Identifier: Apache-2.0

package fromcluster_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/rolewright/rolewright/internal/serve/fromcluster"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	namespace = "shop"
	// timeout bounds waiting for what is certain to happen.
	timeout = 30 * time.Second
)

// state is what is published of an organization: the ConfigMap that publishes it, and the one that holds its users.
type state struct{ index, users *corev1.ConfigMap }

// publish returns the state of an organization in which one user may sell.
func publish(t *testing.T, organization, uid string, revision int64, user string) state {
	t.Helper()
	doc := document.Document{
		Schema: document.Schema, Namespace: namespace, Organization: organization, Catalog: "retail",
		Permissions: map[string]document.Permission{"sell": {}}, Units: map[string]document.Unit{"main": {}},
		Roles: map[string]document.Role{"seller": {Permissions: map[string][]document.Alternative{"sell": {{}}}}},
	}
	base, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	users := fmt.Appendf(nil, `{"users":{%q:{"grants":[{"role":"seller","everywhere":true}]}}}`, user)
	name := fmt.Sprintf("%s-users-%s", organization, user)
	publication := document.Publication{
		Schema: document.PublicationSchema, Namespace: namespace, Organization: organization, UID: uid, Revision: revision,
		Parts: []document.Part{
			{Name: "base.json", Digest: document.Digest(base), Bytes: len(base)},
			{ConfigMap: name, Name: document.PartKey, Digest: document.Digest(users), Bytes: len(users)},
		},
	}
	index, err := json.Marshal(publication)
	if err != nil {
		t.Fatal(err)
	}
	return state{
		index: configMap(organization, organization+document.ConfigMapSuffix,
			map[string]string{document.PublicationKey: string(index), "base.json": string(base)}),
		users: configMap(organization, name, map[string]string{document.PartKey: string(users)}, document.LabelPart, "users"),
	}
}

// configMap returns a ConfigMap with the labels of an organization, and further ones.
func configMap(organization, name string, data map[string]string, labels ...string) *corev1.ConfigMap {
	made := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{
		document.LabelManagedBy: document.ManagedBy, document.LabelOrganization: organization,
	}}, Data: data}
	for i := 0; i < len(labels); i += 2 {
		made.Labels[labels[i]] = labels[i+1]
	}
	return made
}

// cluster is a fake API server, and a follower of what it publishes.
type cluster struct {
	t        *testing.T
	client   *fake.Clientset
	registry *tenants.Registry
	// reads counts the reads of the users of any organization, accepted and refused the publications.
	reads, accepted, refused atomic.Int64
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{t: t, client: fake.NewClientset(), registry: tenants.NewRegistry()}
	c.client.PrependWatchReactor("configmaps", func(action clienttesting.Action) (bool, watch.Interface, error) {
		if action.(clienttesting.WatchActionImpl).ListOptions.SendInitialEvents != nil {
			// The fake sends no initial events: let the reflector list, as it does with older API servers.
			return true, nil, apierrors.NewBadRequest("sendInitialEvents is not supported")
		}
		return false, nil, nil
	})
	c.client.PrependReactor("get", "configmaps", func(clienttesting.Action) (bool, runtime.Object, error) {
		c.reads.Add(1)
		return false, nil, nil
	})
	return c
}

// follow runs a follower until the test ends.
func (c *cluster) follow(organization string) {
	c.t.Helper()
	follower, err := fromcluster.New(c.t.Context(), fromcluster.Options{
		Client: c.client, Namespace: namespace, Organization: organization, Registry: c.registry, Log: logr.Discard(),
		Reloaded: func(accepted bool) {
			if accepted {
				c.accepted.Add(1)
			} else {
				c.refused.Add(1)
			}
		},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(c.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		follower.Run(ctx)
	}()
	c.t.Cleanup(func() {
		cancel()
		<-ended
	})
}

func (c *cluster) apply(configMaps ...*corev1.ConfigMap) {
	c.t.Helper()
	client := c.client.CoreV1().ConfigMaps(namespace)
	for _, configMap := range configMaps {
		if _, err := client.Update(c.t.Context(), configMap, metav1.UpdateOptions{}); err == nil {
			continue
		}
		if _, err := client.Create(c.t.Context(), configMap, metav1.CreateOptions{}); err != nil {
			c.t.Fatal(err)
		}
	}
}

// publish applies a state as the manager does: the part first.
func (c *cluster) publish(states ...state) {
	c.t.Helper()
	for _, s := range states {
		c.apply(s.users, s.index)
	}
}

func (c *cluster) remove(s state) {
	c.t.Helper()
	for _, configMap := range []*corev1.ConfigMap{s.index, s.users} {
		if err := c.client.CoreV1().ConfigMaps(namespace).Delete(c.t.Context(), configMap.Name, metav1.DeleteOptions{}); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *cluster) eventually(what string, holds func() bool) {
	c.t.Helper()
	for end := time.Now().Add(timeout); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("not within %s: %s; served are %v, %v", timeout, what, c.registry.Keys(), c.registry.Ready())
		}
	}
}

func (c *cluster) served(organization string) tenants.Served {
	served, _ := c.registry.Get(tenants.Key{Namespace: namespace, Organization: organization})
	return served
}

func (c *cluster) maySell(organization, user string) bool {
	served := c.served(organization)
	return served != nil && served.Index().Check(&access.Request{
		Subject: access.Subject{Type: access.SubjectTypeUser, ID: user}, Action: access.Action{Name: "sell"},
	})
}

func TestEveryOrganizationIsFollowed(t *testing.T) {
	c := newCluster(t)
	acme, ajax := publish(t, "acme", "1", 1, "ann"), publish(t, "ajax", "2", 5, "bob")
	c.publish(acme, ajax)
	c.follow("")
	c.eventually("the registry is ready", func() bool { return c.registry.Ready() == nil })
	if !c.maySell("acme", "ann") || c.maySell("acme", "bob") || !c.maySell("ajax", "bob") || c.served("ajax").Revision() != 5 {
		t.Error("the registry was complete before everything of the start was read")
	}
	c.publish(publish(t, "acme", "1", 2, "cem"))
	c.eventually("revision 2", func() bool { return c.maySell("acme", "cem") && !c.maySell("acme", "ann") })
	c.publish(publish(t, "arco", "3", 1, "dan"))
	c.eventually("a new organization", func() bool { return c.maySell("arco", "dan") })
	// A publication is counted after it is served.
	c.eventually("four publications are counted as accepted", func() bool { return c.accepted.Load() == 4 })
	if c.refused.Load() != 0 {
		t.Errorf("%d publications were refused", c.refused.Load())
	}
}

// TestRemovalAndRecreation: an organization that is gone is not served, and one that is created again counts from 1.
func TestRemovalAndRecreation(t *testing.T) {
	c := newCluster(t)
	acme := publish(t, "acme", "1", 7, "ann")
	c.publish(acme, publish(t, "ajax", "2", 1, "bob"))
	c.follow("")
	c.eventually("the registry is ready", func() bool { return c.registry.Ready() == nil })
	c.remove(acme)
	c.eventually("acme is gone", func() bool { return c.served("acme") == nil })
	c.publish(publish(t, "acme", "9", 1, "cem"))
	c.eventually("acme is back", func() bool { return c.maySell("acme", "cem") })
	if c.maySell("acme", "ann") || c.served("acme").Revision() != 1 || !c.maySell("ajax", "bob") {
		t.Errorf("acme is served at revision %d", c.served("acme").Revision())
	}
}

// TestDamagedPartIsRetried: a part that is repaired is read, without another event; and so is one at the start.
func TestDamagedPartIsRetried(t *testing.T) {
	c := newCluster(t)
	acme := publish(t, "acme", "1", 1, "ann")
	damaged := acme.users.DeepCopy()
	damaged.Data[document.PartKey] = strings.Replace(damaged.Data[document.PartKey], "ann", "eve", 1)
	c.apply(damaged, acme.index)
	c.follow("")
	c.eventually("the publication is refused", func() bool { return c.served("acme") != nil && c.served("acme").Refusal() != nil })
	c.eventually("the registry is complete", func() bool { return !strings.Contains(fmt.Sprint(c.registry.Ready()), "not all organizations") })
	if c.registry.Ready() == nil || c.maySell("acme", "eve") || c.maySell("acme", "ann") {
		t.Error("a damaged publication is served")
	}
	c.apply(acme.users)
	c.eventually("the repaired part", func() bool { return c.maySell("acme", "ann") && c.served("acme").Refusal() == nil })
}

// TestPartsAreReadOnce: a part that was read is not read again, neither for another revision nor after a recreation of the index.
func TestPartsAreReadOnce(t *testing.T) {
	c := newCluster(t)
	c.publish(publish(t, "acme", "1", 1, "ann"))
	c.follow("")
	for revision := int64(2); revision < 6; revision++ {
		c.eventually("the revision before", func() bool { return c.served("acme") != nil && c.served("acme").Revision() == revision-1 })
		next := publish(t, "acme", "1", revision, "ann")
		c.apply(next.index)
	}
	c.eventually("revision 5", func() bool { return c.served("acme").Revision() == 5 })
	if reads := c.reads.Load(); reads != 1 {
		t.Errorf("the part was read %d times; want 1", reads)
	}
}

// TestForeignConfigMaps: what others label as ours, or copy, is not served and takes nothing away.
func TestForeignConfigMaps(t *testing.T) {
	c := newCluster(t)
	acme := publish(t, "acme", "1", 1, "ann")
	c.publish(acme)
	// The name and the label disagree; the name has no suffix; the contents are of another organization; there are none.
	mislabelled := configMap("acme", "other"+document.ConfigMapSuffix, acme.index.Data)
	unsuffixed := configMap("other", "other", acme.index.Data)
	copied := configMap("ajax", "ajax"+document.ConfigMapSuffix, acme.index.Data)
	empty := configMap("arco", "arco"+document.ConfigMapSuffix, nil)
	c.apply(mislabelled, unsuffixed, copied, empty)
	c.follow("")
	c.eventually("the registry is ready", func() bool { return c.registry.Ready() == nil })
	c.apply(publish(t, "acme", "1", 2, "ann").index, mislabelled, unsuffixed)
	c.eventually("revision 2", func() bool { return c.served("acme").Revision() == 2 })
	if got := fmt.Sprint(c.registry.Keys()); got != "[shop/acme shop/ajax shop/arco]" {
		t.Errorf("served are %s", got)
	}
	var refused *permissions.RefusalError
	if err := c.served("ajax").Refusal(); !errors.As(err, &refused) || refused.Reason != permissions.RefusedForeign {
		t.Errorf("the copy: %v", err)
	}
	for _, organization := range []string{"ajax", "arco"} {
		if c.served(organization).Ready() == nil || c.maySell(organization, "ann") {
			t.Errorf("%s is served", organization)
		}
	}
	if !c.maySell("acme", "ann") {
		t.Error("acme is not served")
	}
}

// TestNamedOrganization: an organization that is asked for by name is there before it is published, and after, not ready.
func TestNamedOrganization(t *testing.T) {
	c := newCluster(t)
	c.follow("acme")
	notReady := func() bool { return c.served("acme") != nil && c.served("acme").Ready() != nil }
	if !notReady() {
		t.Error("an organization that is waited for must be there, not ready")
	}
	acme := publish(t, "acme", "1", 1, "ann")
	c.publish(acme)
	c.eventually("it is published", func() bool { return c.registry.Ready() == nil && c.maySell("acme", "ann") })
	c.remove(acme)
	c.eventually("it is removed", notReady)
	if c.maySell("acme", "ann") {
		t.Error("a removed organization still decides")
	}
	c.publish(publish(t, "acme", "2", 1, "bob"))
	c.eventually("it is published again", func() bool { return c.maySell("acme", "bob") })
}

func TestListingMustBeAllowed(t *testing.T) {
	for _, test := range []struct {
		namespace string
		err       error
		want      string
	}{
		{"shop", apierrors.NewForbidden(schema.GroupResource{Resource: "configmaps"}, "", nil), "you may not list ConfigMaps in namespace shop"},
		{"", apierrors.NewUnauthorized("no"), "you may not list ConfigMaps in all namespaces (name one with -n to need fewer rights)"},
		{"", errors.New("connection refused"), "the published permissions cannot be read: connection refused"},
	} {
		client := fake.NewClientset()
		client.PrependReactor("list", "configmaps", func(clienttesting.Action) (bool, runtime.Object, error) { return true, nil, test.err })
		_, err := fromcluster.New(t.Context(), fromcluster.Options{
			Client: client, Namespace: test.namespace, Registry: tenants.NewRegistry(), Log: logr.Discard(),
		})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v; want %q", err, test.want)
		}
	}
}

// TestOnlyWhatIsServedIsWatched: narrower flags need narrower rights.
func TestOnlyWhatIsServedIsWatched(t *testing.T) {
	c := newCluster(t)
	c.follow("acme")
	c.eventually("the watch", func() bool {
		for _, action := range c.client.Actions() {
			if watching, is := action.(clienttesting.WatchActionImpl); is && watching.ListOptions.SendInitialEvents == nil {
				return watching.Namespace == namespace && watching.ListOptions.FieldSelector == "metadata.name=acme-permissions" &&
					watching.ListOptions.LabelSelector == document.IndexSelector
			}
		}
		return false
	})
}
