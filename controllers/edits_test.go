// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

// raw reads an object without its Go type.
func (w *world) raw(object string) *unstructured.Unstructured {
	GinkgoHelper()
	kind, _, _ := strings.Cut(object, "/")
	read := &unstructured.Unstructured{}
	read.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
	Expect(api.Get(w.Ctx, client.ObjectKeyFromObject(w.Get(object)), read)).To(Succeed())
	return read
}

func (w *world) status(object string) map[string]any {
	GinkgoHelper()
	status, _, err := unstructured.NestedMap(w.raw(object).Object, "status")
	Expect(err).NotTo(HaveOccurred())
	return status
}

// edit writes the status of an object as kubectl edit does.
func (w *world) edit(object string, status map[string]any) error {
	read := w.raw(object)
	read.Object["status"] = status
	return api.Status().Update(w.Ctx, read, client.FieldOwner("kubectl-edit"))
}

// edited returns copies of a status, in each of which one thing is removed or changed, with what that is.
func edited(status map[string]any) map[string]map[string]any {
	found := map[string]map[string]any{"everything removed": {}}
	add := func(what string, change func(map[string]any)) {
		copied := (&unstructured.Unstructured{Object: status}).DeepCopy().Object
		change(copied)
		found[what] = copied
	}
	for field, value := range status {
		add(field+" removed", func(s map[string]any) { delete(s, field) })
		switch v := value.(type) {
		case string:
			add(field+" changed", func(s map[string]any) { s[field] = "2020-01-01T00:00:00Z" })
		case int64:
			add(field+" changed", func(s map[string]any) { s[field] = v + 7 })
		case []any:
			add(field+" emptied", func(s map[string]any) { s[field] = []any{} })
		}
	}
	conditions, _ := status["conditions"].([]any)
	for i := range conditions {
		kind := conditions[i].(map[string]any)["type"]
		for field, value := range map[string]any{
			"status": "Unknown", "reason": "Forged", "message": "forged: revision 99", "lastTransitionTime": "2020-01-01T00:00:00Z",
			"observedGeneration": int64(99),
		} {
			add(fmt.Sprintf("%s of %s changed", field, kind), func(s map[string]any) { s["conditions"].([]any)[i].(map[string]any)[field] = value })
		}
		add(fmt.Sprintf("%s removed", kind), func(s map[string]any) { s["conditions"] = slices.Delete(s["conditions"].([]any), i, i+1) })
	}
	return found
}

// additions are fields that an organization of nothing wrong does not set: an apply would leave them to their writer.
var additions = map[string]string{
	"PermissionCatalog": `{"organizationCount": 5}`,
	"Organization":      `{"omittedFindingCount": 5, "findings": [{"reason": "Forged", "severity": "Error", "object": "x", "message": "x"}]}`,
	"UserAssignment":    `{"omittedPermissionCount": 5, "requestedUntil": "2030-01-01T00:00Z", "summary": "owner of everything"}`,
	"Role":              `{"omittedPermissionCount": 5}`,
	"PlatformRole":      `{"omittedPermissionCount": 5}`,
	"ApprovalChain":     `{"message": "forged"}`,
	"ApprovalRequest":   `{"withdrawnBy": "eve", "renewedRoleEndTime": "2030-01-01T00:00:00Z", "waitingFor": "eve"}`,
}

var _ = Describe("A status that another writer changes", Serial, func() {
	// restored waits until the status is what it was.
	restored := func(w *world, object string, before map[string]any, what string) {
		GinkgoHelper()
		Eventually(w.status).WithArguments(object).Should(Equal(before), "%s: %s", object, what)
	}

	It("is put right, of every kind and whatever was changed", large, func() {
		w := newWorldOfEveryKind()
		for _, object := range everyKind {
			before := w.status(object)
			changes := edited(before)
			for _, what := range slices.Sorted(maps.Keys(changes)) {
				if err := w.edit(object, changes[what]); err != nil {
					Expect(err).To(MatchError(Or(ContainSubstring("is invalid"), ContainSubstring("Required value"))), what)
					continue
				}
				restored(w, object, before, what)
			}
		}
	})
})

