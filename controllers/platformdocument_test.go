// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"strings"

	"github.com/go-logr/logr"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/serve/fromcluster"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("A platform document", Ordered, func() {
	const namespace = "platform-documents"
	var (
		w        *world
		platform *clustertest.World
	)
	publishing := func() controllers.Options {
		with := options(shardGrace)
		with.PlatformNamespace = namespace
		return with
	}
	BeforeAll(func() {
		startInstead(func() *clustertest.Manager { return clustertest.StartManager(config, publishing()) })
	})
	BeforeEach(func() {
		w = newWorld()
		w.Apply(catalogYAML, auditor)
		platform = w.Platform(namespace)
	})
	audit := func(user string) string { return user + " platform.audit " + platform.Organization }

	// expectEvent waits for a warning about a catalog.
	expectEvent := func(catalog, reason, part string) {
		GinkgoHelper()
		Eventually(func(g Gomega) {
			events := &eventsv1.EventList{}
			g.Expect(api.List(w.Ctx, events)).To(Succeed())
			g.Expect(events.Items).To(ContainElement(And(
				HaveField("Regarding.Kind", "PermissionCatalog"), HaveField("Regarding.Name", catalog), HaveField("Reason", reason),
				HaveField("Note", And(HavePrefix("the platform document is not published: "), ContainSubstring(part))))))
		}).Should(Succeed())
	}

	It("waits for its namespace, and says so", func() {
		w.Apply(platformAssignment("petra", auditing("{all: true}")))
		expectEvent(w.Namespace, "PublishFailed", `namespace "platform-documents" does not exist`)
		Expect(api.Create(w.Ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}})).To(Succeed())
		platform.Yes(audit("petra"))
	})

	It("says before there is any organization who may do what, and follows what the platform gives", func() {
		w.Apply(platformAssignment("petra", auditing("{all: true}")),
			platformAssignment("sven", auditing("{selector: {matchExpressions: [{key: tier, operator: DoesNotExist}]}}")))
		platform.Yes(audit("petra"), "petra staff.view "+platform.Organization)
		platform.No(audit("sven"), audit("anna"), "petra orders.view "+platform.Organization, "petra platform.audit icu")
		Expect(platform.ConfigMap().Data["document.json"]).NotTo(ContainSubstring("sven"), "who covers no organization yet does nothing on the platform")

		w.Apply(platformRole("auditor", "Platform", "  rules: [{permissions: [staff.view]}]"))
		platform.No(audit("petra"))
		platform.Yes("petra staff.view " + platform.Organization)
		w.Apply(auditor)
		platform.Yes(audit("petra"))
		w.Apply(platformAssignment("petra", "  state: Suspended\n"+auditing("{all: true}")))
		platform.No(audit("petra"))
		w.Apply(platformAssignment("petra", auditing("{all: true}")))
		platform.Yes(audit("petra"))
		w.Delete("PlatformAssignment/$world-petra")
		platform.No(audit("petra"))
		w.Apply(platformAssignment("petra", auditing("{all: true}")))
		platform.Yes(audit("petra"))
		w.Delete("PlatformRole/$world-auditor")
		platform.No(audit("petra"))
		w.Apply(auditor)
		platform.Yes(audit("petra"))
		w.Apply(strings.Replace(catalogYAML, "name: platform.audit", "name: platform.audits", 1))
		platform.No(audit("petra"))
	})

	It("is read by an application, and by the decision service, like that of an organization", func() {
		w.Apply(platformAssignment("petra", auditing("{all: true}")))
		ctx, cancel := context.WithCancel(context.Background())
		DeferCleanup(cancel)
		source, registry := permissions.NewSource(permissions.WithOrganization(namespace, platform.Organization)), tenants.NewRegistry()
		feeder, err := apisource.ForConfig(config, namespace, platform.Organization, source)
		Expect(err).NotTo(HaveOccurred())
		go func() { _ = feeder.Run(ctx) }()
		kube, err := kubernetes.NewForConfig(config)
		Expect(err).NotTo(HaveOccurred())
		follower, err := fromcluster.New(ctx, fromcluster.Options{Client: kube, Registry: registry, Log: logr.Discard()})
		Expect(err).NotTo(HaveOccurred())
		go follower.Run(ctx)
		asked := clustertest.Question(audit("petra"))
		Eventually(func() bool { return source.Index().Check(asked) }).Should(BeTrue())
		Eventually(func() bool {
			tenant, served := registry.Tenant(namespace, platform.Organization)
			return served && tenant.Index().Check(asked)
		}).Should(BeTrue())
	})

	It("is enforced by what the catalog demands, and no plan turns a feature on", func() {
		w.Apply(platformRole("billing", "Platform", "  rules: [{permissions: [staff.hire]}, {permissions: [orders.view], requiredFeatures: [reports]}]"),
			platformAssignment("petra", auditing("{all: true}")),
			platformAssignment("paul", `
  grants:
  - {name: auditor, roleRef: {name: $world-auditor}, organizations: {all: true}}
  - {name: billing, roleRef: {name: $world-billing}, organizations: {all: true}}`))
		platform.Yes(audit("petra"), audit("paul"), "paul staff.hire "+platform.Organization)
		platform.No("paul orders.view " + platform.Organization)
		w.Apply(catalog(`
  constraints:
  - name: apart
    enforcement: Enforce
    type: SeparationOfDuties
    separationOfDuties:
      atMost: 1
      duties:
      - {name: audit, roleRefs: [{kind: PlatformRole, name: $world-auditor}]}
      - {name: bill, roleRefs: [{kind: PlatformRole, name: $world-billing}]}
  prohibitions: [{name: frozen, permissions: [platform.audit], expression: subject.id == 'petra'}]
`))
		platform.No(audit("petra"), "paul staff.hire "+platform.Organization)
		platform.Yes(audit("paul"))
		w.Expect("PlatformAssignment/$world-paul", "Ready", metav1.ConditionTrue, "Resolved",
			`on the platform itself, by catalog "$world", constraint "apart" is broken`)
	})

	It("is owned by its catalog, and not by what organizations do", func() {
		w.Apply(platformAssignment("petra", auditing("{all: true}")))
		platform.Yes(audit("petra"))
		before := platform.ConfigMap()
		Expect(metav1.IsControlledBy(before, w.Get("PermissionCatalog"))).To(BeTrue())
		Expect(before.OwnerReferences).To(HaveExactElements(And(
			HaveField("Kind", "PermissionCatalog"), HaveField("Name", w.Namespace), HaveField("BlockOwnerDeletion", BeNil()))))
		Expect(platform.Publication().UID).To(BeEquivalentTo(w.Get("PermissionCatalog").GetUID()))
		w.Apply(everything[1:]...)
		w.Published()
		w.Yes("petra platform.audit icu")
		publishAnother()
		Expect(platform.ConfigMap().ResourceVersion).To(Equal(before.ResourceVersion))
	})

	DescribeTable("is put right after", func(tamper func(*corev1.ConfigMap)) {
		w.Apply(platformAssignment("petra", auditing("{all: true}")))
		platform.Yes(audit("petra"))
		readers := platform.Publication().Revision
		changed := platform.ConfigMap()
		tamper(changed)
		Eventually(func(g Gomega) {
			found := &corev1.ConfigMap{}
			g.Expect(api.Get(w.Ctx, client.ObjectKeyFromObject(changed), found)).To(Succeed())
			g.Expect(found.ResourceVersion).NotTo(Equal(changed.ResourceVersion))
			g.Expect(metav1.IsControlledBy(found, w.Get("PermissionCatalog"))).To(BeTrue())
			publication, err := document.ParsePublication([]byte(found.Data[document.PublicationKey]))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(publication.Revision).To(BeNumerically(">=", readers))
		}).Should(Succeed())
		platform.Yes(audit("petra"))
		platform.No(audit("eve"))
	},
		Entry("another writer changed it", func(c *corev1.ConfigMap) {
			c.Data[document.DocumentKey] = strings.ReplaceAll(c.Data[document.DocumentKey], "petra", "eve")
			index(func(p *document.Publication) {
				p.Parts[0].Digest = document.Digest([]byte(c.Data[document.DocumentKey]))
			})(c)
			Expect(api.Update(w.Ctx, c)).To(Succeed())
		}),
		Entry("another writer took its owner away", func(c *corev1.ConfigMap) {
			c.OwnerReferences = nil
			Expect(api.Update(w.Ctx, c)).To(Succeed())
		}),
		Entry("it was deleted", func(c *corev1.ConfigMap) { Expect(api.Delete(w.Ctx, c)).To(Succeed()) }),
	)

	It("leaves a ConfigMap of another alone, says so, and is published once that is gone", func() {
		stranger := newWorld()
		foreign := &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: document.PlatformOrganization(stranger.Namespace) + document.ConfigMapSuffix},
			Data:       map[string]string{"theirs": "stays"},
		}
		Expect(api.Create(w.Ctx, foreign)).To(Succeed())
		stranger.Apply(catalogYAML)
		expectEvent(stranger.Namespace, "ForeignConfigMap", "delete it, or move its data")
		Expect(stranger.Platform(namespace).ConfigMap().Data).To(Equal(foreign.Data))
		Expect(api.Delete(w.Ctx, foreign)).To(Succeed())
		stranger.Platform(namespace).Settled()
	})

	It("is not published again once its catalog is gone", func() {
		platform.Settled()
		w.Delete("PermissionCatalog")
		Expect(api.Delete(w.Ctx, platform.ConfigMap())).To(Succeed(), "as garbage collection does")
		another := newWorld()
		another.Apply(catalogYAML)
		another.Platform(namespace).Settled()
		err := api.Get(w.Ctx, client.ObjectKey{Namespace: namespace, Name: platform.Organization + document.ConfigMapSuffix}, &corev1.ConfigMap{})
		Expect(client.IgnoreNotFound(err)).To(Succeed())
		Expect(err).To(HaveOccurred())
	})

	It("is spread over shards if it is large", large, func() {
		var grants strings.Builder
		_, _ = grants.WriteString("  grants:")
		for i := range 60 {
			_, _ = grants.WriteString("\n  - {name: g" + strings.Repeat("x", 50) + string(rune('a'+i%26)) + string(rune('a'+i/26)) +
				", roleRef: {name: $world-auditor}, organizations: {all: true}}")
		}
		for i := range 12 {
			w.Apply(platformAssignment("many-"+string(rune('a'+i)), grants.String()))
		}
		platform.Yes("many-a platform.audit "+platform.Organization, "many-l platform.audit "+platform.Organization)
		shards := &corev1.ConfigMapList{}
		Expect(api.List(w.Ctx, shards, client.InNamespace(namespace), client.MatchingLabels{document.LabelOrganization: platform.Organization})).To(Succeed())
		Expect(len(shards.Items)).To(BeNumerically(">", 1))
		for i := range shards.Items {
			Expect(metav1.IsControlledBy(&shards.Items[i], w.Get("PermissionCatalog"))).To(BeTrue())
		}
	})

	// It is the last: those that follow have another manager.
	It("is not written by a manager that is restarted, and goes on counting its revisions", func() {
		w.Apply(platformAssignment("petra", auditing("{all: true}")))
		platform.Yes(audit("petra"))
		w.Delete("PlatformAssignment/$world-petra")
		platform.No(audit("petra"))
		before := platform.ConfigMap()
		revision := platform.Publication().Revision
		Expect(revision).To(BeNumerically(">", 1))
		writes := &clustertest.Writes{}
		startInstead(func() *clustertest.Manager { return clustertest.StartManager(writes.Count(config), publishing()) })
		another := newWorld()
		another.Apply(catalogYAML)
		another.Platform(namespace).Settled()
		Expect(writes.List(namespace)).To(HaveLen(1), "the document of the other catalog")
		Expect(platform.ConfigMap().ResourceVersion).To(Equal(before.ResourceVersion))
		w.Apply(platformAssignment("petra", auditing("{all: true}")))
		platform.Yes(audit("petra"))
		Expect(platform.Publication().Revision).To(Equal(revision + 1))
	})
})
