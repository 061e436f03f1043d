// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

// flood creates objects as a user, several at a time.
func (w *world) flood(by string, count int, object func(i int) client.Object) {
	GinkgoHelper()
	writer, failures := users.As(by), make([]error, count)
	workqueue.ParallelizeUntil(w.Ctx, 8, count, func(i int) { failures[i] = writer.Create(w.Ctx, object(i)) })
	for _, err := range failures {
		Expect(err).NotTo(HaveOccurred())
	}
}

// nextSecond waits until what is created is younger than all before: the API server dates objects to the second.
func (w *world) nextSecond() {
	GinkgoHelper()
	second := time.Now().Unix()
	Eventually(func() int64 { return time.Now().Unix() }).Should(BeNumerically(">", second))
}

// decisionsOf lists the names of the decisions that a user has made.
func (w *world) decisionsOf(approver string) []string {
	GinkgoHelper()
	decisions := &v1alpha1.ApprovalDecisionList{}
	Expect(api.List(w.Ctx, decisions, client.InNamespace(w.Namespace), client.MatchingFields{"spec.approver": approver})).To(Succeed())
	names := []string{}
	for i := range decisions.Items {
		names = append(names, decisions.Items[i].Name)
	}
	return names
}

var _ = Describe("A flood", func() {
	It("of requests stops at a bound for each requester, and goes by itself", func() {
		w := newOffice(chain("offer", approverOne))
		w.flood("eve", approval.MaxOpenRequests, func(int) client.Object { return w.asked("eve", "nothing unit=east") })
		w.nextSecond()
		beyond := w.opens("eve", "offer unit=east")
		w.becomes(beyond, `Denied; "eve" has 500 other requests in this namespace`)
		w.expect(beyond, v1alpha1.ConditionDenied, "True TooManyRequests")

		By("whatever organization or chain it names, and without end")
		for range 3 {
			w.becomes(w.opens("eve", "offer unit=west"), "Denied; \"eve\" has 500 other requests")
		}
		stray := w.asked("eve", "offer")
		stray.Spec.OrganizationRef.Name = "nowhere"
		Expect(users.As("eve").Create(w.Ctx, stray)).To(Succeed())
		w.becomes(stray.Name, `Denied; "eve" has 500 other requests`)

		By("not for others")
		w.becomes(w.opens("ann", "offer unit=east"), "Pending; location: bea, ben")

		By("not for eve once one of them has ended")
		requests := &v1alpha1.ApprovalRequestList{}
		Expect(api.List(w.Ctx, requests, client.InNamespace(w.Namespace), client.MatchingFields{"spec.requestType": "nothing"})).To(Succeed())
		w.casts(requests.Items[0].Name, "eve withdraw")
		w.becomes(w.opens("eve", "offer unit=east"), "Pending; location: bea, ben")

		w.pass(time.Minute+time.Second, beyond)
		w.gone(beyond)
	})

	It("of decisions takes nothing from those that count, and goes by itself", func() {
		w := newOffice(chain("offer", approversTwo))
		name := w.opens("ann", "offer unit=east")
		w.casts(name, "ben approve location")
		junk := func(approver string) func(int) client.Object {
			request := w.request(name)
			return func(i int) client.Object {
				decision := w.decisionOn(request, vote(approver+" deny location"))
				decision.Name = fmt.Sprintf("%s-%03d", approver, i)
				return decision
			}
		}
		w.flood("eve", 3*approval.MaxUncounted, junk("eve"))
		Eventually(func() int { return len(w.decisionsOf("eve")) }).Should(Equal(approval.MaxUncounted))
		w.stays(name, "Pending; location: bea, cem, vic")

		By("an hour after, no matter who wrote them")
		mistaken := w.decisionOn(w.request(name), vote("bea approve location"))
		mistaken.Spec.Digest = v1alpha1.ChainDigest("sha256:" + strings.Repeat("0", 64))
		Expect(users.As("bea").Create(w.Ctx, mistaken)).To(Succeed())
		w.counts(mistaken.Name, "False DigestMismatch")
		w.pass(time.Hour+time.Minute, name)
		Eventually(func() []string { return append(w.decisionsOf("eve"), w.decisionsOf("bea")...) }).Should(BeEmpty())
		Expect(w.decisionsOf("ben")).To(HaveLen(1))
		w.casts(name, "bea approve location")
		w.becomes(name, "Approved")
	})

	It("of decisions on what does not exist stops too", func() {
		w := newOffice(chain("offer", approverOne))
		nowhere := w.asked("ann", "offer name=nowhere")
		nowhere.UID = "none"
		w.flood("eve", 2*approval.MaxUncounted, func(i int) client.Object {
			decision := w.decisionOn(nowhere, vote("eve withdraw"))
			decision.Name = fmt.Sprintf("eve-%03d", i)
			return decision
		})
		Eventually(func() int { return len(w.decisionsOf("eve")) }).Should(Equal(approval.MaxUncounted))

		By("nor does what names an earlier request of the same name outlast it")
		former := w.request(w.opens("ann", "offer unit=east name=again"))
		Expect(api.Delete(w.Ctx, former)).To(Succeed())
		w.gone("again")
		w.opens("ann", "offer unit=east name=again")
		late := w.decisionOn(former, vote("ben approve location"))
		Expect(users.As("ben").Create(w.Ctx, late)).To(Succeed())
		w.counts(late.Name, "False RequestMismatch")
		w.pass(time.Hour+time.Minute, "again")
		Eventually(func() []string { return w.decisionsOf("ben") }).Should(BeEmpty())
		another := w.decisionOn(nowhere, vote("ben withdraw"))
		Expect(users.As("ben").Create(w.Ctx, another)).To(Succeed())
		Eventually(func() []string { return w.decisionsOf("eve") }).Should(BeEmpty())
	})
})
