// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

// shared is what every writer of otto's assignment says.
const shared = "apiVersion: rolewright.dev/v1alpha1\nkind: UserAssignment\nmetadata: {name: otto}\n" +
	"spec:\n  organizationRef: {name: clinic}\n  user: otto\n"

// parts is what each writer says beside it.
var parts = map[string]string{
	"directory": "  profile: {displayName: Otto Kern, homeUnit: icu, attributes: {badge: 7}}\n",
	"wards":     "  grants: [{name: ward, roleRef: {name: clerk}, scope: {units: [south]}}]\n",
	"office":    "  grants: [{name: office, roleRef: {name: head}, scope: {units: [north]}}]\n",
}

var _ = Describe("Several writers of one assignment", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(everything...)
	})

	// apply applies what one writer says by server-side apply, without force.
	apply := func(writer, text string) error {
		object := &unstructured.Unstructured{}
		Expect(yaml.UnmarshalStrict([]byte(text), &object.Object)).To(Succeed())
		object.SetNamespace(w.Namespace)
		return w.API.Apply(w.Ctx, client.ApplyConfigurationFromUnstructured(object), client.FieldOwner(writer))
	}
	// grants are the names of otto's grants, and what the directory knows of otto.
	otto := func() (names []string, profile v1alpha1.UserProfile) {
		spec := w.Get("UserAssignment/otto").(*v1alpha1.UserAssignment).Spec
		for i := range spec.Grants {
			names = append(names, string(spec.Grants[i].Name))
		}
		return names, spec.Profile
	}
	whole := func() {
		GinkgoHelper()
		names, profile := otto()
		Expect(names).To(ConsistOf("ward", "office"))
		Expect(profile.DisplayName).To(BeEquivalentTo("Otto Kern"))
		Expect(profile.Attributes).To(HaveKey("badge"))
		w.Yes("otto orders.view south", "otto staff.hire north")
		w.Ready("UserAssignment/otto")
	}

	DescribeTable("lose nothing, in any order", func(order string) {
		for writer := range strings.FieldsSeq(order) {
			Expect(apply(writer, shared+parts[writer])).To(Succeed(), writer)
		}
		whole()
		// Again, as pipelines do.
		for writer := range strings.FieldsSeq(order) {
			Expect(apply(writer, shared+parts[writer])).To(Succeed(), writer)
		}
		whole()

		By("one takes its grant back, and the others' stay")
		Expect(apply("wards", shared)).To(Succeed())
		names, profile := otto()
		Expect(names).To(ConsistOf("office"))
		Expect(profile.HomeUnit).To(BeEquivalentTo("icu"))
		w.No("otto orders.view south")
		w.Yes("otto staff.hire north")

		By("a fourth neither takes a grant from another nor widens it")
		for _, widened := range []string{
			strings.ReplaceAll(parts["office"], "head", "south"), strings.ReplaceAll(parts["office"], "north", "south"),
			strings.Replace(parts["office"], "name: office", "name: office, entitlements: [night]", 1),
			strings.Replace(parts["office"], "name: office", "name: office, endTime: '2020-01-01T00:00:00Z'", 1),
		} {
			err := apply("thief", shared+widened)
			Expect(apierrors.IsConflict(err)).To(BeTrue(), "%s: %v", widened, err)
			Expect(err).To(MatchError(And(ContainSubstring(`"office"`), ContainSubstring(`.spec.grants[name="office"]`))))
		}
		w.Yes("otto staff.hire north")
	},
		Entry("the directory first", "directory wards office"),
		Entry("the directory in the middle", "office directory wards"),
		Entry("the directory last", "wards office directory"),
		Entry("the other way round", "office wards directory"),
	)

	It("apply with kubectl", func() {
		for writer, part := range parts {
			file := filepath.Join(GinkgoT().TempDir(), writer+".yaml")
			Expect(os.WriteFile(file, []byte(shared+part), 0o600)).To(Succeed())
			clustertest.Kubectl(plane, "apply", "--server-side", "--field-manager="+writer, "-n", w.Namespace, "-f", file)
		}
		whole()
	})
})

var _ = Describe("Objects of one user", func() {
	It("are found by their fields", func() {
		w := newWorld()
		w.Apply(everything...)
		w.Apply(user("otto-1", "otto", "  profile: {homeUnit: icu}"), user("otto-2", "otto", ""), user("olga", "olga", ""),
			group("night", "  members: [otto]"), auditor, platformAssignment("petra", auditing("{all: true}")))
		found := func(kind, field string) []string {
			return strings.Fields(clustertest.Kubectl(plane, "get", kind, "-n", w.Namespace, "-o", "name", "--field-selector", field))
		}
		Expect(found("userassignments", "spec.user=otto")).To(ConsistOf(
			"userassignment.rolewright.dev/otto-1", "userassignment.rolewright.dev/otto-2"))
		Expect(found("userassignments", "spec.organizationRef.name=clinic,spec.user=olga")).To(ConsistOf("userassignment.rolewright.dev/olga"))
		Expect(found("usergroups", "spec.organizationRef.name=clinic")).To(ContainElement("usergroup.rolewright.dev/night"))
		Expect(found("roles.rolewright.dev", "spec.organizationRef.name=clinic")).To(ContainElement("role.rolewright.dev/clerk"))
		Expect(found("platformassignments", "spec.user=petra")).To(ContainElement(
			"platformassignment.rolewright.dev/" + w.Namespace + "-petra"))
	})
})
