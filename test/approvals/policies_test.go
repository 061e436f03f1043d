// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"context"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

const (
	identity, metadata    = "rolewright-approval-identity", "rolewright-approval-metadata"
	permanence, byManager = "rolewright-approval-permanence", "rolewright-approval-status"
)

func policy(name string) client.Object {
	return &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

func binding(name string) client.Object {
	return &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

// broken is a policy or binding that a spec has deleted or changed, until it is restored.
var broken client.Object

// restore applies the policies as they were, and waits until the API server has read them. What a spec added to one stays unless that goes
// first.
func restore() {
	GinkgoHelper()
	if broken == nil {
		return
	}
	Expect(client.IgnoreNotFound(api.Delete(context.Background(), broken))).To(Succeed())
	broken = nil
	clustertest.Kubectl(plane, "apply", "--server-side", "-k", filepath.Join("config", "admission"))
	awaitPolicies()
}

// awaitEnforced waits until the manager opens what is made now: it has seen that the policies are enforced, and denies what is older.
func awaitEnforced() {
	GinkgoHelper()
	w := newWorld()
	Eventually(func() string {
		name := w.ask("ann", "probe")
		w.observedRequest(name)
		return w.Condition("ApprovalRequest/"+name, v1alpha1.ConditionReady).Reason
	}).Should(Equal("OrganizationNotResolved"))
}

// observedRequest waits until the manager has said something of a request.
func (w *world) observedRequest(name string) {
	GinkgoHelper()
	Eventually(func() int64 { return w.request(name).Status.ObservedGeneration }).ShouldNot(BeZero())
}

// removed deletes a policy or its binding.
func removed(object client.Object) {
	GinkgoHelper()
	broken = object
	Expect(api.Delete(context.Background(), object)).To(Succeed())
}

// patched changes a policy or its binding.
func patched(object client.Object, patch string) {
	GinkgoHelper()
	broken = object
	Expect(api.Patch(context.Background(), object.DeepCopyObject().(client.Object), client.RawPatch("application/merge-patch+json", []byte(patch)))).To(Succeed())
}

// forged makes a decision in the name of its approver, as another user, once nothing keeps that user from it.
func (w *world) forged(user, request, text string) string {
	GinkgoHelper()
	decision := w.decisionOn(w.request(request), vote(text))
	Eventually(func() error { return users.As(user).Create(w.Ctx, decision) }).Should(Succeed())
	return decision.Name
}

var _ = Describe("Approvals without the policies that guard them", Serial, func() {
	AfterEach(func() {
		restore()
		awaitEnforced()
	})

	const standsStill = `False PoliciesNotEnforced: the request stands still: the API server is not known to enforce the policies of config/admission: policy `

	DescribeTable("stand still, and go on after", func(remove func(), problem string) {
		w := newOffice(chain("offer", approverOne))
		open, other := w.opens("ann", "offer unit=east"), w.opens("ann", "offer unit=east")
		w.casts(other, "ben approve location")
		remove()
		w.expect(open, v1alpha1.ConditionReady, standsStill+problem)
		Expect(w.request(open).Status.WaitingFor).To(Equal("location: bea, ben, cem, vic"))
		Expect(running.Metric("rolewright_approval_policy_enforced", "")).To(ContainElement(0.0))
		late := w.cast(open, "ben approve location")
		Consistently(func() string { return w.state(open) }).Should(HavePrefix("Pending; "))

		By("leaving alone what is decided, and going on with everything else")
		w.becomes(other, "Approved")
		w.Apply(assignment("yan", ", grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]"))
		w.Yes("yan approve east")

		restore()
		w.counts(late, `False PoliciesNotEnforced: the decision was made before `)
		awaitEnforced()
		w.becomes(open, "Pending; location: bea, ben, cem, vic")
		w.expect(open, v1alpha1.ConditionReady, "True Pending")
		w.casts(open, "ben approve location")
		w.becomes(open, "Approved")
		Expect(running.Metric("rolewright_approval_policy_enforced", "")).To(HaveEach(1.0))
	},
		Entry("a policy is missing", func() { removed(policy(identity)) }, identity+": the ValidatingAdmissionPolicy of that name is missing"),
		Entry("a binding is missing", func() { removed(binding(metadata)) }, metadata+": the ValidatingAdmissionPolicyBinding of that name is missing"),
		Entry("decisions may go", func() { removed(policy(permanence)) }, permanence+": the ValidatingAdmissionPolicy of that name is missing"),
		Entry("anyone may write statuses", func() { removed(binding(byManager)) }, byManager+": the ValidatingAdmissionPolicyBinding of that name is missing"),
		Entry("it only warns of names", func() { patched(binding(identity), `{"spec": {"validationActions": ["Warn"]}}`) },
			identity+": the API server accepts what the policy must refuse"),
		Entry("it only audits deletions", func() { patched(binding(permanence), `{"spec": {"validationActions": ["Audit"]}}`) },
			permanence+": the API server accepts what the policy must refuse"),
		Entry("it exempts everyone who writes statuses", func() {
			patched(policy(byManager), `{"spec": {"matchConditions": [{"name": "nobody", "expression": "false"}]}}`)
		}, byManager+": the API server accepts what the policy must refuse"),
		Entry("it allows finalizers", func() { patched(policy(metadata), `{"spec": {"validations": [{"expression": "true"}]}}`) },
			metadata+": the API server accepts what the policy must refuse"),
	)

	DescribeTable("count nothing that was written in another's name meanwhile", func(during func()) {
		w := newOffice(chain("offer", approverOne))
		name, before := w.opens("ann", "offer unit=east"), w.opens("ann", "offer unit=east")
		w.casts(before, "bea approve location")
		during()
		removed(policy(identity))
		forgedVote := w.forged("eve", name, "ben approve location")
		forgedRequest := w.asked("ben", "offer unit=west")
		Expect(users.As("eve").Create(w.Ctx, forgedRequest)).To(Succeed())
		withdrawal := w.forged("eve", name, "ann withdraw")
		restore()
		if during(); len(w.requests()) == 0 {
			Fail("the requests are gone")
		}
		w.counts(forgedVote, "False PoliciesNotEnforced: ")
		w.counts(withdrawal, "False PoliciesNotEnforced: ")
		w.becomes(forgedRequest.Name, "Denied; the request was made before ")
		w.becomes(before, "Approved")
		w.becomes(name, "Pending; location: bea, ben, cem, vic")
		awaitEnforced()
		w.casts(name, "ben approve location")
		w.becomes(name, "Approved")
		w.counts(forgedVote, "False PoliciesNotEnforced: ")
	},
		Entry("as the manager sees", func() {}),
		Entry("though no manager runs", toggleManager()),
	)

	It("count nothing that was written while a policy exempted everyone, though it was put back as it was", func() {
		w := newOffice(chain("offer", approverOne))
		name := w.opens("ann", "offer unit=east")
		exempting := func(conditions string) {
			GinkgoHelper()
			patched(policy(identity), `{"spec": {"matchConditions": `+conditions+`}}`)
		}
		exempting(`[{"name": "nobody", "expression": "false"}]`)
		forged := w.forged("eve", name, "ben approve location")
		exempting("null")
		w.counts(forged, "False PoliciesNotEnforced: ")
		w.becomes(name, "Pending; location: bea, ben, cem, vic")
	})
})

// toggleManager returns a function that stops the manager, and the next time starts another.
func toggleManager() func() {
	stopped := false
	return func() {
		if stopped = !stopped; stopped {
			running.Stop()
			return
		}
		running = start()
	}
}
