// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/clustertest"
)

// organizationCount is how many organizations one platform role reaches.
const organizationCount = 200

// These specs have a control plane and a manager of their own, so that nothing else causes a resolution.
var _ = Describe("A platform role that reaches two hundred organizations", large, Serial, Ordered, func() {
	var cluster client.Client
	var manager *clustertest.Manager

	BeforeAll(func(ctx SpecContext) {
		plane := suite.Start(controlplane.Options{CRDPaths: []string{"config/crd/bases"}})
		config := plane.Config()
		cluster = clustertest.NewClient(config, eventsv1.AddToScheme)
		// All is there before the manager: none of them is published in parts.
		create(ctx, cluster, manyOrganizations()...)
		manager = clustertest.StartManager(config, options(shardGrace))
		DeferCleanup(manager.Stop)
		Eventually(func() map[string]int { return revisions(ctx, cluster) }).Should(And(HaveLen(organizationCount), HaveEach(1)))
	})

	// settled is how often anything was resolved, once that has come to rest.
	settled := func() int {
		GinkgoHelper()
		last := -1
		Eventually(func() bool {
			before := last
			last = manager.Resolutions()
			return last == before
		}).WithPolling(time.Second).Should(BeTrue())
		return last
	}
	change := func(ctx SpecContext, to func(*v1alpha1.PlatformRole)) {
		GinkgoHelper()
		role := &v1alpha1.PlatformRole{}
		Expect(cluster.Get(ctx, client.ObjectKey{Name: "nurse"}, role)).To(Succeed())
		to(role)
		Expect(cluster.Update(ctx, role)).To(Succeed())
	}

	It("has each resolved once, and writes no document that did not change", func(ctx SpecContext) {
		before, written := settled(), configMapVersions(ctx, cluster)
		change(ctx, func(role *v1alpha1.PlatformRole) { role.Spec.DisplayName = "Registered nurse" })
		Eventually(manager.Resolutions).Should(Equal(before + organizationCount))
		Expect(settled()).To(Equal(before + organizationCount))
		Expect(configMapVersions(ctx, cluster)).To(Equal(written))
	})

	It("has each resolved once, and every document written once", func(ctx SpecContext) {
		before := settled()
		change(ctx, func(role *v1alpha1.PlatformRole) {
			role.Spec.Rules[0].Permissions = append(role.Spec.Rules[0].Permissions, "orders.approve")
		})
		Eventually(func() map[string]int { return revisions(ctx, cluster) }).Should(And(HaveLen(organizationCount), HaveEach(2)))
		Expect(settled()).To(Equal(before + organizationCount))
		Expect(revisions(ctx, cluster)).To(HaveEach(2))
	})

	It("says so in the status of each, and in no event of each", func(ctx SpecContext) {
		Eventually(func() []v1alpha1.Organization {
			list := &v1alpha1.OrganizationList{}
			Expect(cluster.List(ctx, list)).To(Succeed())
			return list.Items
		}).Should(And(HaveLen(organizationCount), HaveEach(HaveField("Status.Publication.Revision", BeEquivalentTo(2)))))
		events := &eventsv1.EventList{}
		Expect(cluster.List(ctx, events)).To(Succeed())
		Expect(events.Items).To(ContainElement(HaveField("Note", ContainSubstring("revision 1"))))
		Expect(events.Items).NotTo(ContainElement(HaveField("Note", ContainSubstring("revision 2"))))
	})

	It("leaves organizations of other catalogs alone, and counts its own", func(ctx SpecContext) {
		Eventually(func() *int32 {
			role := &v1alpha1.PlatformRole{}
			Expect(cluster.Get(ctx, client.ObjectKey{Name: "nurse"}, role)).To(Succeed())
			return role.Status.OrganizationCount
		}).Should(HaveValue(BeEquivalentTo(organizationCount)))
		before := settled()
		foreign := &v1alpha1.PlatformRole{ObjectMeta: metav1.ObjectMeta{Name: "foreign"}, Spec: v1alpha1.PlatformRoleSpec{
			CatalogRef: v1alpha1.CatalogReference{Name: "other"}, AssignableScope: v1alpha1.AssignableScopeOrganization,
		}}
		create(ctx, cluster, foreign)
		Eventually(func() []metav1.Condition {
			Expect(cluster.Get(ctx, client.ObjectKeyFromObject(foreign), foreign)).To(Succeed())
			return foreign.Status.Conditions
		}).ShouldNot(BeEmpty())
		Expect(settled()).To(Equal(before))
	})
})

// manyOrganizations returns the objects of the specs.
func manyOrganizations() []client.Object {
	everywhere := true
	objects := []client.Object{
		&v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: "orders"}, Spec: v1alpha1.PermissionCatalogSpec{
			Sections:    []v1alpha1.Section{{Name: "orders"}},
			Permissions: []v1alpha1.Permission{{Name: "orders.view", Section: "orders"}, {Name: "orders.approve", Section: "orders"}},
		}},
		&v1alpha1.PlatformRole{ObjectMeta: metav1.ObjectMeta{Name: "nurse"}, Spec: v1alpha1.PlatformRoleSpec{
			CatalogRef: v1alpha1.CatalogReference{Name: "orders"}, AssignableScope: v1alpha1.AssignableScopeOrganization,
			RoleDefinition: v1alpha1.RoleDefinition{Rules: []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{"orders.view"}}}},
		}},
	}
	for i := range organizationCount {
		name := fmt.Sprintf("ward-%d", i)
		meta := metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: name}
		objects = append(objects,
			&v1alpha1.UserAssignment{ObjectMeta: meta, Spec: v1alpha1.UserAssignmentSpec{
				OrganizationRef: v1alpha1.OrganizationReference{Name: name}, User: "nora",
				Grants: []v1alpha1.Grant{{
					Name: "nurse", RoleRef: v1alpha1.RoleReference{Kind: v1alpha1.RoleKindPlatformRole, Name: "nurse"},
					Scope: &v1alpha1.Scope{Everywhere: &everywhere},
				}},
			}},
			&v1alpha1.Organization{ObjectMeta: meta, Spec: v1alpha1.OrganizationSpec{
				CatalogRef: v1alpha1.CatalogReference{Name: "orders"},
			}})
	}
	return objects
}

func create(ctx SpecContext, into client.Client, objects ...client.Object) {
	GinkgoHelper()
	for _, object := range objects {
		Expect(into.Create(ctx, object)).To(Succeed())
	}
}

func publishedIn(ctx SpecContext, reader client.Client) []corev1.ConfigMap {
	GinkgoHelper()
	list := &corev1.ConfigMapList{}
	Expect(reader.List(ctx, list, client.HasLabels{document.LabelOrganization})).To(Succeed())
	return list.Items
}

// revisions are how often each organization was published.
func revisions(ctx SpecContext, reader client.Client) map[string]int {
	GinkgoHelper()
	found := map[string]int{}
	for _, configMap := range publishedIn(ctx, reader) {
		publication, _, err := document.ReadPublication(configMap.Data)
		Expect(err).NotTo(HaveOccurred())
		found[configMap.Name] = int(publication.Revision)
	}
	return found
}

func configMapVersions(ctx SpecContext, reader client.Client) map[string]string {
	GinkgoHelper()
	found := map[string]string{}
	for _, configMap := range publishedIn(ctx, reader) {
		found[configMap.Name] = configMap.ResourceVersion
	}
	return found
}
