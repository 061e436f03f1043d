// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/clustertest"
)

// world is a cluster test's World with an organization, plant. The role worker lets its holders do "work" where they hold it.
// Its objects are built as Go values: some specs write thousands.
type world struct{ *clustertest.World }

const (
	organization = "plant"
	work         = "work"
)

// newWorld creates a world that does not survive the spec: the next spec must not find it.
func newWorld() *world {
	GinkgoHelper()
	w := &world{clustertest.NewWorld(api, organization)}
	DeferCleanup(func() {
		w.removeNamespace()
		Expect(client.IgnoreNotFound(api.Delete(w.Ctx, &v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: w.Namespace}}))).To(Succeed())
	})
	w.create(w.newCatalog(), w.newOrganization(), w.newStructure())
	return w
}

// removeNamespace deletes the namespace and waits until nothing of it is left.
func (w *world) removeNamespace() {
	GinkgoHelper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.Namespace}}
	Expect(client.IgnoreNotFound(api.Delete(w.Ctx, namespace))).To(Succeed())
	Eventually(func() bool {
		return apierrors.IsNotFound(api.Get(w.Ctx, client.ObjectKeyFromObject(namespace), namespace))
	}).Should(BeTrue())
}

func (w *world) newCatalog() *v1alpha1.PermissionCatalog {
	return &v1alpha1.PermissionCatalog{
		ObjectMeta: metav1.ObjectMeta{Name: w.Namespace},
		Spec: v1alpha1.PermissionCatalogSpec{
			Sections:    []v1alpha1.Section{{Name: "shop"}},
			Permissions: []v1alpha1.Permission{{Name: work, Section: "shop"}, {Name: "look", Section: "shop"}},
		},
	}
}

func (w *world) newOrganization() *v1alpha1.Organization {
	return &v1alpha1.Organization{
		ObjectMeta: w.named(organization),
		Spec:       v1alpha1.OrganizationSpec{CatalogRef: v1alpha1.CatalogReference{Name: w.Namespace}},
	}
}

func (w *world) newStructure() *v1alpha1.OrganizationStructure {
	return &v1alpha1.OrganizationStructure{
		ObjectMeta: w.named(organization),
		Spec: v1alpha1.OrganizationStructureSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: organization},
			Units:           []v1alpha1.Unit{{Name: "all"}, {Name: "north", Parent: "all"}, {Name: "south", Parent: "all"}},
		},
	}
}

// role holds permissions.
func (w *world) role(name string, held ...v1alpha1.PermissionName) *v1alpha1.Role {
	return &v1alpha1.Role{
		ObjectMeta: w.named(name),
		Spec: v1alpha1.RoleSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: organization},
			RoleDefinition:  v1alpha1.RoleDefinition{Rules: []v1alpha1.Rule{{Permissions: held}}},
		},
	}
}

// assignment gives a user roles.
func (w *world) assignment(name, user string, grants ...v1alpha1.Grant) *v1alpha1.UserAssignment {
	return &v1alpha1.UserAssignment{
		ObjectMeta: w.named(name),
		Spec: v1alpha1.UserAssignmentSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: organization}, User: v1alpha1.UserID(user), Grants: grants,
		},
	}
}

// grant gives a role in a unit.
func grant(role, unit string) v1alpha1.Grant {
	return v1alpha1.Grant{
		Name: v1alpha1.EntryName(role + "-" + unit), RoleRef: v1alpha1.RoleReference{Name: role},
		Scope: &v1alpha1.Scope{Units: []v1alpha1.Name{v1alpha1.Name(unit)}},
	}
}

func (w *world) named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: w.Namespace, Name: name}
}

func (w *world) create(objects ...client.Object) {
	GinkgoHelper()
	for _, object := range objects {
		Expect(api.Create(w.Ctx, object)).To(Succeed())
	}
}

// refresh reads the current state of an object into it.
func (w *world) refresh(object client.Object) {
	GinkgoHelper()
	Expect(api.Get(w.Ctx, client.ObjectKeyFromObject(object), object)).To(Succeed())
}

// resolved returns the document of the only organization of these objects, as it is published.
func resolved(objects intake.Objects) string {
	GinkgoHelper()
	worlds := intake.Worlds(objects)
	Expect(worlds).To(HaveLen(1))
	doc := resolve.Organization(&worlds[0]).Document
	Expect(doc).NotTo(BeNil())
	encoded, err := publish.Text(doc)
	Expect(err).NotTo(HaveOccurred())
	return string(encoded)
}

// key is that of the ConfigMap that applications read.
func (w *world) key() client.ObjectKey {
	return client.ObjectKey{Namespace: w.Namespace, Name: w.Organization + document.ConfigMapSuffix}
}

// read verifies what is published, and makes it ready to decide.
func read(configMap *corev1.ConfigMap, options ...engine.Option) (*document.Publication, *engine.Index) {
	GinkgoHelper()
	publication, doc, err := document.ReadPublication(configMap.Data)
	Expect(err).NotTo(HaveOccurred())
	index, err := engine.NewIndex(doc, options...)
	Expect(err).NotTo(HaveOccurred())
	return publication, index
}

// may asks whether a user may work in a unit.
func may(index *engine.Index, user, unit string) bool {
	return index.Check(&access.Request{
		Subject:  access.Subject{Type: access.SubjectTypeUser, ID: user},
		Action:   access.Action{Name: work},
		Resource: access.Resource{Type: "machine", ID: "1", Properties: map[string]any{access.PropertyUnit: unit}},
	})
}
