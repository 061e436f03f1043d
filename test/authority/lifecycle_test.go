// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"strconv"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/cert"

	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("Writers at once", func() {
	It("are judged one after the other", func() {
		w := newWorld()
		version := func(object string) int {
			number, err := strconv.Atoi(w.Get(object).GetResourceVersion())
			Expect(err).NotTo(HaveOccurred())
			return number
		}
		for range 8 {
			w.Apply(user("nadia", "north", "lead", "units: [north]"), user("lena", "north", "clerk", "units: [north]"))
			w.Published()
			raised := make(chan error)
			go func() { raised <- w.patch("nadia", "UserAssignment/lena", grantLead("north")) }()
			demoted := w.patch("olga", "UserAssignment/nadia", grantClerk("north"))
			if err := <-raised; err != nil {
				Expect(err).To(MatchError(ContainSubstring("may not make this change")))
				continue
			}
			Expect(demoted).To(Succeed())
			Expect(version("UserAssignment/lena")).To(BeNumerically("<", version("UserAssignment/nadia")), "nadia was no lead any more")
		}
	})

	It("are all heard", func() {
		w := newWorld()
		var all sync.WaitGroup
		for _, name := range []string{"ada", "bert", "cleo", "dirk", "emil", "fay"} {
			all.Go(func() {
				defer GinkgoRecover()
				Expect(create(user(name, "north", "clerk", "units: [north]")).do(w, users.As("nadia"))).To(Succeed())
			})
		}
		all.Wait()
	})
})

var _ = Describe("While no manager answers", Serial, func() {
	It("people of the business wait, and pipelines go on", func() {
		w := newWorld()
		running.Stop()
		Expect(w.patch("nadia", "UserAssignment/lena", grantLead("north"))).To(MatchError(ContainSubstring("failed calling webhook")))
		pipeline := "system:serviceaccount:delivery:pipeline"
		w.administer(pipeline)
		Expect(w.patch(pipeline, "UserAssignment/lena", grantLead("depot"))).To(Succeed())
		running = start()
		Eventually(func() error { return w.patch("nadia", "UserAssignment/lena", grantLead("north")) }).Should(Succeed())
		Expect(w.patch("sami", "UserAssignment/lena", grantLead("south"))).NotTo(Succeed())
	})
})

var _ = Describe("A manager that does not lead", Serial, func() {
	It("answers, and changes no status", func() {
		w := newWorld()
		running.Stop()
		lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: "rolewright-system", Name: "rolewright-manager"}}
		holder, length, now := "another", int32(3600), metav1.NowMicro()
		lease.Spec = coordinationv1.LeaseSpec{HolderIdentity: &holder, LeaseDurationSeconds: &length, AcquireTime: &now, RenewTime: &now}
		Expect(api.Create(ctx, lease)).To(Succeed())
		follower := clustertest.StartFollower(managerConfig, lease, managerOptions())
		Eventually(func() error { return w.patch("nadia", "UserAssignment/lena", grantLead("north")) }).Should(Succeed())
		Expect(w.patch("nadia", "UserAssignment/lena", grantOwner)).To(MatchError(ContainSubstring("may not make this change")))
		Expect(w.Condition("UserAssignment/lena", "Published").Status).To(BeEmpty())
		follower.Stop()
		Expect(api.Delete(ctx, lease)).To(Succeed())
		running = start()
		w.Published()
	})
})

var _ = Describe("A replica whose watches lag", Serial, func() {
	It("asks to try again rather than judge by what was", func() {
		w := newWorld()
		running.Stop()
		gate := &gate{}
		running = clustertest.StartManager(gate.config(managerConfig), managerOptions())
		Eventually(func() error { return w.patch("nadia", "UserAssignment/lena", grantLead("north")) }).Should(Succeed())
		gate.shut()
		w.Apply(user("lena", "south", "clerk", "units: [south]"))
		answer := make(chan error)
		go func() { answer <- w.patch("nadia", "UserAssignment/lena", grantLead("north")) }()
		Eventually(func() int {
			return len(running.Metric("rolewright_admission_duration_seconds", "try-again"))
		}).Should(BeNumerically(">", 0))
		gate.open()
		// The client has tried again by itself.
		Eventually(answer).Should(Receive(MatchError(ContainSubstring("home unit of lena is south"))))
		running.Stop()
		running = start()
	})
})

var _ = Describe("A certificate that is replaced", Serial, func() {
	It("is announced before it is served, and no write fails meanwhile", func() {
		w := newWorld()
		Eventually(func() error { return w.patch("nadia", "UserAssignment/lena", grantLead("north")) }).Should(Succeed())
		secret := certificates()
		former := secret.Data["tls.crt"]
		next, key, err := cert.GenerateSelfSignedCertKeyWithOptions(cert.SelfSignedCertKeyOptions{
			Host: "rolewright-webhook.rolewright-system.svc", AlternateDNS: []string{"localhost"}, MaxAge: 24 * time.Hour,
		})
		Expect(err).NotTo(HaveOccurred())
		secret.Data["next.crt"], secret.Data["next.key"] = next, key
		Expect(api.Update(ctx, secret)).To(Succeed())
		Eventually(func() []byte {
			Expect(w.patch("nadia", "UserAssignment/lena", grantLead("north"))).To(Succeed())
			Expect(w.patch("nadia", "UserAssignment/lena", grantClerk("north"))).To(Succeed())
			return certificates().Data["tls.crt"]
		}).Should(Equal(next))

		By("making another where there is none")
		secret = certificates()
		secret.Data = nil
		Expect(api.Update(ctx, secret)).To(Succeed())
		Eventually(func() []byte { return certificates().Data["tls.crt"] }).ShouldNot(BeEmpty())
		Expect(certificates().Data["tls.crt"]).NotTo(Or(Equal(former), Equal(next)))
		Eventually(func() error { return w.patch("nadia", "UserAssignment/lena", grantLead("north")) }).Should(Succeed())
	})
})
