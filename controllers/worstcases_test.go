// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/test/clustertest"
	"github.com/rolewright/rolewright/test/worstcases"
)

// These specs have a control plane and a manager of their own, with a budget that three layers of roles exceed and one does not.
var _ = Describe("Two organizations that take too much work", large, Serial, Ordered, func() {
	const budget resolve.Budget = 600_000
	const third = "third"
	costly := []string{"one", "two"}
	layers := worstcases.Layers()
	few, most := layers.Roles[:25], layers.Roles[25:75]
	var cluster client.Client

	BeforeAll(func(ctx SpecContext) {
		plane := suite.Start(controlplane.Options{CRDPaths: []string{"config/crd/bases"}})
		cluster = clustertest.NewClient(plane.Config())
		bounded := options(shardGrace)
		bounded.Budget = budget
		manager := clustertest.StartManager(plane.Config(), bounded)
		DeferCleanup(manager.Stop)
		create(ctx, cluster, placed("", layers.Catalog))
		for _, namespace := range append([]string{third}, costly...) {
			create(ctx, cluster, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, placed(namespace, layers.Organization))
			for i := range few {
				create(ctx, cluster, placed(namespace, &few[i]))
			}
			Eventually(conditionIn(ctx, cluster, namespace, v1alpha1.ConditionPublished)).Should(HaveField("Status", metav1.ConditionTrue))
		}
	})

	It("are given up, each with a finding, and the third is published", func(ctx SpecContext) {
		for i := range most {
			for _, namespace := range costly {
				create(ctx, cluster, placed(namespace, &most[i]))
			}
		}
		role := &v1alpha1.Role{}
		Expect(cluster.Get(ctx, client.ObjectKey{Namespace: third, Name: few[0].Name}, role)).To(Succeed())
		role.Spec.Rules = nil
		Expect(cluster.Update(ctx, role)).To(Succeed())
		Eventually(func() metav1.Condition {
			Expect(cluster.Get(ctx, client.ObjectKeyFromObject(role), role)).To(Succeed())
			return clustertest.ConditionOf(role, v1alpha1.ConditionPublished)
		}).Should(And(HaveField("Status", metav1.ConditionTrue), HaveField("ObservedGeneration", role.Generation)))
		for _, namespace := range costly {
			Eventually(conditionIn(ctx, cluster, namespace, v1alpha1.ConditionReady)).Should(And(
				HaveField("Status", metav1.ConditionFalse), HaveField("Reason", resolve.ReasonWorkLimitExceeded)))
			Eventually(conditionIn(ctx, cluster, namespace, v1alpha1.ConditionPublished)).Should(And(
				HaveField("Status", metav1.ConditionFalse), HaveField("Reason", resolve.ReasonWorkLimitExceeded),
				HaveField("Message", MatchRegexp(`revision \d+ stays published`))))
		}
	})

	It("are published again once they take less", func(ctx SpecContext) {
		for i := range most {
			Expect(cluster.Delete(ctx, placed(costly[0], &most[i]))).To(Succeed())
		}
		Eventually(conditionIn(ctx, cluster, costly[0], v1alpha1.ConditionPublished)).Should(HaveField("Status", metav1.ConditionTrue))
	})
})

// placed returns an object as it is created in a namespace.
func placed(namespace string, object client.Object) client.Object {
	placed := object.DeepCopyObject().(client.Object)
	placed.SetNamespace(namespace)
	placed.SetUID("")
	placed.SetGeneration(0)
	return placed
}

// conditionIn returns a condition of the one organization in a namespace.
func conditionIn(ctx SpecContext, reader client.Client, namespace, condition string) func() metav1.Condition {
	return func() metav1.Condition {
		organization := &v1alpha1.Organization{}
		Expect(reader.Get(ctx, client.ObjectKey{Namespace: namespace, Name: worstcases.Name}, organization)).To(Succeed())
		return clustertest.ConditionOf(organization, condition)
	}
}
