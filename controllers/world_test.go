// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/vocabulary"
	"github.com/rolewright/rolewright/test/clustertest"
)

// world is a clustertest.World, with verbs for what only the controllers' specs look at.
type world struct{ *clustertest.World }

const organization = "clinic"

// newWorld creates a namespace for the organization clinic.
func newWorld() *world {
	GinkgoHelper()
	return &world{clustertest.NewWorld(api, organization)}
}

// publishAnother creates another organization and waits until it is published: by then the manager has seen all that was changed
// before. What follows may say that something did not happen.
func publishAnother() *world {
	GinkgoHelper()
	another := newWorld()
	another.Apply(everything...)
	another.Published()
	return another
}

// settleStatuses waits until the statuses are computed from what is there now: what is published comes before them, and a manager that
// is slow writes them later. It forges the status of an object of each controller that writes some, until the controller has put it right
// three times: in a pass that may have begun before, in one that began after it, and in one that began after the end of that.
func (w *world) settleStatuses(objects ...string) {
	GinkgoHelper()
	const forged = "forged: it is not settled"
	for range 3 {
		for _, object := range objects {
			Eventually(func() error {
				status := w.status(object)
				status["conditions"].([]any)[0].(map[string]any)["message"] = forged
				return w.edit(object, status)
			}).Should(Succeed())
			Eventually(func() any { return w.status(object)["conditions"].([]any)[0].(map[string]any)["message"] }).ShouldNot(Equal(forged), object)
		}
	}
}

// configMaps lists the ConfigMaps that the world's organizations are published in, and what others put there but Kubernetes.
func (w *world) configMaps() []corev1.ConfigMap {
	GinkgoHelper()
	list := &corev1.ConfigMapList{}
	Expect(api.List(w.Ctx, list, client.InNamespace(w.Namespace))).To(Succeed())
	return slices.DeleteFunc(list.Items, func(c corev1.ConfigMap) bool { return c.Name == "kube-root-ca.crt" || c.Name == vocabulary.Name })
}

// The objects that specs start from.
const (
	catalogYAML = `
kind: PermissionCatalog
spec:
  sections: [{name: orders}, {name: staff}]
  permissions:
  - {name: orders.view, section: orders}
  - {name: orders.approve, section: orders}
  - {name: staff.view, section: staff}
  - {name: staff.hire, section: staff}
  - {name: platform.audit, section: staff, level: Platform}
  qualifiers:
  - {name: own, expression: resource.properties.owner == subject.id}
  features: [{name: reports}]
`
	organizationYAML = `
kind: Organization
metadata: {name: clinic}
spec:
  catalogRef: {name: $world}
`
	structureYAML = `
kind: OrganizationStructure
metadata: {name: sites}
spec:
  organizationRef: {name: clinic}
  units:
  - {name: all}
  - {name: north, parent: all}
  - {name: icu, parent: north}
  - {name: south, parent: all}
  unitGroups:
  - {name: pilots, units: [south]}
`
	clerkYAML = `
kind: Role
metadata: {name: clerk}
spec:
  organizationRef: {name: clinic}
  rules:
  - {permissions: [orders.view]}
  - {permissions: [orders.approve], qualifiers: [own]}
`
	headYAML = `
kind: Role
metadata: {name: head}
spec:
  organizationRef: {name: clinic}
  inherits: [{roleRef: {name: clerk}}]
  rules:
  - {sections: [staff]}
`
	annaYAML = `
kind: UserAssignment
metadata: {name: anna}
spec:
  organizationRef: {name: clinic}
  user: anna
  grants:
  - {name: clerk, roleRef: {name: clerk}, scope: {units: [north]}}
`
	hughYAML = `
kind: UserAssignment
metadata: {name: hugh}
spec:
  organizationRef: {name: clinic}
  user: hugh
  grants:
  - {name: head, roleRef: {name: head}, scope: {everywhere: true}}
`
)

// everything is all of them: a world in which nothing is wrong.
var everything = []string{catalogYAML, organizationYAML, structureYAML, clerkYAML, headYAML, annaYAML, hughYAML}
