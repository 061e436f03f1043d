// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// orders are the orders in which the objects of a sample are applied.
var orders = []struct {
	name  string
	apply func([]*unstructured.Unstructured)
}{
	{"as written", func([]*unstructured.Unstructured) {}},
	{"reversed", slices.Reverse[[]*unstructured.Unstructured]},
	{"shuffled with seed 1", shuffle(1)},
	{"shuffled with seed 2", shuffle(2)},
}

func shuffle(seed uint64) func([]*unstructured.Unstructured) {
	return func(objects []*unstructured.Unstructured) {
		rand.New(rand.NewPCG(seed, seed)).Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
	}
}

var _ = Describe("Through the API server", func() {
	for _, s := range all {
		for _, order := range orders {
			It(fmt.Sprintf("publishes %s, applied %s, as it is resolved offline", s.name, order.name), func(ctx SpecContext) {
				applied := applySample(ctx, s, order.apply)
				for _, object := range applied {
					Eventually(unsettled).WithContext(ctx).WithArguments(object, s.flaw(object)).Should(BeEmpty())
				}
				resolution, err := s.resolved()
				Expect(err).NotTo(HaveOccurred())
				offline, err := publish.Text(resolution.Document)
				Expect(err).NotTo(HaveOccurred())
				published := publication(ctx, s)
				Expect(published.Data[document.DocumentKey]).To(Equal(string(offline)))
				_, doc, err := document.ReadPublication(published.Data)
				Expect(err).NotTo(HaveOccurred())
				if s != quickstart {
					expectMatrix(ctx, s, doc)
				}
				expectDecisions(s, doc)
			})
		}
	}
})

// applySample applies the manifests of a sample in an order, and removes them and everything derived from them at the end.
func applySample(ctx SpecContext, s system, order func([]*unstructured.Unstructured)) []*unstructured.Unstructured {
	GinkgoHelper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.namespace}}
	Expect(client.IgnoreAlreadyExists(cluster.Create(ctx, namespace))).To(Succeed())
	set, err := (&manifests.Reader{}).Read(s.samples())
	Expect(err).NotTo(HaveOccurred())
	Expect(set.Diagnostics).To(BeEmpty())
	objects := make([]*unstructured.Unstructured, 0, len(set.Objects))
	for _, object := range set.Objects {
		objects = append(objects, &unstructured.Unstructured{Object: object.Value})
	}
	order(objects)
	// Cleanups run last to first: when this one does, the objects are gone, and the ConfigMap follows its organization.
	DeferCleanup(func(ctx SpecContext) {
		key := client.ObjectKey{Namespace: s.namespace, Name: s.organization + document.ConfigMapSuffix}
		Eventually(func() bool { return apierrors.IsNotFound(cluster.Get(ctx, key, &corev1.ConfigMap{})) }).Should(BeTrue())
	})
	for _, object := range objects {
		configuration := client.ApplyConfigurationFromUnstructured(object)
		Expect(cluster.Apply(ctx, configuration, client.FieldOwner("acceptance"))).To(Succeed())
		DeferCleanup(func(ctx SpecContext) { Expect(cluster.Delete(ctx, object)).To(Succeed()) })
	}
	return objects
}

// flaw is the reason for which an object of a sample is intentionally not Ready. It is empty for nearly all objects.
func (s system) flaw(object *unstructured.Unstructured) string {
	for _, expected := range expectedFindings[s.name] {
		words := strings.Split(expected, " ")
		if words[0] == resolve.Error.String() && words[1] == object.GetKind()+"/"+object.GetName() {
			return words[len(words)-1]
		}
	}
	return ""
}

