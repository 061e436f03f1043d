// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("Requests, with kubectl", func() {
	// kubectl runs kubectl in the world's namespace, and returns the lines that it prints.
	kubectl := func(w *world, line string) []string {
		GinkgoHelper()
		return strings.Split(strings.TrimSpace(clustertest.Kubectl(plane, append(strings.Fields(line), "-n", w.Namespace)...)), "\n")
	}

	It("are waited for by the conditions that say how they ended", func() {
		w := newOffice(chain("offer", approverOne))
		approved, denied, withdrawn := w.opens("ann", "offer unit=east"), w.opens("ann", "offer unit=east"), w.opens("ann", "offer unit=west")
		w.casts(approved, "ben approve location")
		w.casts(denied, "ben deny location")
		w.casts(withdrawn, "ann withdraw")
		for condition, name := range map[string]string{
			"Approved": approved, "Approved=false": denied, "Denied": denied, "Denied=false": withdrawn, "Completed": withdrawn,
		} {
			kubectl(w, "wait --timeout=60s --for=condition="+condition+" approvalrequest/"+name)
		}
		kubectl(w, "wait --timeout=60s --for=condition=Completed approvalrequests --all")
	})

	It("are found by their fields, like decisions and chains", func() {
		w := newOffice(chain("offer", approverOne), chain("order", approverOne))
		first, second := w.opens("ann", "offer unit=east"), w.opens("eve", "order unit=east for=max")
		decision := w.cast(first, "ben approve location")
		for selector, name := range map[string]string{
			"approvalrequests spec.requestType=offer":         "approvalrequest.rolewright.dev/" + first,
			"approvalrequests spec.requester=eve":             "approvalrequest.rolewright.dev/" + second,
			"approvalrequests spec.beneficiary=max":           "approvalrequest.rolewright.dev/" + second,
			"approvaldecisions spec.requestRef.name=" + first: "approvaldecision.rolewright.dev/" + decision,
			"approvaldecisions spec.approver=ben":             "approvaldecision.rolewright.dev/" + decision,
			"approvalchains spec.requestType=order":           "approvalchain.rolewright.dev/order",
		} {
			kind, field, _ := strings.Cut(selector, " ")
			Expect(kubectl(w, "get "+kind+" -o name --field-selector "+field)).To(Equal([]string{name}), selector)
		}
		for _, kind := range []string{"approvalrequests", "approvalchains"} {
			Expect(kubectl(w, "get "+kind+" -o name --field-selector spec.organizationRef.name="+w.Organization)).To(HaveLen(2), kind)
		}
	})

	It("say in a table until when their role is held", func() {
		w := newOffice(chain("access", managedAccess))
		name := w.opens("ann", "access unit=east role=approver seconds=7200")
		w.casts(name, "ben approve location")
		w.expect(name, "Granted", "True Granted")
		table := kubectl(w, "get approvalrequest -o wide "+name)
		Expect(table[0]).To(ContainSubstring("UNTIL"))
		Expect(table[1]).To(ContainSubstring(w.request(name).Status.Grant.EndTime.UTC().Format(time.RFC3339)))

		By("and no time that is to come, or that there is none, as an age")
		denied := w.opens("ann", "access unit=east role=approver")
		w.casts(denied, "ben deny location")
		w.becomes(denied, "Denied")
		w.opens("eve", "access unit=east role=approver")
		w.casts(name, "ben revoke")
		w.expect(name, "Granted", "False Revoked")
		for _, kind := range []string{
			"approvalrequest", "approvaldecision", "approvalchain", "userassignment", "usergroup", "role", "organization", "organizationstructure",
			"permissioncatalog", "platformrole", "platformassignment",
		} {
			for _, line := range kubectl(w, "get "+kind+" -o wide") {
				Expect(line).NotTo(ContainSubstring("<invalid>"), kind)
			}
		}
	})

	It("show who holds a role by request, and until when", func() {
		w := newOffice(chain("access", managedAccess))
		name := w.opens("ann", "access unit=east role=approver seconds=7200 for=eve")
		w.casts(name, "ben approve location")
		w.Yes("eve approve east")
		holders := func() int32 { return *w.Get("Role/approver").(*v1alpha1.Role).Status.HolderCount }
		Eventually(holders).Should(BeEquivalentTo(4))
		until := w.request(name).Status.Grant.EndTime.UTC()
		Eventually(func() string { return kubectl(w, "get userassignment eve")[1] }).Should(ContainSubstring(until.Format("2006-01-02T15:04Z")))
		table := kubectl(w, "get userassignment eve -o wide")
		Expect(table[0]).To(ContainSubstring("UNTIL"))
		Expect(table[1]).To(ContainSubstring("approver on east from "), table[1])
		Expect(table[1]).To(ContainSubstring("until "+until.Format(time.RFC3339)+" by request "+name), table[1])
		w.casts(name, "ben revoke")
		Eventually(func() string { return kubectl(w, "get userassignment eve -o wide")[1] }).Should(ContainSubstring("no grants"))
		Expect(kubectl(w, "get userassignment eve")[1]).NotTo(ContainSubstring(until.Format("2006-01-02")))
		Eventually(holders).Should(BeEquivalentTo(3))
	})
})
