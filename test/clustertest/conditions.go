// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"encoding/json"
	"fmt"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// ConditionOf returns a condition of an object's status for the object's present generation; it is empty while there is none.
func ConditionOf(object client.Object, conditionType string) metav1.Condition {
	ginkgo.GinkgoHelper()
	text, err := json.Marshal(object)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	var partial struct {
		Status struct {
			Conditions []metav1.Condition `json:"conditions"`
		} `json:"status"`
	}
	gomega.Expect(json.Unmarshal(text, &partial)).To(gomega.Succeed())
	found := meta.FindStatusCondition(partial.Status.Conditions, conditionType)
	if found == nil || found.ObservedGeneration != object.GetGeneration() {
		return metav1.Condition{}
	}
	return *found
}

// Condition reads a condition of an object, which is named as for Get.
func (w *World) Condition(object, conditionType string) metav1.Condition {
	ginkgo.GinkgoHelper()
	return ConditionOf(w.Get(object), conditionType)
}

// ConditionText reads a condition of an object as one text, "False UnknownUnit: unit ...".
func (w *World) ConditionText(object, conditionType string) string {
	ginkgo.GinkgoHelper()
	c := w.Condition(object, conditionType)
	return fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message)
}

// Expect waits until a condition of an object has a status, a reason, and a message with such a part.
func (w *World) Expect(object, conditionType string, status metav1.ConditionStatus, reason, part string) {
	ginkgo.GinkgoHelper()
	gomega.Eventually(w.ConditionText).WithArguments(object, conditionType).Should(
		gomega.And(gomega.HavePrefix("%s %s: ", status, reason), gomega.ContainSubstring(w.expand(part))), object)
}

// Ready waits until nothing is wrong with objects.
func (w *World) Ready(objects ...string) {
	ginkgo.GinkgoHelper()
	for _, object := range objects {
		w.Expect(object, v1alpha1.ConditionReady, metav1.ConditionTrue, "Resolved", "")
	}
}

// NotReady waits until something is wrong with an object.
func (w *World) NotReady(object, reason, part string) {
	ginkgo.GinkgoHelper()
	w.Expect(object, v1alpha1.ConditionReady, metav1.ConditionFalse, reason, part)
}

// Published waits until readers see every object of the world as it is now, to the byte, the status of the organization names what they
// see, and every object says that they see it. What else statuses say may be of the revision before.
func (w *World) Published() {
	ginkgo.GinkgoHelper()
	w.Settled()
	lists := []client.ObjectList{
		&v1alpha1.OrganizationList{}, &v1alpha1.OrganizationStructureList{}, &v1alpha1.RoleList{}, &v1alpha1.UserAssignmentList{},
		&v1alpha1.UserGroupList{}, &v1alpha1.ApprovalChainList{},
	}
	gomega.Eventually(func() string {
		for _, list := range lists {
			gomega.Expect(w.API.List(w.Ctx, list, client.InNamespace(w.Namespace))).To(gomega.Succeed())
			items, err := meta.ExtractList(list)
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			for _, item := range items {
				object := item.(client.Object)
				if text := w.isBehind(object); text != "" {
					return text
				}
				if c := ConditionOf(object, v1alpha1.ConditionPublished); c.Status != metav1.ConditionTrue {
					return fmt.Sprintf("%T %s: Published is %q: %s: %s", object, object.GetName(), c.Status, c.Reason, c.Message)
				}
			}
		}
		return ""
	}).Should(gomega.BeEmpty())
}

// isBehind says of an organization that its status does not name what is published now; empty of anything else.
func (w *World) isBehind(object client.Object) string {
	organization, is := object.(*v1alpha1.Organization)
	if !is || organization.Name != w.Organization {
		return ""
	}
	published, _, err := w.publication()
	named := organization.Status.Publication
	if err != nil || named == nil || named.Revision != published.Revision || named.Digest != published.Digest() {
		return fmt.Sprintf("the status of organization %s names %+v, and not what is published", object.GetName(), named)
	}
	return ""
}
