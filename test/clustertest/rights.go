// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// RightsSchemes add what Allow and AllowImpersonation write to the scheme of NewClient.
var RightsSchemes = []func(*runtime.Scheme) error{rbacv1.AddToScheme, authorizationv1.AddToScheme}

// Allow gives a user a right in the namespace of the world, and waits until the API server has noticed it.
func (w *World) Allow(user string, right rbacv1.PolicyRule) {
	ginkgo.GinkgoHelper()
	meta := metav1.ObjectMeta{Namespace: w.Namespace, Name: rightName(user)}
	gomega.Expect(w.API.Create(w.Ctx, &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{right}})).To(gomega.Succeed())
	gomega.Expect(w.API.Create(w.Ctx, &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: roleRef("Role", meta.Name), Subjects: userSubject(user),
	})).To(gomega.Succeed())
	w.AwaitRight(user, authorizationv1.ResourceAttributes{
		Namespace: w.Namespace, Verb: right.Verbs[0], Group: right.APIGroups[0], Resource: right.Resources[0],
	})
}

// AllowImpersonation lets a user act as others, and waits until the API server has noticed it.
func (w *World) AllowImpersonation(user string, others ...string) {
	ginkgo.GinkgoHelper()
	meta := metav1.ObjectMeta{Name: w.Namespace + "-" + rightName(user)}
	gomega.Expect(w.API.Create(w.Ctx, &rbacv1.ClusterRole{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"users"}, ResourceNames: others, Verbs: []string{"impersonate"}},
	}})).To(gomega.Succeed())
	gomega.Expect(w.API.Create(w.Ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: meta, RoleRef: roleRef("ClusterRole", meta.Name), Subjects: userSubject(user),
	})).To(gomega.Succeed())
	w.AwaitRight(user, authorizationv1.ResourceAttributes{Verb: "impersonate", Resource: "users", Name: others[0]})
}

// AwaitRight waits until the API server has noticed that a user has a right.
func (w *World) AwaitRight(user string, right authorizationv1.ResourceAttributes) {
	ginkgo.GinkgoHelper()
	gomega.Eventually(func() bool {
		review := &authorizationv1.SubjectAccessReview{
			Spec: authorizationv1.SubjectAccessReviewSpec{User: user, ResourceAttributes: right.DeepCopy()},
		}
		gomega.Expect(w.API.Create(w.Ctx, review)).To(gomega.Succeed())
		return review.Status.Allowed
	}).Should(gomega.BeTrue())
}

func rightName(user string) string { return "right-of-" + strings.ReplaceAll(user, ":", "-") }

func roleRef(kind, name string) rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: name}
}

func userSubject(user string) []rbacv1.Subject {
	return []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}}
}
