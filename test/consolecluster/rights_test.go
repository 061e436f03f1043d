// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// lacksOrganizations is the beginning of what a console says to those who may not list anything in a namespace.
const lacksOrganizations = "You may not list and watch organizations, organizationstructures, roles, userassignments, usergroups, " +
	"approvalchains, approvalrequests of rolewright.dev in namespace "

var _ = Describe("The rights of the one who looks", func() {
	It("are those of one namespace, where the vocabulary stands in for what is in none", func() {
		w, other := newShop(), newShop()
		bind("nora", "rolewright-viewer", w.Namespace)
		nora := open("nora", configOf("nora"), w.Namespace, other.Namespace)
		nora.shows("/", w.Namespace+"/shop", "3 users, 2 roles, 3 units")
		all := nora.text("/")
		Expect(all).NotTo(ContainSubstring(other.Namespace + "/shop"))
		Expect(all).To(And(
			ContainSubstring(lacksOrganizations+other.Namespace+": no organization can be shown. The ClusterRole rolewright-viewer allows it."),
			ContainSubstring(`organizations.rolewright.dev is forbidden: User "nora" cannot list resource "organizations" in API group "rolewright.dev" in the namespace "`+other.Namespace+`"`),
			ContainSubstring("You may not list and watch platformassignments of rolewright.dev: users to whom they give roles may do more than is shown"),
		))
		Expect(nora.text(pathOf(w, "matrix"))).To(And(ContainSubstring("Sell"), ContainSubstring("Lead")))
		Expect(nora.get(pathOf(other, "matrix")).Status).To(Equal(http.StatusNotFound))
		Expect(nora.get("/-/object?kind=PermissionCatalog&name=" + w.Namespace).Text).To(ContainSubstring("Shop desk"))

		By("naming no object of the other namespace by its address")
		foreign := nora.get("/-/object?kind=Role&name=clerk&namespace=" + other.Namespace)
		Expect(foreign.Status).To(Equal(http.StatusForbidden))
		Expect(foreign.Text).To(ContainSubstring(`User "nora" cannot get resource "roles"`))
		Expect(nora.get("/-/object?kind=ConfigMap&name=shop-permissions&namespace=" + w.Namespace).Status).To(Equal(http.StatusNotFound))
	})

	It("take effect when they are given and when they are withdrawn", func() {
		w := newShop()
		olga := open("olga", configOf("olga"), w.Namespace)
		olga.shows("/", lacksOrganizations+w.Namespace)
		binding := bind("olga", "rolewright-viewer", w.Namespace)
		olga.shows("/", w.Namespace+"/shop", "3 users, 2 roles, 3 units")
		olga.showsNoMore("/", lacksOrganizations)
		Expect(olga.get(pathOf(w, "user?id=ann")).Status).To(Equal(http.StatusOK))

		Expect(api.Delete(w.Ctx, binding)).To(Succeed())
		olga.shows("/", lacksOrganizations+w.Namespace)
		Expect(olga.get(pathOf(w, "user?id=ann")).Status).To(Equal(http.StatusNotFound))
		Expect(olga.get("/-/search?q=ann").Text).To(ContainSubstring("Nothing has it in its name"))
	})

	It("may be too few to say what follows from what is written", func() {
		w := newShop()
		bind("rita", "rolewright-requester", w.Namespace)
		rita := open("rita", configOf("rita"), w.Namespace)
		rita.shows("/", w.Namespace+"/shop", "not resolved")
		const lack = "You may not list and watch roles, userassignments, usergroups of rolewright.dev in namespace "
		Expect(rita.text("/")).To(And(ContainSubstring(lack+w.Namespace), Not(ContainSubstring("healthy")), Not(ContainSubstring("0 users"))))
		Expect(rita.get(pathOf(w, "")).Status).To(Equal(http.StatusOK))
		matrix := rita.get(pathOf(w, "matrix"))
		Expect(matrix.Status).To(Equal(http.StatusConflict))
		Expect(matrix.Text).To(ContainSubstring("cannot be resolved: " + lack))
		Expect(rita.text(pathOf(w, "findings"))).NotTo(ContainSubstring("UnknownRole"))
	})

	It("end with the namespace", func() {
		w := newShop()
		bind("vida", "rolewright-viewer", "")
		vida := open("vida", configOf("vida"))
		vida.shows("/", w.Namespace+"/shop")
		Expect(api.Delete(w.Ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.Namespace}})).To(Succeed())
		vida.showsNoMore("/", w.Namespace+"/shop")
		Expect(vida.get(pathOf(w, "matrix")).Status).To(Equal(http.StatusNotFound))
	})
})
