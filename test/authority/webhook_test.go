// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/test/clustertest"
)

// certificates reads the Secret of the webhook.
func certificates() *corev1.Secret {
	GinkgoHelper()
	secret := &corev1.Secret{}
	Expect(api.Get(ctx, client.ObjectKey{Namespace: "rolewright-system", Name: "rolewright-webhook-certificate"}, secret)).To(Succeed())
	return secret
}

var _ = Describe("The webhook", func() {
	It("lets users make the changes that an administration rule allows, and no others", func() {
		w := newWorld()
		raise := grantLead("north")
		Expect(w.patch("lena", "UserAssignment/lena", raise)).To(MatchError(ContainSubstring("no role that \"lena\" holds now has administrationRules")))
		Expect(w.patch("sami", "UserAssignment/lena", raise)).To(MatchError(ContainSubstring("the home unit of lena is north")))
		Expect(w.patch("stranger", "UserAssignment/lena", raise)).To(MatchError(ContainSubstring("is not a user of organization")))
		Expect(patch("UserAssignment/lena", raise).do(w, client.NewDryRunClient(users.As("nadia")))).To(Succeed())
		Expect(w.patch("nadia", "UserAssignment/lena", raise)).To(Succeed())
		w.Yes("lena till.refund north")

		By("by a rule that was given a moment before")
		Expect(w.patch("lena", "UserAssignment/dora", grantLead("depot"))).To(Succeed())
		Expect(w.patch("nadia", "UserAssignment/lena", grantClerk("north"))).To(Succeed())
		Expect(w.patch("lena", "UserAssignment/dora", "spec: {grants: []}")).NotTo(Succeed())
	})

	It("does not ask about administrators, statuses, and what changes nothing", func() {
		w := newWorld()
		Expect(w.patch("lena", "UserAssignment/lena", "metadata: {annotations: {note: hello}}")).To(Succeed())
		Expect(w.patch("lena", "UserAssignment/rita", "metadata: {finalizers: [example.com/kept]}")).To(
			MatchError(ContainSubstring("metadata.finalizers")))
		Expect(api.Delete(ctx, w.Get("UserAssignment/rita"))).To(Succeed())
	})

	It("leaves an organization without administration rules to RBAC", func() {
		w := newWorld()
		w.Apply("kind: Organization\nmetadata: {name: plain}\nspec: {catalogRef: {name: $world}}")
		text := "kind: UserAssignment\nmetadata: {name: someone}\nspec: {organizationRef: {name: plain}, user: someone}"
		Expect(create(text).do(w, users.As("lena"))).To(Succeed())
	})
})

var _ = Describe("The certificate", func() {
	It("is known to the API server, and only what is needed for it may be read", func() {
		Expect(certificates().Data).To(And(HaveKey("tls.crt"), HaveKey("ca.crt"), Not(HaveKey("next.crt"))))
		manager := clustertest.NewClient(managerConfig)
		secrets, configurations := &corev1.SecretList{}, &admissionregistrationv1.ValidatingWebhookConfigurationList{}
		for _, list := range []client.ObjectList{secrets, configurations} {
			Expect(apierrors.IsForbidden(manager.List(ctx, list, client.InNamespace("rolewright-system")))).To(BeTrue(), "%T", list)
		}
		key := client.ObjectKey{Namespace: "rolewright-system", Name: "another"}
		Expect(apierrors.IsForbidden(manager.Get(ctx, key, &corev1.Secret{}))).To(BeTrue())
	})
})
