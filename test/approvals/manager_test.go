// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("The manager's account, even if it may do everything,", Ordered, func() {
	var (
		w       *world
		account client.Client
		ctx     = context.Background()
	)
	BeforeAll(func() {
		w = newWorld()
		account = client.NewDryRunClient(clustertest.NewClient(managerConfig, coordinationv1.AddToScheme))
		everything := &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "manager-of-everything"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: managerUser}},
		}
		Expect(api.Create(ctx, everything)).To(Succeed())
		DeferCleanup(func() { Expect(api.Delete(ctx, everything)).To(Succeed()) })
		Eventually(func() error {
			return account.Create(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "probe"}})
		}).Should(Succeed())
	})

	// configMap is one that the manager might write.
	configMap := func(name string, owners ...string) *corev1.ConfigMap {
		made := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: name}}
		for _, owner := range owners {
			kind, name, _ := strings.Cut(owner, "/")
			made.OwnerReferences = append(made.OwnerReferences, metav1.OwnerReference{
				APIVersion: v1alpha1.GroupVersion.String(), Kind: kind, Name: name, UID: "11111111-1111-1111-1111-111111111111",
			})
		}
		return made
	}
	hex := strings.Repeat("0a", 16)

	// creates has the account create a ConfigMap.
	creates := func(made *corev1.ConfigMap, refused string) {
		GinkgoHelper()
		err := account.Create(ctx, made)
		if refused == "" {
			Expect(err).NotTo(HaveOccurred())
		} else {
			Expect(err).To(forbidden(refused))
		}
	}

	DescribeTable("creates ConfigMaps", func(name, owners, refused string) {
		creates(configMap(name, strings.Fields(owners)...), refused)
	},
		Entry("of an organization", "acme-permissions", "Organization/acme", ""),
		Entry("of an organization with dots", "acme.example-permissions", "Organization/acme.example", ""),
		Entry("that are shards", "acme-permissions-"+hex, "Organization/acme", ""),
		Entry("not of another name", "settings", "Organization/acme", "settings is neither"),
		Entry("not of Kubernetes", "kube-root-ca.crt", "Organization/acme", "kube-root-ca.crt is neither"),
		Entry("not of a name that only begins so", "acme-permissions-backup", "Organization/acme", "is neither"),
		Entry("not of a name with too few digits", "acme-permissions-"+hex[1:], "Organization/acme", "is neither"),
		Entry("not of a name without an organization", "permissions", "Organization/acme", "is neither"),
		Entry("not without an owner", "acme-permissions", "", "the owner of ConfigMap acme-permissions is the organization"),
		Entry("not of another organization", "acme-permissions", "Organization/ajax", "is the organization that it publishes"),
		Entry("not of another kind", "acme-permissions", "Role/acme", "is the organization that it publishes"),
		Entry("that are the vocabulary", "rolewright-vocabulary", "Organization/acme", ""),
		Entry("not the vocabulary of several", "rolewright-vocabulary", "Organization/acme Organization/ajax", "is an organization"),
		Entry("not the vocabulary of nobody", "rolewright-vocabulary", "", "is an organization"),
		Entry("not the vocabulary of another kind", "rolewright-vocabulary", "Role/acme", "is an organization"),
		Entry("not of a catalog in other namespaces", "platform.acme-permissions", "PermissionCatalog/acme", "and nothing else"),
		Entry("not of two owners", "acme-permissions", "Organization/acme Role/acme", "and nothing else"),
	)

	DescribeTable("creates ConfigMaps in its own namespace", func(name, owners, refused string) {
		made := configMap(name, strings.Fields(owners)...)
		made.Namespace = "rolewright-system"
		creates(made, refused)
	},
		Entry("of the platform document of a catalog", "platform.acme-permissions", "PermissionCatalog/acme", ""),
		Entry("of that of a catalog with dots", "platform.acme.example-permissions", "PermissionCatalog/acme.example", ""),
		Entry("that are shards of it", "platform.acme-permissions-"+hex, "PermissionCatalog/acme", ""),
		Entry("not of another catalog", "platform.acme-permissions", "PermissionCatalog/ajax", "and nothing else"),
		Entry("not of an organization's name", "acme-permissions", "PermissionCatalog/acme", "and nothing else"),
		Entry("not with an organization too", "platform.acme-permissions", "PermissionCatalog/acme Organization/platform.acme", "and nothing else"),
		Entry("not the vocabulary of a catalog", "rolewright-vocabulary", "PermissionCatalog/acme", "is an organization"),
	)

	It("updates and deletes those ConfigMaps and no others", func() {
		for _, name := range []string{"ours-permissions", "theirs"} {
			Expect(api.Create(ctx, configMap(name))).To(Succeed())
		}
		found := configMap("ours-permissions", "Organization/ours")
		Expect(account.Update(ctx, found)).To(Succeed())
		Expect(account.Delete(ctx, found)).To(Succeed())
		theirs := configMap("theirs", "Organization/theirs")
		Expect(account.Update(ctx, theirs)).To(forbidden("theirs is neither"))
		Expect(account.Delete(ctx, theirs)).To(forbidden("theirs is neither"))
		Expect(account.DeleteAllOf(ctx, theirs, client.InNamespace(w.Namespace))).NotTo(Succeed())
	})

	It("writes statuses and nothing else of Rolewright's kinds, and deletes requests and decisions alone", func() {
		organization := &v1alpha1.Organization{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "held"},
			Spec:       v1alpha1.OrganizationSpec{CatalogRef: v1alpha1.CatalogReference{Name: "none"}},
		}
		Expect(api.Create(ctx, organization)).To(Succeed())
		const refused = "the manager writes the status of organizations, and nothing else of them"
		Expect(account.Update(ctx, organization)).To(forbidden(refused))
		Expect(account.Delete(ctx, organization)).To(forbidden(refused))
		organization.Status.ObservedGeneration = 1
		Expect(account.Status().Update(ctx, organization)).To(Succeed())
		another := organization.DeepCopy()
		another.Name, another.ResourceVersion, another.UID = "another", "", ""
		Expect(account.Create(ctx, another)).To(forbidden(refused))

		request := &v1alpha1.ApprovalRequest{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "old"},
			Spec: v1alpha1.ApprovalRequestSpec{
				OrganizationRef: v1alpha1.OrganizationReference{Name: "none"}, RequestType: "probe", Requester: "ann",
			},
		}
		Expect(users.As("ann").Create(ctx, request)).To(Succeed())
		Expect(account.Delete(ctx, request)).To(Succeed())
	})

	It("changes the Secret of its certificate and no other", func() {
		meta := metav1.ObjectMeta{Namespace: "rolewright-system", Name: "rolewright-webhook-certificate"}
		for _, secret := range []*corev1.Secret{{ObjectMeta: meta}, {ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: meta.Name}}} {
			Expect(account.Create(ctx, secret.DeepCopy())).To(forbidden("the manager writes the Secret rolewright-webhook-certificate"))
			Expect(api.Create(ctx, secret)).To(Succeed())
			DeferCleanup(func() { Expect(api.Delete(ctx, secret)).To(Succeed()) })
			err := account.Update(ctx, secret.DeepCopy())
			Expect(apierrors.IsForbidden(err)).To(Equal(secret.Namespace != meta.Namespace), "%v", err)
			Expect(account.Delete(ctx, secret.DeepCopy())).To(forbidden("the manager writes the Secret rolewright-webhook-certificate"))
		}
	})

	It("writes its own lease and no other", func() {
		for name, refused := range map[string]bool{
			"kube-system/rolewright-manager": false, "kube-system/other": true, "rolewright-system/rolewright-manager": true, w.Namespace + "/rolewright-manager": true,
		} {
			lease := &coordinationv1.Lease{}
			lease.Namespace, lease.Name, _ = strings.Cut(name, "/")
			err := account.Create(ctx, lease)
			Expect(apierrors.IsForbidden(err)).To(Equal(refused), "%s: %v", name, err)
		}
	})
})
