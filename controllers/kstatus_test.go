// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// health returns what tools that follow kstatus say of objects, and Argo CD with them.
func (w *world) health(objects ...string) map[string]status.Status {
	GinkgoHelper()
	found := map[string]status.Status{}
	for _, object := range objects {
		kind, _, _ := strings.Cut(object, "/")
		typed := w.Get(object)
		read := &unstructured.Unstructured{}
		read.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
		Expect(api.Get(w.Ctx, client.ObjectKeyFromObject(typed), read)).To(Succeed())
		result, err := status.Compute(read)
		Expect(err).NotTo(HaveOccurred())
		found[object] = result.Status
		health, message := askArgo(read)
		Expect(health).To(Equal(argoHealth[result.Status]), "%s: %s", object, message)
		Expect(message).NotTo(BeEmpty())
	}
	return found
}

var _ = Describe("Tools that follow kstatus", Serial, func() {
	It("wait for objects that the manager has not observed", func() {
		w := newWorld()
		running.Stop()
		defer func() { running = start() }()
		w.Apply(everyKindYAML()...)
		w.Apply(decisionYAML("vote", "some", anyDigest))
		Expect(w.health(everyKind...)).To(And(HaveLen(len(everyKind)), HaveEach(status.InProgressStatus)))
	})

	It("do not wait once it has, and wait for changes", func() {
		w := newWorld()
		w.Apply(everyKindYAML()...)
		w.Apply(decisionYAML("vote", "some", anyDigest))
		w.Published()
		w.Expect("ApprovalRequest/icu", "Ready", metav1.ConditionTrue, "Pending", "")
		w.Expect("ApprovalDecision/vote", "Ready", metav1.ConditionFalse, "RequestMismatch", "")
		w.Ready("PermissionCatalog/", "PlatformRole/$world-auditor", "PlatformAssignment/$world-pia")
		Expect(w.health(everyKind[:len(everyKind)-1]...)).To(HaveEach(status.CurrentStatus))
		Expect(w.health("ApprovalDecision/vote")).To(HaveEach(status.InProgressStatus), "it counts for nothing")

		func() {
			running.Stop()
			defer func() { running = start() }()
			w.Apply(headYAML + "  displayName: Head\n")
			Expect(w.health("Role/head")).To(HaveEach(status.InProgressStatus))
		}()
		w.Ready("Role/head")
		Expect(w.health("Role/head")).To(HaveEach(status.CurrentStatus))
	})

	It("see that all is well", func() {
		w := newWorldOfEveryKind()
		Expect(w.health(everyKind...)).To(HaveEach(status.CurrentStatus))
	})

	It("do not take what is invalid for well", func() {
		w := newWorldOfEveryKind()
		w.Apply(role("head", "  inherits: [{roleRef: {name: nobody}}]"),
			user("anna", "anna", "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [nowhere]}}]"))
		w.NotReady("Role/head", "UnknownRole", "")
		w.NotReady("UserAssignment/anna", "UnknownUnit", "")
		Expect(w.health("Role/head", "UserAssignment/anna")).To(HaveEach(status.InProgressStatus))

		By("waiting no longer for what nothing else can mend")
		w.Apply(user("anna", "anna", "  grants: [{name: clerk, roleRef: {name: clerk}}]"),
			strings.Replace(catalogYAML, "resource.properties.owner == subject.id", "resource.properties.owner ==", 1))
		w.NotReady("UserAssignment/anna", "EmptyScope", "")
		w.NotReady("PermissionCatalog/", "InvalidExpression", "")
		Expect(w.health("PermissionCatalog/", "UserAssignment/anna")).To(HaveEach(status.FailedStatus))
		w.Apply(annaYAML, catalogYAML)
		w.Ready("UserAssignment/anna", "PermissionCatalog/")
		Expect(w.health("PermissionCatalog/", "UserAssignment/anna")).To(HaveEach(status.CurrentStatus))
	})

	It("do not take what is not published for well", func() {
		w := newWorld()
		foreign := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "clinic-permissions"}}
		Expect(api.Create(w.Ctx, foreign)).To(Succeed())
		w.Apply(everyKindYAML()...)
		namespaced := []string{
			"Organization/clinic", "OrganizationStructure/sites", "Role/head", "UserAssignment/anna", "UserGroup/night", "ApprovalChain/raise",
		}
		for _, object := range namespaced {
			w.Expect(object, "Published", metav1.ConditionFalse, "ForeignConfigMap", "")
			w.NotReady(object, "ForeignConfigMap", "delete it")
		}
		Expect(w.health(namespaced...)).To(HaveEach(status.InProgressStatus))

		Expect(api.Delete(w.Ctx, foreign)).To(Succeed())
		w.Published()
		w.Ready(namespaced...)
		Expect(w.health(namespaced...)).To(HaveEach(status.CurrentStatus))
	})
})
