// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// managedAccess gives roles; the holders of on-behalf manage its requests.
const managedAccess = "  managePermission: on-behalf\n" + gives +
	"  steps: [{name: location, approvers: [{type: Role, role: {roleRef: {name: approver}}}]}]"

var _ = Describe("A request whose requester has left", func() {
	It("is withdrawn by its approvers and by holders of the managePermission, and its role revoked", func() {
		w := newOffice(chain("access", managedAccess))
		first, second := w.opens("ann", "access unit=east"), w.opens("ann", "access unit=east")
		given := w.opens("ann", "access unit=east for=eve role=approver")
		w.casts(given, "ben approve location")
		w.Yes("eve approve east")
		Expect(client.IgnoreNotFound(api.Delete(w.Ctx, w.Get("UserAssignment/ann")))).To(Succeed())
		w.Apply("kind: UserGroup\nmetadata: {name: clerks}\nspec: {members: [kim, jon], defaultMember: kim}")
		w.Published()
		w.counts(w.cast(first, "max withdraw"), `False WithdrawalNotPermitted: "max" is not the requester`)
		w.casts(first, "cem withdraw")
		w.becomes(first, `Withdrawn; withdrawn by "cem"`)
		w.casts(second, "dan withdraw")
		w.becomes(second, `Withdrawn; withdrawn by "dan"`)
		Expect(w.request(second).Status.WithdrawnBy).To(Equal(v1alpha1.Observed("dan")))
		w.casts(given, "dan revoke")
		w.expect(given, v1alpha1.ConditionGranted, `False Revoked: "dan" revoked the role`)
		w.No("eve approve east")
	})
})
