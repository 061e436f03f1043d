// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/clustertest"
)

// heavies is the number of users that do not fit into one ConfigMap together: a shard holds one of them.
const heavies = 5

// heavy is a user of 220 KiB who holds a role.
func heavy(i int, role string) string {
	name := fmt.Sprintf("heavy-%d", i)
	return user(name, name, attributes("a", 64, 3500)+"  grants: [{name: "+role+", roleRef: {name: "+role+"}, scope: {units: [south]}}]\n")
}

// growLarge makes the organization too large for one ConfigMap.
func (w *world) growLarge() {
	GinkgoHelper()
	for i := range heavies {
		w.Apply(heavy(i, "clerk"))
	}
	w.Published()
	w.Yes("heavy-4 orders.view south")
}

// shrink makes it small again.
func (w *world) shrink() {
	GinkgoHelper()
	for i := range heavies {
		w.Delete("UserAssignment/" + fmt.Sprintf("heavy-%d", i))
	}
	w.No("heavy-3 orders.view south")
	w.Published()
}

// shards lists the shards of the organization by name.
func (w *world) shards() map[string]corev1.ConfigMap {
	GinkgoHelper()
	found := map[string]corev1.ConfigMap{}
	for _, configMap := range w.configMaps() {
		if configMap.Name != organization+"-permissions" {
			found[configMap.Name] = configMap
		}
	}
	return found
}

// referenced lists the ConfigMaps that the index references.
func (w *world) referenced() []string {
	GinkgoHelper()
	var names []string
	for _, part := range w.Publication().Parts {
		if part.ConfigMap != "" {
			names = append(names, part.ConfigMap)
		}
	}
	slices.Sort(names)
	return names
}

// shardOf returns the shard that holds a user.
func (w *world) shardOf(user string) *corev1.ConfigMap {
	GinkgoHelper()
	for _, shard := range w.shards() {
		if slices.Contains(w.referenced(), shard.Name) && strings.Contains(shard.Data[document.PartKey], `"`+user+`": {`) {
			return &shard
		}
	}
	Fail("no shard holds " + user)
	return nil
}

