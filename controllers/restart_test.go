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
		fine.apply(everything...)
		fine.published()
		odd.apply(everything...)
		odd.apply(role("odd", "  inherits: [{roleRef: {name: nobody}}]"), user("lost", "lost", "  manager: nobody"))
		odd.expect("Role", "odd", "Ready", metav1.ConditionFalse, "UnknownRole", "")
		odd.published()
		withheld.apply(annaYAML, clerkYAML, organizationYAML)
		withheld.expect("UserAssignment", "anna", "Ready", metav1.ConditionFalse, "UnknownCatalog", "")
		withheld.expect("Role", "clerk", "Ready", metav1.ConditionFalse, "UnknownCatalog", "")
		withheld.expect("Organization", organization, "Published", metav1.ConditionFalse, "UnknownCatalog", "")

		running.stop()
		before := versions(fine.ctx)
		running = start()

		// Whoever is published after the restart is so after the others were looked at.
		later := newWorld()
		later.apply(everything...)
		later.published()
		Consistently(func() map[string]string {
			now := versions(fine.ctx)
			for object := range now {
				if _, known := before[object]; !known {
					delete(now, object)
				}
			}
			return now
		}).Should(Equal(before))
	})

	It("makes up for what it missed", func() {
		w := newWorld()
		w.apply(everything...)
		w.published()
		running.stop()
		revision := w.publication().Revision
		w.delete("UserAssignment", "anna")
		w.apply(hughless, user("otto", "otto", "  grants: [{roleRef: {name: clerk}, scope: {units: [south]}}]"))
		Expect(w.may("anna orders.view icu")).To(BeTrue(), "nobody publishes while it is down")
		running = start()
		w.published()
		w.no("anna orders.view icu", "hugh staff.hire all")
		w.yes("otto orders.view south")
		Expect(w.publication().Revision).To(Equal(revision+1), "the whole is one new state")
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
