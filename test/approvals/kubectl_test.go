// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
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
	})
})