// unsettled says why an object is not settled yet: readers must see its current state, and it may have no error but its
// intended flaw.
func unsettled(ctx SpecContext, applied *unstructured.Unstructured, flaw string) (string, error) {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(applied.GroupVersionKind())
	if err := cluster.Get(ctx, client.ObjectKeyFromObject(applied), object); err != nil {
		return "", err
	}
	var status struct {
		Conditions []metav1.Condition `json:"conditions"`
	}
	if err := field(object, &status, "status"); err != nil {
		return "", err
	}
	wanted := map[string]metav1.ConditionStatus{v1alpha1.ConditionReady: metav1.ConditionTrue}
	if flaw != "" {
		wanted[v1alpha1.ConditionReady] = metav1.ConditionFalse
	}
	if object.GetNamespace() != "" {
		wanted[v1alpha1.ConditionPublished] = metav1.ConditionTrue
	}
	for kind, want := range wanted {
		condition := meta.FindStatusCondition(status.Conditions, kind)
		settled := condition != nil && condition.Status == want && condition.ObservedGeneration == object.GetGeneration() &&
			(want == metav1.ConditionTrue || condition.Reason == flaw)
		if !settled {
			return fmt.Sprintf("%s %s: %s is %v", object.GetKind(), object.GetName(), kind, condition), nil
		}
	}
	return "", nil
}

func publication(ctx SpecContext, s system) *corev1.ConfigMap {
	GinkgoHelper()
	published := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: s.namespace, Name: s.organization + document.ConfigMapSuffix}
	Expect(cluster.Get(ctx, key, published)).To(Succeed())
	return published
}

// expectMatrix compares the published matrix, and the one that the roles' statuses show, with what a system prescribes.
func expectMatrix(ctx SpecContext, s system, doc *document.Document) {
	GinkgoHelper()
	prescribed, names, err := s.prescribedMatrix()
	Expect(err).NotTo(HaveOccurred())
	resolved, resolvedNames := resolvedMatrix(doc)
	Expect(resolvedNames).To(Equal(names))
	Expect(resolved.differences(prescribed)).To(BeEmpty())
	Expect(shownMatrix(ctx, s, doc).differences(prescribed)).To(BeEmpty())
}

func expectDecisions(s system, doc *document.Document) {
	GinkgoHelper()
	index, err := engine.NewIndex(doc, engine.WithClock(clock))
	Expect(err).NotTo(HaveOccurred())
	prescriptions, err := s.prescriptions()
	Expect(err).NotTo(HaveOccurred())
	for _, p := range prescriptions {
		Expect(index.Check(&p.Request)).To(Equal(p.Expected), "%s: %s", p.place, p.Fact)
	}
}

// conditionTexts writes alternatives of a status as a matrix does.
func conditionTexts(alternatives []v1alpha1.PermissionAlternative) []string {
	plain := func(names []v1alpha1.Observed) (texts []string) {
		for _, name := range names {
			texts = append(texts, string(name))
		}
		return texts
	}
	texts := make([]string, 0, len(alternatives))
	for _, a := range alternatives {
		texts = append(texts, document.Alternative{
			Qualifiers: plain(a.Qualifiers), RequiredFeatures: plain(a.RequiredFeatures), RequiredEntitlements: plain(a.RequiredEntitlements),
		}.String())
	}
	return texts
}

// shownMatrix is the matrix according to the statuses of the roles, including platform roles.
func shownMatrix(ctx SpecContext, s system, doc *document.Document) matrix {
	GinkgoHelper()
	shown := matrix{}
	show := func(name string, held []v1alpha1.RolePermission) {
		for _, permission := range held {
			at := cell{doc.Permissions[string(permission.Name)].Section, string(permission.Name), name}
			shown[at] = document.Always
			if len(permission.Alternatives) > 0 {
				shown[at] = spell(conditionTexts(permission.Alternatives))
			}
		}
	}
	roles := &v1alpha1.RoleList{}
	Expect(cluster.List(ctx, roles, client.InNamespace(s.namespace))).To(Succeed())
	for _, role := range roles.Items {
		show(role.Name, role.Status.Permissions)
	}
	platformRoles := &v1alpha1.PlatformRoleList{}
	Expect(cluster.List(ctx, platformRoles)).To(Succeed())
	for _, role := range platformRoles.Items {
		show(role.Name, role.Status.Permissions)
	}
	return shown
}
