// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// versions are the resourceVersions of everything that the manager may write, but for its lease.
func versions(w *world) map[string]string {
	GinkgoHelper()
	all := map[string]string{}
	for kind, list := range map[string]client.ObjectList{
		"PermissionCatalog": &v1alpha1.PermissionCatalogList{}, "Organization": &v1alpha1.OrganizationList{},
		"OrganizationStructure": &v1alpha1.OrganizationStructureList{},
		"Role":                  &v1alpha1.RoleList{}, "UserAssignment": &v1alpha1.UserAssignmentList{},
		"ConfigMap": &corev1.ConfigMapList{}, "Event": &eventsv1.EventList{},
	} {
		Expect(api.List(w.Ctx, list)).To(Succeed())
		Expect(meta.EachListItem(list, func(item runtime.Object) error {
			object := item.(client.Object)
			// The lead changes hands, and says so in events about the lease.
			if object.GetNamespace() != systemNamespace {
				all[fmt.Sprintf("%s %s/%s", kind, object.GetNamespace(), object.GetName())] = object.GetResourceVersion()
			}
			return nil
		})).To(Succeed())
	}
	return all
}

var _ = Describe("A restart with nothing changed", func() {
	It("writes nothing", func() {
		w := newWorld()
		w.create(w.role("worker", work), w.role("odd", work, "fly"),
			w.assignment("anna", "anna", grant("worker", "north")),
			w.assignment("otto", "otto", grant("worker", "moon"), grant("worker", "south")))
		for _, name := range []string{"quickstart", "staffing", "performance"} {
			applySample(name)
		}
		first := startManager(alone)
		first.awaitIdle()
		w.Published()
		first.awaitIdle()
		first.stop()
		before := versions(w)
		Expect(before).To(HaveKey("ConfigMap staffing/staffing-permissions"))

		By("a manager that competes for the lead")
		second := startManager(electing)
		second.awaitLead()
		second.awaitIdle()
		Expect(versions(w)).To(Equal(before))
		second.die()

		By("a manager that is alone, whose every write would be one too many")
		third := startManager(alone)
		third.awaitIdle()
		Expect(third.measured().writes()).To(BeZero())
		Expect(versions(w)).To(Equal(before))

		By("a change, which is written")
		Expect(api.Delete(w.Ctx, w.assignment("anna", "anna"))).To(Succeed())
		w.Published()
		Expect(third.measured().writes()).To(BeNumerically(">", 0))
	})
})
