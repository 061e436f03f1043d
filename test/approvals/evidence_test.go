// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

var _ = Describe("The audit log", func() {
	It("has one line for each step, which rolewright requests export writes too", func() {
		w := newOffice(chain("access", gives+approverOne))
		name := w.opens("ann", "access unit=east role=approver seconds=3600")
		w.casts(name, "ben approve location")
		w.becomes(name, "Approved")
		w.expect(name, "Granted", "True Granted: ")
		w.casts(name, "ben revoke")
		w.expect(name, "Granted", "False Revoked: ")
		Eventually(func() []string { return told(evidence.of(w)) }).Should(ConsistOf(
			"RequestMade", "RequestOpened", "StepOpened location Open", "DecisionMade ben Approve Counted",
			"StepEnded location Approved", "RequestEnded Approved", "RoleGiven approver",
			"DecisionMade ben Revoke Counted", "RoleEnded approver Revoked",
		))
		w.stays(name, "Approved")
		lines := strings.Split(strings.TrimSuffix(w.rolewright("ann", 0, "requests export"), "\n"), "\n")
		Eventually(func() []string { return evidence.of(w) }).Should(ConsistOf(lines))
	})

	It("repeats after a restart what it may have lost, byte by byte", func() {
		w := newOffice(chain("offer", approverOne))
		name := w.opens("ann", "offer unit=east")
		w.casts(name, "ben approve location")
		w.becomes(name, "Approved")
		w.stays(name, "Approved")
		before := evidence.of(w)
		running.Stop()
		running = start()
		w.observed(name)
		var again []string
		Eventually(func() []string {
			again = evidence.of(w)[len(before):]
			return again
		}).Should(ContainElements(before))
	})

	It("has a request before it is removed", func() {
		w := newOffice(chain("offer", "  ttlSecondsAfterFinished: 60\n"+approverOne))
		name := w.opens("ann", "offer unit=east")
		w.casts(name, "ben deny location")
		w.becomes(name, "Denied")
		w.pass(2*time.Minute, name)
		w.gone(name)
		Expect(told(evidence.of(w))).To(ContainElements("RequestEnded Denied", "RequestRemoved"))
	})

	It("says that a role ended because its request was deleted", func() {
		w := newOffice(chain("access", gives+approverOne))
		name := w.opens("ann", "access unit=east role=approver seconds=3600")
		w.casts(name, "ben approve location")
		w.becomes(name, "Approved")
		w.Delete("ApprovalRequest/" + name)
		Eventually(func() []string { return told(evidence.of(w)) }).Should(ContainElements("RoleEnded approver RequestDeleted", "RequestRemoved"))
	})

	It("and the requests are kept for as long as the organization or its catalog asks, whatever a chain says", func() {
		w := newOffice(chain("offer", "  ttlSecondsAfterFinished: 60\n"+approverOne))
		name := w.opens("ann", "offer unit=east")
		w.casts(name, "ben deny location")
		w.becomes(name, "Denied")
		for object, seconds := range map[string]int{"Organization/office": 3600, "PermissionCatalog/": 7200} {
			patch := fmt.Sprintf(`{"spec":{"approvalRetention":{"minTTLSecondsAfterFinished":%d}}}`, seconds)
			Expect(api.Patch(w.Ctx, w.Get(object), client.RawPatch(types.MergePatchType, []byte(patch)))).To(Succeed())
		}
		w.Published()
		w.pass(90*time.Minute, name)
		w.stays(name, "Denied")
		w.pass(time.Hour, name)
		w.gone(name)
	})
})
