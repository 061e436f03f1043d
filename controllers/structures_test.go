// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

// largest is a tree of as many units as an organization may have, in structures that are full but for the last. A unit takes
// about 450 bytes of JSON: 512 of them are what kubectl apply can keep in an annotation.
func (w *world) largest() []map[string]any {
	const most, perStructure = 5000, 512
	var structures []map[string]any
	for from := 0; from < most; from += perStructure {
		var units []map[string]any
		for i := from; i < min(from+perStructure, most); i++ {
			unit := map[string]any{
				"name": fmt.Sprintf("department-%04d", i), "displayName": fmt.Sprintf("Department number %04d of the largest clinic there is", i),
				"kind": "department",
				"attributes": map[string]any{
					"beds": i % 40, "open": true, "address": fmt.Sprintf("%d Long Street, behind the old mill, first floor", i),
					"phone": "+49 30 123456-" + fmt.Sprint(i), "costCenter": fmt.Sprintf("CC-%06d", i), "services": []string{"surgery", "radiology", "pharmacy"},
				},
			}
			if i > 0 {
				unit["parent"] = fmt.Sprintf("department-%04d", (i-1)/8)
			}
			units = append(units, unit)
		}
		structures = append(structures, map[string]any{
			"apiVersion": v1alpha1.GroupVersion.String(), "kind": "OrganizationStructure",
			"metadata": map[string]any{"namespace": w.Namespace, "name": fmt.Sprintf("part-%02d", len(structures))},
			"spec":     map[string]any{"organizationRef": map[string]any{"name": organization}, "units": units},
		})
	}
	return structures
}

var _ = DescribeTable("The largest tree is applied and published:", large, func(flags ...string) {
	w := newWorld()
	w.Apply(catalogYAML, organizationYAML, clerkYAML, user("lea", "lea", "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [department-0000]}}]"))
	file := filepath.Join(GinkgoT().TempDir(), "tree.json")
	text, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": w.largest()})
	Expect(err).NotTo(HaveOccurred())
	Expect(os.WriteFile(file, text, 0o600)).To(Succeed())
	clustertest.Kubectl(plane, append([]string{"apply", "-f", file}, flags...)...)
	Eventually(func() *int32 { return w.Get("Organization/clinic").(*v1alpha1.Organization).Status.UnitCount }).
		WithTimeout(2 * time.Minute).Should(HaveValue(BeEquivalentTo(5000)))
	w.Published()
	w.Ready("OrganizationStructure/part-00", "OrganizationStructure/part-09")
	w.Yes("lea orders.view department-4999")
	// What is applied again is the same.
	Expect(clustertest.Kubectl(plane, append([]string{"apply", "-f", file}, flags...)...)).NotTo(ContainSubstring("created"))
},
	Entry("by kubectl apply"),
	Entry("by kubectl apply --server-side", "--server-side"))

// applyAs applies a structure in the name of a team, whose fields are its own.
func (w *world) applyAs(team, name, spec string) error {
	GinkgoHelper()
	object := &unstructured.Unstructured{}
	Expect(yaml.Unmarshal([]byte("spec:\n  organizationRef: {name: clinic}\n"+spec), &object.Object)).To(Succeed())
	object.SetAPIVersion(v1alpha1.GroupVersion.String())
	object.SetKind("OrganizationStructure")
	object.SetNamespace(w.Namespace)
	object.SetName(name)
	return api.Apply(w.Ctx, client.ApplyConfigurationFromUnstructured(object), client.FieldOwner(team))
}

// unitNames are the units of a structure, in any order.
func (w *world) unitNames(structure string) []string {
	GinkgoHelper()
	var names []string
	for _, unit := range w.Get("OrganizationStructure/" + structure).(*v1alpha1.OrganizationStructure).Spec.Units {
		names = append(names, string(unit.Name))
	}
	return names
}

var _ = Describe("The structure of an organization", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.Apply(catalogYAML, organizationYAML, clerkYAML, headYAML, annaYAML, hughYAML)
	})

	It("is kept by three teams in one object, none of which loses what the others wrote", func() {
		Expect(w.applyAs("estate", "sites", "  units: [{name: all}, {name: north, parent: all}]")).To(Succeed())
		Expect(w.applyAs("care", "sites", "  units: [{name: icu, parent: north}]\n  unitGroups: [{name: acute, units: [icu]}]")).To(Succeed())
		Expect(w.applyAs("audit", "sites", "  constraints: [{name: few, enforcement: Enforce, type: Holders, holders: {roleRef: {name: head}, atMost: 3}}]")).To(Succeed())
		Expect(w.unitNames("sites")).To(ConsistOf("all", "north", "icu"))
		w.Yes("anna orders.view icu")

		Expect(w.applyAs("estate", "sites", "  units: [{name: all}, {name: north, parent: all}, {name: south, parent: all}]")).To(Succeed())
		Expect(w.applyAs("care", "sites", "  units: [{name: icu, parent: north}, {name: er, parent: north}]")).To(Succeed())
		Expect(w.unitNames("sites")).To(ConsistOf("all", "north", "icu", "south", "er"))
		sites := w.Get("OrganizationStructure/sites").(*v1alpha1.OrganizationStructure).Spec
		Expect(sites.UnitGroups).To(BeEmpty())
		Expect(sites.Constraints).To(HaveLen(1))

		Expect(apierrors.IsConflict(w.applyAs("care", "sites", "  units: [{name: icu, parent: north}, {name: north, parent: icu}]"))).To(BeTrue())
		w.Published()
	})

	It("is kept by two teams in two objects, which form one tree", func() {
		Expect(w.applyAs("estate", "estate", "  units: [{name: all}, {name: north, parent: all}]")).To(Succeed())
		w.AwaitNextSecond("OrganizationStructure/estate")
		Expect(w.applyAs("care", "care", "  units: [{name: icu, parent: north}, {name: north, parent: icu}]")).To(Succeed())
		w.NotReady("OrganizationStructure/care", "DuplicateName", `OrganizationStructure "estate" has the name too, and counts because it is older`)
		w.Ready("OrganizationStructure/estate")
		w.Yes("anna orders.view icu", "hugh staff.hire all")

		Expect(w.applyAs("care", "care", "  units: [{name: icu, parent: north}]")).To(Succeed())
		w.Ready("OrganizationStructure/care")
		w.Delete("OrganizationStructure/estate")
		w.NotReady("OrganizationStructure/care", "InvalidUnitTree", "no unit of the organization is without parent")
		w.No("anna orders.view icu", "hugh staff.hire all")

		w.Delete("OrganizationStructure/care")
		w.Yes("hugh staff.hire clinic")
		w.NotReady("UserAssignment/anna", "UnknownUnit", "north")
	})

	It("shows what it declares in a table", func() {
		w.Apply(structureYAML)
		w.Published()
		Expect(clustertest.Kubectl(plane, "get", "rwstruct", "-n", w.Namespace, "--field-selector", "spec.organizationRef.name=clinic")).To(
			MatchRegexp(`NAME +UNITS +CONSTRAINTS +PUBLISHED +READY +REASON +AGE\nsites +4 +0 +True +True +Resolved +\d+s\n$`))
	})
})
