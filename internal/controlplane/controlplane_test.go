// SPDX-License-Identifier: Apache-2.0

package controlplane_test

import (
	"context"
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// newNamespace creates a namespace with a random name.
func newNamespace(ctx context.Context) string {
	GinkgoHelper()
	namespace, err := admin.CoreV1().Namespaces().Create(ctx,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "controlplane-"}}, metav1.CreateOptions{})
	Expect(err).NotTo(HaveOccurred())
	return namespace.Name
}

func newConfigMap(ctx context.Context, namespace, name string, owners ...metav1.OwnerReference) *corev1.ConfigMap {
	GinkgoHelper()
	created, err := admin.CoreV1().ConfigMaps(namespace).Create(ctx,
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, OwnerReferences: owners}}, metav1.CreateOptions{})
	Expect(err).NotTo(HaveOccurred())
	return created
}

var _ = Describe("A control plane", func() {
	It("removes an object after its owner, and nothing else", func(ctx SpecContext) {
		namespace := newNamespace(ctx)
		maps := admin.CoreV1().ConfigMaps(namespace)
		owner := newConfigMap(ctx, namespace, "owner")
		newConfigMap(ctx, namespace, "owned",
			metav1.OwnerReference{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID})
		newConfigMap(ctx, namespace, "free")

		Expect(maps.Delete(ctx, owner.Name, metav1.DeleteOptions{})).To(Succeed())

		Eventually(func() bool {
			_, err := maps.Get(ctx, "owned", metav1.GetOptions{})
			return apierrors.IsNotFound(err)
		}).Should(BeTrue())
		_, err := maps.Get(ctx, "free", metav1.GetOptions{})
		Expect(err).NotTo(HaveOccurred())
	})

	It("empties and removes a namespace that is deleted", func(ctx SpecContext) {
		name := newNamespace(ctx)
		newConfigMap(ctx, name, "inside")

		Expect(admin.CoreV1().Namespaces().Delete(ctx, name, metav1.DeleteOptions{})).To(Succeed())

		Eventually(func() bool {
			_, err := admin.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
			return apierrors.IsNotFound(err)
		}).Should(BeTrue())
	})

	It("gives a user what RBAC gives them, through a kubeconfig file", func(ctx SpecContext) {
		user, err := plane.AddUser("owner", "owners")
		Expect(err).NotTo(HaveOccurred())
		path := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
		Expect(user.WriteKubeconfig(path)).To(Succeed())
		config, err := clientcmd.BuildConfigFromFlags("", path)
		Expect(err).NotTo(HaveOccurred())
		owner, err := kubernetes.NewForConfig(config)
		Expect(err).NotTo(HaveOccurred())
		list := func() error {
			_, err := owner.CoreV1().ConfigMaps("default").List(ctx, metav1.ListOptions{})
			return err
		}
		Expect(apierrors.IsForbidden(list())).To(BeTrue())

		_, err = admin.RbacV1().RoleBindings("default").Create(ctx, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "owners"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "owners"}},
		}, metav1.CreateOptions{})
		Expect(err).NotTo(HaveOccurred())
		Eventually(list).Should(Succeed())
	})

	It("stops twice, and leaves no file of its own", func() {
		dir := GinkgoT().TempDir()
		GinkgoT().Setenv("TMPDIR", dir)
		second, err := controlplane.Start(controlplane.Options{})
		Expect(err).NotTo(HaveOccurred())

		Expect(second.Stop()).To(Succeed())
		Expect(second.Stop()).To(Succeed())

		Expect(os.ReadDir(dir)).To(BeEmpty())
	})

	It("says why it did not start, and leaves nothing running", func() {
		dir := GinkgoT().TempDir()
		GinkgoT().Setenv("TMPDIR", dir)
		_, err := controlplane.Start(controlplane.Options{Controllers: []string{"no-such-controller"}})

		Expect(err).To(MatchError(ContainSubstring("kube-controller-manager ended before it was healthy")))
		Expect(err).To(MatchError(ContainSubstring("no-such-controller")))
		Expect(os.ReadDir(dir)).To(BeEmpty())
	})
})

var _ = Describe("Locating a program", func() {
	It("prefers KUBEBUILDER_ASSETS", func() {
		dir := GinkgoT().TempDir()
		GinkgoT().Setenv("KUBEBUILDER_ASSETS", dir)
		path := filepath.Join(dir, controlplane.Etcd)
		Expect(os.WriteFile(path, nil, 0o600)).To(Succeed())

		Expect(controlplane.Locate(controlplane.Etcd)).To(Equal(path))
	})

	It("says how to get one that is missing", func() {
		_, err := controlplane.Locate("kube-nonesuch")
		Expect(err).To(MatchError(ContainSubstring(`run "make controlplane"`)))
	})
})
