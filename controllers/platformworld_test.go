// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The names of objects that belong to no organization begin with $world-, so that worlds do not meet in them.

// shipped writes a PlatformRole of the world's catalog.
func shipped(name, level, rest string) string {
	return "kind: PlatformRole\nmetadata: {name: $world-" + name + "}\nspec:\n  catalogRef: {name: $world}\n  level: " + level + "\n" +
		strings.TrimPrefix(rest, "\n")
}

// over writes a PlatformAssignment of the name of its user.
func over(id, rest string) string {
	return "kind: PlatformAssignment\nmetadata: {name: $world-" + id + "}\nspec:\n  user: " + id + "\n" + strings.TrimPrefix(rest, "\n")
}

// group writes a UserGroup.
func group(name, rest string) string {
	return "kind: UserGroup\nmetadata: {name: " + name + "}\nspec:\n  organizationRef: {name: clinic}\n" + strings.TrimPrefix(rest, "\n")
}

// clinic writes the organization with more of a spec.
func clinic(rest string) string { return organizationYAML + strings.TrimPrefix(rest, "\n") }

// catalog writes the catalog with more of a spec.
func catalog(rest string) string { return catalogYAML + strings.TrimPrefix(rest, "\n") }

// outlivesNoSpec removes an object that belongs to no namespace once the spec is over: a PlatformAssignment concerns every
// organization of the cluster.
func (w *world) outlivesNoSpec(object *unstructured.Unstructured) {
	DeferCleanup(func(ctx context.Context) {
		Expect(client.IgnoreNotFound(api.Delete(ctx, object.DeepCopy()))).To(Succeed())
	})
}

// ready waits until nothing is wrong with objects, each named as Kind/name.
func (w *world) ready(objects ...string) {
	GinkgoHelper()
	for _, object := range objects {
		kind, name, _ := strings.Cut(object, "/")
		w.expect(kind, name, "Ready", metav1.ConditionTrue, "Resolved", "")
	}
}

// notReady waits until something is wrong with an object, named as Kind/name.
func (w *world) notReady(object, reason, part string) {
	GinkgoHelper()
	kind, name, _ := strings.Cut(object, "/")
	w.expect(kind, name, "Ready", metav1.ConditionFalse, reason, part)
}

// label sets the labels of the organization.
func (w *world) label(labels map[string]string) {
	GinkgoHelper()
	object := w.get("Organization", organization)
	object.SetLabels(labels)
	Expect(api.Update(w.ctx, object)).To(Succeed())
}

// later waits until whatever is created from now on is newer than what is there: creation times are in whole seconds.
func (w *world) later(kind, name string) {
	GinkgoHelper()
	created := w.get(kind, name).GetCreationTimestamp()
	Eventually(func() int64 { return time.Now().Unix() }).Should(BeNumerically(">", created.Unix()))
}
