// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/vocabulary"
)

var _ = Describe("The ConfigMap rolewright-vocabulary", func() {
	read := func(w *world) *corev1.ConfigMap {
		configMap := &corev1.ConfigMap{}
		if err := api.Get(w.Ctx, client.ObjectKey{Namespace: w.Namespace, Name: vocabulary.Name}, configMap); err != nil {
			return nil
		}
		return configMap
	}
	permissions := func(w *world) (names []string) {
		configMap := read(w)
		if configMap == nil {
			return nil
		}
		known, err := vocabulary.Read(configMap)
		if err != nil || len(known.Catalogs) != 1 {
			return nil
		}
		for _, permission := range known.Catalogs[0].Spec.Permissions {
			names = append(names, string(permission.Name))
		}
		return names
	}

	It("is the vocabulary of a namespace, and names no user", func() {
		w := newOffice()
		w.Apply("kind: PlatformRole\nmetadata: {name: $world-help}\nspec: {catalogRef: {name: $world}, assignableScope: Platform, rules: [{permissions: [audit]}]}",
			"kind: PlatformAssignment\nmetadata: {name: $world-pia}\nspec: {user: pia, grants: [{name: help, roleRef: {name: $world-help}, organizations: {all: true}}]}")
		Eventually(func() int {
			known, err := vocabulary.Read(read(w))
			if err != nil {
				return 0
			}
			return len(known.PlatformRoles)
		}).Should(Equal(1))
		Expect(permissions(w)).To(Equal([]string{"approve", "audit", "on-behalf"}))
		known, err := vocabulary.Read(read(w))
		Expect(err).NotTo(HaveOccurred())
		Expect(known.PlatformRoles[0].Name).To(Equal(w.Namespace + "-help"))
		Expect(read(w).OwnerReferences).To(HaveLen(1))

		By("following the catalog")
		w.Apply("kind: PermissionCatalog\nspec: {sections: [{name: work}], permissions: [{name: approve, section: work}]}")
		Eventually(func() []string { return permissions(w) }).Should(Equal([]string{"approve"}))

		By("putting back what another writer changed or deleted")
		configMap := read(w)
		configMap.BinaryData = map[string][]byte{"vocabulary.json.gz": []byte("junk")}
		Expect(api.Update(w.Ctx, configMap)).To(Succeed())
		Eventually(func() []string { return permissions(w) }).Should(Equal([]string{"approve"}))
		configMap = read(w)
		configMap.Labels, configMap.BinaryData = nil, nil
		Expect(api.Update(w.Ctx, configMap)).To(Succeed())
		Eventually(func() []string { return permissions(w) }).Should(Equal([]string{"approve"}))
		Expect(read(w).Labels).To(HaveKeyWithValue("app.kubernetes.io/managed-by", "rolewright"))
		Expect(api.Delete(w.Ctx, read(w))).To(Succeed())
		Eventually(func() []string { return permissions(w) }).Should(Equal([]string{"approve"}))

		By("staying as it is when another organization is added, and being of that one when the first is deleted")
		version := read(w).ResourceVersion
		w.Apply("kind: Organization\nmetadata: {name: second}\nspec: {catalogRef: {name: $world}}")
		Consistently(func() string { return read(w).ResourceVersion }).Should(Equal(version))
		Expect(read(w).OwnerReferences[0].Name).To(Equal("office"))
		Expect(api.Delete(w.Ctx, w.Get("Organization/office"))).To(Succeed())
		Eventually(func() string { return read(w).OwnerReferences[0].Name }).Should(Equal("second"))
	})

	It("leaves a foreign ConfigMap of its name alone", func() {
		w := newWorld()
		foreign := &corev1.ConfigMap{Data: map[string]string{"mine": "yes"}}
		foreign.Namespace, foreign.Name = w.Namespace, vocabulary.Name
		Expect(api.Create(w.Ctx, foreign)).To(Succeed())
		w.Apply(officeYAML)
		w.Published()
		Consistently(func() map[string]string { return read(w).Data }).Should(Equal(map[string]string{"mine": "yes"}))
		Expect(api.Delete(w.Ctx, foreign)).To(Succeed())
		Eventually(func() []string { return permissions(w) }).ShouldNot(BeEmpty())
	})
})
