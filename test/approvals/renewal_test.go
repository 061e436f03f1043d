// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("Roles that are prolonged, or start later", func() {
	// renews makes a request of a user that names another one as that whose role it prolongs.
	renews := func(w *world, requester, name, text string) string {
		GinkgoHelper()
		request := w.asked(requester, text)
		renewed := w.request(name)
		request.Spec.Grant.RenewalOf = &v1alpha1.ApprovalRequestReference{Name: name, UID: string(renewed.UID)}
		Expect(users.As(requester).Create(w.Ctx, request)).To(Succeed())
		return request.Name
	}
	const access = "access unit=east role=approver seconds=3600"

	It("are held from the end of the first one on", func() {
		w := newOffice(chain("access", gives+approverOne))
		first := w.opens("ann", access)
		second := renews(w, "ann", first, access)
		w.expect(second, "Ready", "False RenewedRequestPending: ")
		w.casts(first, "ben approve location")
		w.becomes(second, "location: bea, ben")
		w.casts(second, "bea approve location")
		w.becomes(second, "Approved")
		Expect(w.request(second).Status.Grant.StartTime.Time).To(BeTemporally("==", w.request(first).Status.Grant.EndTime.Time))
		w.expect(second, "Granted", "False NotStarted: ")
		w.Yes("ann approve east")
		Expect(w.MayAt(clock.Now().Add(90*time.Minute), "ann approve east")).To(BeTrue())
		Expect(w.MayAt(clock.Now().Add(150*time.Minute), "ann approve east")).To(BeFalse())
	})

	It("are denied where they prolong what is another's, another role, or was revoked", func() {
		w := newOffice(chain("access", gives+approverOne))
		first := w.opens("ann", access)
		w.casts(first, "ben approve location")
		w.becomes(first, "Approved")
		w.becomes(renews(w, "eve", first, access), "for another role, scope, unit or beneficiary")
		w.becomes(renews(w, "ann", first, "access unit=east role=vice"), "for another role, scope, unit or beneficiary")
		w.becomes(renews(w, "ann", first, "access unit=site role=approver"), "for another role, scope, unit or beneficiary")
		pending := renews(w, "ann", first, access)
		w.becomes(pending, "location: bea, ben")
		w.casts(first, "ben revoke")
		w.expect(first, "Granted", "False Revoked: ")
		w.casts(pending, "bea approve location")
		w.becomes(pending, "Denied; the role cannot be given: spec.grant.renewalOf: the role of request \""+first+"\" was revoked")
		w.No("ann approve east")
	})

	It("end with a role that was revoked, also those that were approved to follow it", func() {
		w := newOffice(chain("access", gives+approverOne))
		first := w.opens("ann", access)
		w.casts(first, "ben approve location")
		w.becomes(first, "Approved")
		second := renews(w, "ann", first, access)
		w.becomes(second, "location: bea, ben")
		w.casts(second, "bea approve location")
		w.becomes(second, "Approved")
		third := renews(w, "ann", second, access)
		w.becomes(third, "location: bea, ben")
		w.casts(third, "bea approve location")
		w.becomes(third, "Approved")
		later := func() bool { return w.MayAt(clock.Now().Add(150*time.Minute), "ann approve east") }
		Eventually(later).Should(BeTrue())
		w.casts(first, "ben revoke")
		w.expect(second, "Granted", `False RenewedRoleRevoked: of request "`+first+`"`)
		w.expect(third, "Granted", `False RenewedRoleRevoked: of request "`+second+`"`)
		w.No("ann approve east")
		Eventually(later).Should(BeFalse())
	})

	It("are kept if only what prolongs them is revoked, and end with their request if it is deleted", func() {
		w := newOffice(chain("access", gives+approverOne))
		first := w.opens("ann", access)
		w.casts(first, "ben approve location")
		w.becomes(first, "Approved")
		var renewals []string
		for range 2 {
			name := renews(w, "ann", first, access)
			w.becomes(name, "location: bea, ben")
			w.casts(name, "bea approve location")
			w.becomes(name, "Approved")
			renewals = append(renewals, name)
		}
		w.casts(renewals[0], "ben revoke")
		w.expect(renewals[0], "Granted", "False Revoked: ")
		w.expect(first, "Granted", "True Granted: ")
		w.Yes("ann approve east")

		Expect(api.Delete(w.Ctx, w.request(first))).To(Succeed())
		w.expect(renewals[1], "Granted", `False RenewedRoleRevoked: of request "`+first+`"`)
		w.No("ann approve east")
		Eventually(func() bool { return w.MayAt(clock.Now().Add(90*time.Minute), "ann approve east") }).Should(BeFalse())
	})

	It("end with a request that was deleted while no manager ran, and stay if it was removed after its time", func() {
		w := newOffice(chain("access", gives+approverOne), chain("brief", gives+"  ttlSecondsAfterFinished: 60\n"+approverOne))
		prolongs := func(requests ...string) (names []string) {
			for i, text := range requests {
				if i == 0 {
					names = append(names, w.opens("ann", text))
				} else {
					names = append(names, renews(w, "ann", names[i-1], text))
				}
				w.becomes(names[i], "location: bea, ben")
				w.casts(names[i], "ben approve location")
				w.becomes(names[i], "Approved")
			}
			return names
		}
		deleted := prolongs(access, access, access, access)
		removed := prolongs("brief unit=east role=approver seconds=3600", "brief unit=east role=approver seconds=7200")
		after := func(d time.Duration) bool { return w.MayAt(clock.Now().Add(d), "ann approve east") }
		Eventually(after).WithArguments(210 * time.Minute).Should(BeTrue())

		By("the first role and the first renewal are over")
		running.Stop()
		Expect(api.Delete(w.Ctx, w.request(deleted[0]))).To(Succeed())
		clock.Advance(130 * time.Minute)
		running = start()
		for i, name := range deleted[1:] {
			w.expect(name, "Granted", `False RenewedRoleRevoked: of request "`+deleted[i]+`"`)
		}
		w.gone(removed[0])
		w.expect(removed[1], "Granted", "True Granted: ")
		w.Yes("ann approve east")
		Eventually(after).WithArguments(80 * time.Minute).Should(BeFalse())
	})

	It("are given nothing by a renewal of a request that was made again under the same name", func() {
		w := newOffice(chain("access", gives+approverOne))
		first := w.opens("ann", "access name=mine unit=east role=approver seconds=3600")
		request := w.asked("ann", access)
		request.Spec.Grant.RenewalOf = &v1alpha1.ApprovalRequestReference{Name: first, UID: string(w.request(first).UID)}
		w.Delete("ApprovalRequest/" + first)
		Expect(users.As("ann").Create(w.Ctx, w.asked("ann", "access name=mine unit=east role=approver"))).To(Succeed())
		Expect(users.As("ann").Create(w.Ctx, request)).To(Succeed())
		w.becomes(request.Name, "there is no request \"mine\" with that uid")
	})

	It("wait for their start, and can be revoked before", func() {
		w := newOffice(chain("access", gives+approverOne))
		request := w.asked("ann", access)
		request.Spec.Grant.StartTime = &metav1.Time{Time: clock.Now().Add(time.Hour)}
		Expect(users.As("ann").Create(w.Ctx, request)).To(Succeed())
		w.becomes(request.Name, "location: bea, ben")
		w.casts(request.Name, "ben approve location")
		w.expect(request.Name, "Granted", "False NotStarted: role approver will be held from ")
		w.No("ann approve east")
		Expect(w.MayAt(clock.Now().Add(90*time.Minute), "ann approve east")).To(BeTrue())
		w.casts(request.Name, "ben revoke")
		w.expect(request.Name, "Granted", "False Revoked: ")
		w.Settled()
		Expect(w.MayAt(clock.Now().Add(90*time.Minute), "ann approve east")).To(BeFalse())
	})

	It("do not start years ahead, when nobody remembers", func() {
		w := newOffice(chain("access", gives+approverOne))
		request := w.asked("ann", access)
		request.Spec.Grant.StartTime = &metav1.Time{Time: clock.Now().Add(2 * 365 * 24 * time.Hour)}
		Expect(users.As("ann").Create(w.Ctx, request)).To(Succeed())
		w.becomes(request.Name, "gives no role that starts more than 365 days ahead")
	})

	It("are asked for by the command", func() {
		w := newOffice(chain("access", gives+approverOne))
		first := w.opens("ann", access)
		w.casts(first, "ben approve location")
		w.becomes(first, "Approved")
		Expect(w.rolewright("ann", 0, "request --renew "+first+" --for 2h --name more")).To(ContainSubstring("request more waits for location: bea, ben"))
		spec := w.request("more").Spec
		Expect(spec.Grant.RenewalOf.Name).To(Equal(first))
		Expect(spec.Grant.DurationSeconds).To(Equal(int32(7200)))
		Expect(spec.Unit).To(Equal(v1alpha1.Name("east")))
		w.rolewright("ann", 2, "request --renew "+first+" --role vice")
		w.rolewright("ann", 0, "request access --role approver --unit east --for 1h --from 2999-01-01 --name far --wait 0")
		w.becomes("far", "Denied")
	})
})