var _ = Describe("An organization that one ConfigMap cannot hold", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(everything...)
		w.growLarge()
	})

	It("is published in shards that never change", func() {
		index := w.ConfigMap()
		Expect(index.Data).To(HaveLen(1))
		publication := w.Publication()
		Expect(publication.Counts.Users).To(Equal(heavies + 2))
		clinic := w.Get("Organization/clinic").(*v1alpha1.Organization)
		Expect(clinic.Status.Publication.Digest).To(Equal(publication.Digest()))
		Expect(clinic.Status.Publication.Bytes).To(BeNumerically(">", publish.MaxBytes))

		sections := map[string]int{}
		for _, shard := range w.shards() {
			Expect(shard.Immutable).To(HaveValue(BeTrue()))
			Expect(metav1.IsControlledBy(&shard, clinic)).To(BeTrue())
			Expect(shard.Labels).To(And(HaveLen(3), HaveKeyWithValue("app.kubernetes.io/managed-by", "rolewright"),
				HaveKeyWithValue("rolewright.dev/organization", organization)))
			sections[shard.Labels["rolewright.dev/part"]]++
		}
		Expect(slices.Sorted(maps.Keys(sections))).To(Equal([]string{"base", "roles", "unitGroups", "units", "users"}))
		Expect(sections["users"]).To(BeNumerically(">=", heavies))
		w.Yes("anna orders.view icu", "anna orders.approve north owner=anna", "heavy-0 orders.view south")
		w.No("anna orders.view south", "heavy-0 orders.view north")
	})

	It("writes one shard and the index for the change of one user", func() {
		before, revision := w.referenced(), w.Publication().Revision
		changed := w.shardOf("heavy-1").Name
		w.Apply(heavy(1, "head"))
		w.Yes("heavy-1 staff.hire south")
		w.Published()
		after := w.referenced()
		added := slices.DeleteFunc(slices.Clone(after), func(name string) bool { return slices.Contains(before, name) })
		gone := slices.DeleteFunc(before, func(name string) bool { return slices.Contains(after, name) })
		Expect(added).To(HaveLen(1))
		Expect(gone).To(Equal([]string{changed}))
		Expect(w.Publication().Revision).To(Equal(revision + 1))
		Expect(w.shards()).To(HaveKey(changed), "readers of the former index still find it")
	})

	It("writes only a shard of roles for the change of a role", func() {
		before := w.shards()
		w.Apply(strings.Replace(clerkYAML, "[orders.view]", "[orders.view, staff.view]", 1))
		w.Yes("heavy-1 staff.view south")
		w.Published()
		for name, shard := range w.shards() {
			if _, old := before[name]; !old {
				Expect(shard.Labels).To(HaveKeyWithValue("rolewright.dev/part", "roles"))
			}
		}
	})

	It("moves into the index's ConfigMap when it shrinks, and out again when it grows", func() {
		revision := w.Publication().Revision
		shards := w.referenced()
		w.shrink()
		Expect(w.ConfigMap().Data).To(HaveLen(2))
		Expect(w.referenced()).To(BeEmpty())
		Expect(w.Publication().Revision).To(BeNumerically(">", revision))
		written := w.shards()
		w.growLarge()
		Expect(w.referenced()).To(Equal(shards), "the same content lies in the same shards")
		for _, name := range shards {
			Expect(w.shards()[name].ResourceVersion).To(Equal(written[name].ResourceVersion), "what is there is not written again")
		}
	})

	It("is published in the form that it asks for, and keeps the one that it has", func() {
		inOnePiece := func() {
			GinkgoHelper()
			w.Published()
			Expect(w.ConfigMap().Data).To(HaveLen(2))
			Expect(w.referenced()).To(BeEmpty())
		}
		inShards := func() {
			GinkgoHelper()
			w.Published()
			Expect(w.ConfigMap().Data).To(HaveLen(1))
			Expect(w.referenced()).NotTo(BeEmpty())
		}
		publishing := func(form string) {
			GinkgoHelper()
			w.Apply(organizationYAML + "  publishing: {" + form + "}")
		}
		By("more than one ConfigMap holds")
		publishing("form: OneConfigMap")
		inShards()
		By("what one ConfigMap holds, above the bound")
		w.Delete("UserAssignment/heavy-0")
		w.Delete("UserAssignment/heavy-1")
		inOnePiece()
		By("nothing more, after an earlier manager published it so")
		publishing("labels: {team: red}")
		inOnePiece()
		w.Apply(strings.Replace(clerkYAML, "[orders.view]", "[orders.view, staff.view]", 1))
		inOnePiece()
		revision := w.Publication().Revision
		running.Stop()
		running = start()
		settled()
		w.settleStatuses("UserAssignment/heavy-2")
		Expect(w.Publication().Revision).To(Equal(revision), "a restart publishes nothing")
		By("shards")
		publishing("form: Shards")
		inShards()
		publishing("labels: {team: red}")
		inShards()
		for i := 2; i < heavies; i++ {
			w.Delete("UserAssignment/" + fmt.Sprintf("heavy-%d", i))
		}
		inOnePiece()
	})

	DescribeTable("has a shard put back that a user", func(tamper func(*corev1.ConfigMap)) {
		revision := w.Publication().Revision
		shard := w.shardOf("heavy-2")
		tamper(shard)
		Eventually(func() (*corev1.ConfigMap, error) {
			found := &corev1.ConfigMap{}
			return found, api.Get(w.Ctx, client.ObjectKeyFromObject(shard), found)
		}).Should(And(
			HaveField("Data", Equal(shard.Data)), HaveField("BinaryData", BeEmpty()),
			HaveField("Labels", HaveKeyWithValue("app.kubernetes.io/managed-by", "rolewright")),
			HaveField("Labels", HaveKeyWithValue("rolewright.dev/organization", organization))))
		w.Yes("heavy-2 orders.view south")
		Expect(w.Publication().Revision).To(Equal(revision), "readers refused the other one")
	},
		Entry("deletes", func(c *corev1.ConfigMap) { Expect(api.Delete(w.Ctx, c)).To(Succeed()) }),
		Entry("deletes and creates with other bytes", func(c *corev1.ConfigMap) {
			text := strings.Replace(c.Data["part.json"], `"role":"clerk"`, `"role":"head"`, 1)
			Expect(text).NotTo(Equal(c.Data["part.json"]))
			w.replace(c, map[string]string{"part.json": text})
		}),
		Entry("deletes and creates with nothing in it", func(c *corev1.ConfigMap) { w.replace(c, nil) }),
		Entry("deletes and creates with more in it", func(c *corev1.ConfigMap) {
			w.replace(c, map[string]string{"part.json": c.Data["part.json"], "more": "of it"})
		}),
		Entry("takes our label from", func(c *corev1.ConfigMap) {
			labeled := c.DeepCopy()
			delete(labeled.Labels, "app.kubernetes.io/managed-by")
			Expect(api.Update(w.Ctx, labeled)).To(Succeed())
		}),
		Entry("says is another organization's", func(c *corev1.ConfigMap) {
			labeled := c.DeepCopy()
			labeled.Labels["rolewright.dev/organization"] = "other"
			Expect(api.Update(w.Ctx, labeled)).To(Succeed())
		}))
})

