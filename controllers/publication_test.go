// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("An organization in which nothing is wrong", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(everything...)
		w.Published()
	})

	It("is published in a ConfigMap that applications decide by", func() {
		configMap := w.ConfigMap()
		Expect(configMap.Labels).To(Equal(map[string]string{
			"app.kubernetes.io/managed-by": "rolewright", "rolewright.dev/organization": "clinic",
		}))
		Expect(metav1.IsControlledBy(configMap, w.Get("Organization/clinic"))).To(BeTrue())
		w.Yes("anna orders.view icu", "anna orders.approve north owner=anna", "hugh staff.hire south", "hugh orders.view all")
		w.No("anna orders.view south", "anna orders.approve north owner=hugh", "anna staff.view north", "hugh platform.audit all", "eve orders.view all")
	})

	It("answers also with no by the state that contains the change", func() {
		revision := w.Publication().Revision
		w.Apply(user("otto", "otto", "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [south]}}]"))
		w.No("otto orders.view north")
		Expect(w.Publication().Revision).To(Equal(revision + 1))
	})

	It("reports the result in every status", func() {
		for _, object := range [][2]string{{"Organization", organization}, {"Role", "clerk"}, {"Role", "head"}, {"UserAssignment", "anna"}} {
			w.Expect(object[0]+"/"+object[1], "Ready", metav1.ConditionTrue, "Resolved", "takes effect")
			w.Expect(object[0]+"/"+object[1], "Published", metav1.ConditionTrue, "Published", "clinic-permissions")
		}
		w.Expect("PermissionCatalog", "Ready", metav1.ConditionTrue, "Resolved", "takes effect")

		publication := w.Publication()
		clinic := w.Get("Organization/clinic").(*v1alpha1.Organization).Status
		Expect(clinic.ObservedGeneration).To(BeEquivalentTo(1))
		Expect([]int32{*clinic.UnitCount, *clinic.RoleCount, *clinic.UserCount, *clinic.GrantCount}).To(Equal([]int32{4, 2, 2, 2}))
		Expect(clinic.Publication.Revision).To(Equal(publication.Revision))
		Expect(clinic.Publication.Digest).To(Equal(publication.Parts[0].Digest))
		Expect(clinic.Publication.ConfigMapName).To(Equal("clinic-permissions"))
		Expect(clinic.Findings).To(HaveEach(HaveField("Severity", v1alpha1.SeverityInfo)), "there is nothing to put right")

		head := w.Get("Role/head").(*v1alpha1.Role).Status
		Expect(head.Permissions).To(Equal([]v1alpha1.RolePermission{
			{Name: "orders.view"}, {Name: "orders.approve", Alternatives: own}, {Name: "staff.view"}, {Name: "staff.hire"},
		}))
		Expect([]int32{*head.PermissionCount, *head.HolderCount}).To(Equal([]int32{4, 1}))

		anna := w.Get("UserAssignment/anna").(*v1alpha1.UserAssignment).Status
		Expect(anna.Summary).To(Equal("clerk on north"))
		Expect(anna.Effective).To(Equal([]v1alpha1.EffectiveScope{{
			Scope: v1alpha1.ObservedScope{Units: []v1alpha1.Observed{"north"}},
			From: []v1alpha1.EffectiveSource{{
				Kind: "UserAssignment", Name: "anna", GrantName: "clerk", RoleRef: &v1alpha1.ObservedRole{Kind: "Role", Name: "clerk"},
			}},
			Permissions: []v1alpha1.EffectivePermission{{Name: "orders.view"}, {Name: "orders.approve", Alternatives: own}},
		}}))

		Eventually(func() []int32 {
			catalog := w.Get("PermissionCatalog").(*v1alpha1.PermissionCatalog).Status
			return []int32{*catalog.PermissionCount, *catalog.OrganizationCount}
		}).Should(Equal([]int32{5, 1}))
	})

	It("warns of conditions that are not True any more, and sums up each revision", func() {
		w.Apply(`
kind: UserAssignment
metadata: {name: anna}
spec:
  organizationRef: {name: clinic}
  user: anna
  grants:
  - {name: surgeon, roleRef: {name: surgeon}, scope: {units: [north]}}
`)
		w.Expect("UserAssignment/anna", "Ready", metav1.ConditionFalse, "UnknownRole", "surgeon")
		Eventually(func() []string { return w.events("UserAssignment", "anna") }).Should(Equal([]string{"Warning UnknownRole"}))
		Eventually(func() []string { return w.events("Organization", "clinic") }).Should(ContainElement("Normal Published"))
	})

	It("names on each object the revision at which readers first saw it so", func() {
		anna, clerk := w.Condition("UserAssignment/anna", "Published"), w.Condition("Role/clerk", "Published")
		revision := w.Publication().Revision
		w.Apply(`
kind: UserAssignment
metadata: {name: hugh}
spec:
  organizationRef: {name: clinic}
  user: hugh
  grants:
  - {name: head, roleRef: {name: head}, scope: {units: [south]}}
`)
		w.No("hugh orders.view north")
		w.Published()
		Expect(w.Publication().Revision).To(Equal(revision + 1))
		Expect(w.Condition("UserAssignment/anna", "Published")).To(Equal(anna))
		Expect(w.Condition("Role/clerk", "Published")).To(Equal(clerk))
		Expect(w.Condition("UserAssignment/hugh", "Published").Message).NotTo(Equal(anna.Message))
	})

	It("has the annotations that the organization asks for", func() {
		revision := w.Publication().Revision
		w.Apply(organizationYAML + "  publishing: {annotations: {example.org/replicate-to: 'north, south'}}\n")
		Eventually(func() map[string]string { return w.ConfigMap().Annotations }).Should(HaveKeyWithValue("example.org/replicate-to", "north, south"))
		w.Apply(organizationYAML)
		Eventually(func() map[string]string { return w.ConfigMap().Annotations }).Should(BeEmpty())
		Expect(w.Publication().Revision).To(Equal(revision), "annotations are no new state")
	})

	It("has the labels that the organization asks for", func() {
		labeled := organizationYAML + "  publishing: {labels: {team: red, example.org/app: orders}}\n"
		revision := w.Publication().Revision
		w.Apply(labeled)
		Eventually(func() map[string]string { return w.ConfigMap().Labels }).Should(And(
			HaveKeyWithValue("team", "red"), HaveKeyWithValue("example.org/app", "orders"), HaveLen(4)))

		configMap := w.ConfigMap()
		configMap.Labels["their"] = "own"
		Expect(api.Update(w.Ctx, configMap)).To(Succeed())
		w.Apply(organizationYAML)
		Eventually(func() map[string]string { return w.ConfigMap().Labels }).Should(And(HaveKeyWithValue("their", "own"), HaveLen(3)))
		Expect(w.Publication().Revision).To(Equal(revision), "labels are no new state")
	})
})

// events lists the events about an object, as type and reason.
func (w *world) events(kind, name string) []string {
	GinkgoHelper()
	list := &eventsv1.EventList{}
	Expect(api.List(w.Ctx, list, client.InNamespace(w.Namespace))).To(Succeed())
	var found []string
	for i := range list.Items {
		if event := &list.Items[i]; event.Regarding.Kind == kind && event.Regarding.Name == name {
			found = append(found, event.Type+" "+event.Reason)
		}
	}
	slices.Sort(found)
	return found
}
