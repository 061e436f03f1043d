// SPDX-License-Identifier: Apache-2.0

package kinds

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/crdschema"
)

// settle waits until every object has a current status, and nothing more is written.
func settle(ctx SpecContext) {
	GinkgoHelper()
	schemas, err := crdschema.Load()
	Expect(err).NotTo(HaveOccurred())
	before := ""
	Eventually(func() (string, error) {
		var versions strings.Builder
		for _, kind := range schemas.Kinds() {
			list := &unstructured.UnstructuredList{}
			list.SetGroupVersionKind(kind)
			if err := cluster.List(ctx, list); err != nil {
				return "", err
			}
			for i := range list.Items {
				object := &list.Items[i]
				if !observed(object) {
					return fmt.Sprintf("%s %s has no status yet", kind.Kind, object.GetName()), nil
				}
				fmt.Fprintln(&versions, kind.Kind, object.GetName(), object.GetResourceVersion())
			}
		}
		now := versions.String()
		if now != before {
			before = now
			return "something was written", nil
		}
		return "", nil
	}).WithContext(ctx).WithPolling(time.Second).WithTimeout(3 * time.Minute).Should(BeEmpty())
}

// observed reports whether an object's condition Ready, or Counted of a decision, is about its current generation.
func observed(object *unstructured.Unstructured) bool {
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, condition := range conditions {
		fields, _ := condition.(map[string]any)
		isOwn := fields["type"] == v1alpha1.ConditionReady || fields["type"] == v1alpha1.ConditionCounted
		if isOwn && fields["observedGeneration"] == object.GetGeneration() {
			return true
		}
	}
	return false
}