// replace deletes a shard and creates another under its name, with all but its data.
func (w *world) replace(shard *corev1.ConfigMap, data map[string]string) {
	GinkgoHelper()
	other := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: shard.Namespace, Name: shard.Name, Labels: shard.Labels, OwnerReferences: shard.OwnerReferences,
		},
		Data: data,
	}
	Eventually(func() error {
		if err := client.IgnoreNotFound(api.Delete(w.Ctx, shard)); err != nil {
			return err
		}
		return api.Create(w.Ctx, other.DeepCopy())
	}).Should(Or(Succeed(), Satisfy(apierrors.IsAlreadyExists)), "the manager may have been faster")
}

var _ = Describe("A shard that no index references any more", Serial, func() {
	It("stays for the grace period and is removed then", func() {
		w := newWorld()
		w.Apply(everything...)
		w.growLarge()
		old := w.shardOf("heavy-1").Name
		w.Apply(heavy(1, "head"))
		w.Yes("heavy-1 staff.hire south")
		w.Published()
		poke := func() {
			GinkgoHelper()
			shard := w.shardOf("heavy-0")
			shard.Labels["poked"] = fmt.Sprint(clock.Now().Unix())
			Expect(api.Update(w.Ctx, shard)).To(Succeed())
		}

		clock.Advance(shardGrace - time.Minute)
		poke()
		publishAnother()
		Consistently(w.shards).Should(HaveKey(old))
		referenced := w.referenced()
		clock.Advance(2 * time.Minute)
		poke()
		Eventually(w.shards).ShouldNot(HaveKey(old))
		Expect(slices.Sorted(maps.Keys(w.shards()))).To(Equal(referenced))
		w.Yes("heavy-1 staff.hire south")
	})

	It("is removed without an event, and kept if it is referenced again", func() {
		startInstead(func() *clustertest.Manager { return clustertest.StartManager(config, options(500*time.Millisecond)) })
		w := newWorld()
		w.Apply(everything...)
		w.growLarge()
		Eventually(func() []string { return slices.Sorted(maps.Keys(w.shards())) }).Should(Equal(w.referenced()))
		for _, role := range []string{"head", "clerk", "head", "clerk"} {
			w.Apply(heavy(1, role))
			w.Published()
		}
		Eventually(func() []string { return slices.Sorted(maps.Keys(w.shards())) }).Should(Equal(w.referenced()))
		w.Yes("heavy-1 orders.view south")
		w.No("heavy-1 staff.hire south")
		w.shrink()
		Eventually(w.shards).Should(BeEmpty())
	})
})

var _ = Describe("A manager that is restarted with large organizations", large, Serial, func() {
	It("writes nothing where nothing changed, and publishes the changes that it missed", func() {
		w := newWorld()
		w.Apply(everything...)
		w.growLarge()
		running.Stop()
		before := clustertest.ReadVersions(w.Ctx, api)
		running = start()
		later := newWorld()
		later.Apply(everything...)
		later.Published()
		Consistently(before.Changed).Should(BeEmpty())

		running.Stop()
		shard := w.shardOf("heavy-2")
		Expect(api.Delete(w.Ctx, shard)).To(Succeed())
		w.Apply(heavy(3, "head"))
		running = start()
		w.Published()
		w.Yes("heavy-3 staff.hire south", "heavy-2 orders.view south")
		Expect(w.shards()).To(HaveKey(shard.Name))
	})
})
