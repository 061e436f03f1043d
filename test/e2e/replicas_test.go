// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"
	coordinationv1 "k8s.io/api/coordination/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// holder is who has the lease.
func holder() string {
	GinkgoHelper()
	lease := &coordinationv1.Lease{}
	key := client.ObjectKey{Namespace: metav1.NamespaceSystem, Name: "rolewright-manager"}
	Expect(api.Get(context.Background(), key, lease)).To(Succeed())
	Expect(lease.Spec.HolderIdentity).NotTo(BeNil())
	return *lease.Spec.HolderIdentity
}

// pair starts a manager that leads, and one that could.
func pair() (leader, follower *manager) {
	GinkgoHelper()
	leader = startManager(electing)
	leader.awaitLead()
	follower = startManager(electing)
	follower.awaitReady()
	leader.awaitReady()
	return leader, follower
}

var _ = Describe("Two managers", func() {
	It("both resolve, one writes, and the other takes over when it dies", func() {
		w := newWorld()
		w.create(w.role("worker", work))
		h := w.watch()
		leader, follower := pair()
		first := holder()

		By("a change while both live")
		resolutions := follower.measured().resolutions()
		Expect(resolutions).To(BeNumerically(">", 0))
		w.create(w.assignment("anna", "anna", grant("worker", "north")))
		w.Published()
		Eventually(func() float64 { return follower.measured().resolutions() }).Should(BeNumerically(">", resolutions))
		Expect(leader.measured().leads()).To(BeTrue())
		Expect(leader.measured().writes()).To(BeNumerically(">", 0))
		Expect(follower.measured().leads()).To(BeFalse())
		Expect(follower.measured().writes()).To(BeZero(), "who follows must not write")
		Expect(holder()).To(Equal(first))

		By("the leader's death, and a change while nobody leads")
		leader.die()
		w.create(w.assignment("otto", "otto", grant("worker", "south")))
		Expect(follower.ready()).To(Succeed())
		follower.awaitLead()
		Expect(holder()).NotTo(Equal(first))
		w.Published()

		By("a change under the new leader")
		Expect(api.Delete(w.Ctx, w.assignment("anna", "anna"))).To(Succeed())
		w.Published()
		follower.awaitIdle()
		states := h.until(w)
		expectInOrder(states)
		_, index := read(states[len(states)-1])
		Expect(may(index, "anna", "north")).To(BeFalse())
		Expect(may(index, "otto", "south")).To(BeTrue())
	})

	It("hand over at once when the leader is asked to stop", func() {
		w := newWorld()
		h := w.watch()
		leader, follower := pair()
		w.Published()
		before := w.ConfigMap().ResourceVersion

		leader.stop()
		follower.awaitLead()
		follower.awaitIdle()
		Expect(w.ConfigMap().ResourceVersion).To(Equal(before), "a new leader that finds nothing changed writes nothing")

		w.create(w.role("worker", work))
		w.Published()
		expectInOrder(h.until(w))
	})

	It("let nobody write who froze as leader and wakes up as none", func() {
		w := newWorld()
		w.create(w.role("worker", work), w.assignment("anna", "anna", grant("worker", "north")))
		h := w.watch()
		leader, follower := pair()
		w.Published()

		leader.freeze()
		follower.awaitLead()
		Expect(api.Delete(w.Ctx, w.assignment("anna", "anna"))).To(Succeed())
		w.create(w.assignment("otto", "otto", grant("worker", "south")))
		w.Published()
		leader.thaw()
		Eventually(leader.Session).Should(gexec.Exit(1), "who lost the lead ends, and its pod is restarted")

		w.create(w.role("guest", "look"))
		w.Published()
		follower.awaitIdle()
		states := h.until(w)
		expectInOrder(states)
		gone := false
		for _, state := range states {
			publication, index := read(state)
			allowed := may(index, "anna", "north")
			Expect(gone && allowed).To(BeFalse(), "revision %d gives back what was taken", publication.Revision)
			gone = gone || !allowed
		}
		Expect(gone).To(BeTrue())
	})
})

var _ = Describe("Two installations", func() {
	It("do not work in one cluster: the second ends, and says why", func() {
		const other = "system:serviceaccount:elsewhere:rolewright-manager"
		user, err := plane.AddUser(other, "system:serviceaccounts", "system:serviceaccounts:elsewhere")
		Expect(err).NotTo(HaveOccurred())
		otherKubeconfig := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
		Expect(user.WriteKubeconfig(otherKubeconfig)).To(Succeed())
		rights := &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "second-installation"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: other}},
		}
		Expect(api.Create(context.Background(), rights)).To(Succeed())
		DeferCleanup(func() { Expect(api.Delete(context.Background(), rights)).To(Succeed()) })
		w := newWorld()
		first := startManager(electing)
		first.awaitLead()
		w.Published()
		held := holder()

		second := startManagerThrough(otherKubeconfig, electing)
		Eventually(second.Session).Should(gexec.Exit(1))
		Expect(string(second.Err.Contents())).To(And(
			ContainSubstring("another installation of Rolewright works in this cluster"),
			ContainSubstring(managerUser), ContainSubstring(other), ContainSubstring("Lease kube-system/rolewright-manager")))
		Expect(holder()).To(Equal(held))
		Expect(first.ended()).To(BeFalse())

		By("and works once the first is gone")
		first.stop()
		third := startManagerThrough(otherKubeconfig, electing)
		third.awaitLead()
		Expect(holder()).To(HavePrefix(other + "/"))
	})
})