var _ = Describe("A status to which another writer adds", func() {
	It("is put right", func() {
		w := newWorldOfEveryKind()
		for _, object := range everyKind {
			kind, _, _ := strings.Cut(object, "/")
			addition := map[string]any{}
			if additions[kind] == "" {
				continue
			}
			Expect(json.Unmarshal([]byte(additions[kind]), &addition)).To(Succeed())
			before := w.status(object)
			patch := client.RawPatch("application/merge-patch+json", []byte(`{"status": `+additions[kind]+`}`))
			Expect(api.Status().Patch(w.Ctx, w.Get(object), patch, client.FieldOwner("kubectl-patch"))).To(Succeed())
			Eventually(w.status).WithArguments(object).Should(Equal(before), object)
		}
	})

	It("is put right at the next start", Serial, func() {
		w := newWorldOfEveryKind()
		before := w.status("UserAssignment/anna")
		func() {
			running.Stop()
			defer func() { running = start() }()
			patch := client.RawPatch("application/merge-patch+json", []byte(`{"status": `+additions["UserAssignment"]+`}`))
			Expect(api.Status().Patch(w.Ctx, w.Get("UserAssignment/anna"), patch, client.FieldOwner("kubectl-patch"))).To(Succeed())
		}()
		before["conditions"] = nil
		Eventually(func() map[string]any {
			now := w.status("UserAssignment/anna")
			now["conditions"] = nil
			return now
		}).Should(Equal(before))
	})

	It("keeps the conditions of others, as far as there is room", func() {
		w := newWorldOfEveryKind()
		status := w.status("Role/head")
		for i := range 5 {
			status["conditions"] = append(status["conditions"].([]any), map[string]any{
				"type": fmt.Sprintf("Legal%d", i), "status": "True", "reason": "Checked", "message": "", "lastTransitionTime": "2020-01-01T00:00:00Z",
			})
		}
		Expect(w.edit("Role/head", status)).To(Succeed())
		publishAnother()
		Expect(w.status("Role/head")).To(Equal(status), "they are not the manager's")
		status["permissionCount"] = int64(99)
		Expect(w.edit("Role/head", status)).To(Succeed())
		status["permissionCount"] = int64(4)
		Eventually(w.status).WithArguments("Role/head").Should(HaveKeyWithValue("permissionCount", int64(4)))
		Expect(w.status("Role/head")["conditions"]).To(ConsistOf(status["conditions"].([]any)...))

		By("taking the room of the manager's own")
		own := status["conditions"].([]any)
		for i := range own {
			own[i].(map[string]any)["type"] = fmt.Sprintf("Legal%d", i)
		}
		Expect(w.edit("Role/head", status)).To(Succeed())
		w.Ready("Role/head")
	})
})

var _ = Describe("A writer that does not stop changing a status", Serial, func() {
	It("is not followed at full speed", large, func() {
		writes := &clustertest.Writes{}
		slow := options(shardGrace)
		slow.EditBackoff = time.Second
		startInstead(func() *clustertest.Manager { return clustertest.StartManager(writes.Count(config), slow) })
		w := newWorldOfEveryKind()
		before := w.status("Role/head")
		written := len(writes.List(w.Namespace, "roles"))
		for range 100 {
			forged := w.status("Role/head")
			forged["permissionCount"] = int64(1234)
			_ = w.edit("Role/head", forged) // It may be put right in between.
		}
		Expect(len(writes.List(w.Namespace, "roles"))).To(BeNumerically("<", written+10), "%v", writes.List(w.Namespace, "roles"))
		Eventually(w.status).WithArguments("Role/head").Should(Equal(before), "in the end it is put right")
	})
})

var _ = Describe("The status of a request that another writer forges", func() {
	It("neither gives a role nor takes one", func() {
		w := newWorld()
		w.Apply(everyKindYAML()...)
		w.Published()
		Eventually(func() *v1alpha1.RequestChain { return w.request().Status.Chain }).ShouldNot(BeNil())
		before := w.status("ApprovalRequest/icu")
		forged := (&unstructured.Unstructured{Object: before}).DeepCopy().Object
		forged["state"], forged["completionTime"] = "Approved", "2020-01-01T00:00:00Z"
		forged["grant"] = map[string]any{"startTime": "2020-01-01T00:00:00Z", "endTime": "2090-01-01T00:00:00Z"}
		Expect(w.edit("ApprovalRequest/icu", forged)).To(Succeed())
		Eventually(w.status).WithArguments("ApprovalRequest/icu").Should(Equal(before))
		w.No("anna orders.view all")

		w.approve()
		w.Yes("anna orders.view south")
		before = w.status("ApprovalRequest/icu")
		Expect(w.edit("ApprovalRequest/icu", map[string]any{})).To(Succeed())
		Eventually(w.status).WithArguments("ApprovalRequest/icu").Should(Equal(before))
		Expect(w.edit("ApprovalDecision/vote", map[string]any{"conditions": []any{map[string]any{
			"type": "Counted", "status": "False", "reason": "NotEligible", "message": "forged", "lastTransitionTime": "2020-01-01T00:00:00Z",
		}}})).To(Succeed())
		w.Expect("ApprovalDecision/vote", "Counted", "True", "Counted", "")
		w.Yes("anna orders.view south")
	})
})
