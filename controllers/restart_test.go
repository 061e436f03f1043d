// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("A manager that is restarted", Serial, func() {
	It("writes nothing where nothing changed", func() {
		fine, odd, withheld := newWorld(), newWorld(), newWorld()
		fine.Apply(everything...)
		fine.Published()
		odd.Apply(everything...)
		odd.Apply(role("odd", "  inherits: [{roleRef: {name: nobody}}]"), user("lost", "lost", "  manager: nobody"))
		odd.Expect("Role/odd", "Ready", metav1.ConditionFalse, "UnknownRole", "")
		odd.Published()
		withheld.Apply(annaYAML, clerkYAML, organizationYAML)
		withheld.Expect("UserAssignment/anna", "Ready", metav1.ConditionFalse, "UnknownCatalog", "")
		withheld.Expect("Role/clerk", "Ready", metav1.ConditionFalse, "UnknownCatalog", "")
		withheld.Expect("Organization/clinic", "Published", metav1.ConditionFalse, "UnknownCatalog", "")

		running.Stop()
		before := versions(fine.Ctx)
		running = start()

		// An organization that is published after the restart is so after the others were reconciled.
		later := newWorld()
		later.Apply(everything...)
		later.Published()
		Consistently(func() map[string]string {
			now := versions(fine.Ctx)
			for object := range now {
				if _, known := before[object]; !known {
					delete(now, object)
				}
			}
			return now
		}).Should(Equal(before))
	})

	It("publishes the changes that it missed", func() {
		w := newWorld()
		w.Apply(everything...)
		w.Published()
		running.Stop()
		revision := w.Publication().Revision
		w.Delete("UserAssignment/anna")
		w.Apply(hughless, user("otto", "otto", "  grants: [{roleRef: {name: clerk}, scope: {units: [south]}}]"))
		Expect(w.May("anna orders.view icu")).To(BeTrue(), "nothing is published while it is down")
		running = start()
		w.Published()
		w.No("anna orders.view icu", "hugh staff.hire all")
		w.Yes("otto orders.view south")
		Expect(w.Publication().Revision).To(Equal(revision+1), "the whole is one new state")
	})
})

// versions returns the resourceVersion of every object that the manager could write.
func versions(ctx context.Context) map[string]string {
	GinkgoHelper()
	found := map[string]string{}
	for _, list := range []client.ObjectList{
		&v1alpha1.PermissionCatalogList{}, &v1alpha1.OrganizationList{}, &v1alpha1.RoleList{}, &v1alpha1.UserAssignmentList{}, &corev1.ConfigMapList{},
		&v1alpha1.PlatformRoleList{}, &v1alpha1.PlatformAssignmentList{}, &v1alpha1.UserGroupList{},
	} {
		Expect(api.List(ctx, list)).To(Succeed())
		Expect(meta.EachListItem(list, func(item runtime.Object) error {
			object := item.(client.Object)
			found[fmt.Sprintf("%T %s", object, client.ObjectKeyFromObject(object))] = object.GetResourceVersion()
			return nil
		})).To(Succeed())
	}
	return found
}
